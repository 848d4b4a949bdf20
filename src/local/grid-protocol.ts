// What `readGrid` and its worker threads say to each other.
import type { SentError } from "../machine/index.ts";
import type { PixelSize } from "../pixels/index.ts";
import type { DecoderKind } from "./load-decoders.ts";
import type { SlideBackend } from "./open-slide.ts";

/** What a thread is started with. */
export interface GridWork {
  readonly path: string;
  readonly decoder: DecoderKind;
  readonly backend: SlideBackend;
  readonly slideMpp: number | PixelSize | undefined;
  readonly cacheBytes: number;
  /** Either of them. */
  readonly level: number | undefined;
  readonly mpp: number | undefined;
  readonly size: number;
  /** The step: output pixels. */
  readonly stride: number;
  /** Pieces of a run come as parts of one buffer, which comes back with the next run. */
  readonly reuse: boolean;
}

/** Pieces of one row of the grid, side by side. */
export interface GridRun {
  readonly row: number;
  readonly column: number;
  readonly count: number;
  /** Memory of an earlier run, to be used again. */
  readonly room?: ArrayBuffer;
}

/** Pixels of the pieces of a run, each in a buffer of its own or all in one, or why there are none. */
export type GridReply = { readonly pieces: readonly Uint8Array[] } | { readonly error: SentError };
