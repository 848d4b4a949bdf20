// How many processes fit into a memory limit, and how large an image each of them may make.

/** What a process needs. */
export interface ProcessMemory {
  /** Bytes besides the image in hand. */
  readonly processBytes: number;
  /** Bytes per pixel of the image in hand at its peak. */
  readonly pixelBytes: number;
  /** A process should be able to make an image of at least this many pixels. */
  readonly usualPixels: number;
}

/** Bytes of decoded tiles that each process keeps. */
export const TILE_CACHE_BYTES = 64 * 2 ** 20;

/** Processes and what each may do. */
export interface MemoryShare {
  readonly processes: number;
  /** Pixels of the largest image. */
  readonly pixelLimit: number;
}

/** Divides a memory limit in bytes. */
export function shareMemory(limit: number, wanted: number, needs: ProcessMemory): MemoryShare {
  const { processBytes, pixelBytes, usualPixels } = needs;
  const most = Math.max(1, Math.floor(limit / (processBytes + pixelBytes * usualPixels)));
  const processes = Math.max(1, Math.min(wanted, most));
  const pixelLimit = Math.max(LEAST_PIXELS, (limit / processes - processBytes) / pixelBytes);
  return { processes, pixelLimit: Math.floor(pixelLimit) };
}

/** An image of this size is made whatever the limit. */
const LEAST_PIXELS = 1e6;
