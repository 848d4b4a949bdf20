// How many processes fit into the memory limit, and how large a tissue image each of them may make.

/** Bytes of a process besides the image in hand: Node, libvips, decoders, decoded tiles, the thumbnail and its masks. */
const PROCESS_BYTES = 320e6;
/** Bytes per pixel of the image in hand at its peak: pixels and their encoded copy (measured 7), a copy per colour change. */
const PIXEL_BYTES = 13;
/** A process should be able to make an image of at least this many pixels. */
const USUAL_PIXELS = 16e6;

/** Bytes of decoded tiles that each process keeps. */
export const TILE_CACHE_BYTES = 64 * 2 ** 20;

/** Processes and what each may do. */
export interface MemoryShare {
  readonly processes: number;
  /** Pixels of the largest image. */
  readonly pixelLimit: number;
}

/** Divides a memory limit in bytes. */
export function shareMemory(limit: number, wanted: number): MemoryShare {
  const most = Math.max(1, Math.floor(limit / (PROCESS_BYTES + PIXEL_BYTES * USUAL_PIXELS)));
  const processes = Math.max(1, Math.min(wanted, most));
  const pixelLimit = Math.max(1e6, (limit / processes - PROCESS_BYTES) / PIXEL_BYTES);
  return { processes, pixelLimit: Math.floor(pixelLimit) };
}
