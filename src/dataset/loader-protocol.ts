// The messages between the loader and its workers: plain data that survives being posted.
import { type ErrorCode, fail, isLowmagError } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { StoredImage } from "./pixel-store.ts";
import type { AugmentationDraw, LoadedBatch, View } from "./types.ts";

/** What every worker is told when it starts. */
export interface WorkerSettings {
  /** Folder of the pixel cache's entries. */
  readonly entryFolder: string;
  readonly maxPixels: number | null;
}

/** One image of a micro-batch; `pixels` holds, per view, what the loader still has in (shared) memory. */
export interface LoadItem {
  readonly image: StoredImage;
  readonly draw: AugmentationDraw | null;
  readonly pixels: readonly (RgbImage | null)[];
}

/** A micro-batch to make. */
export interface LoadMessage {
  readonly items: readonly LoadItem[];
  readonly views: readonly View[];
  /** [width, height] of every image, per view. */
  readonly sizes: readonly (readonly [number, number])[];
}

/** Pixels that a worker had to read, in shared memory: the loader keeps them for the next epoch. */
export interface FreshPixels {
  readonly item: number;
  readonly view: number;
  readonly pixels: RgbImage;
}

/** A worker's answer. */
export type WorkerReply =
  | { readonly ok: true; readonly batch: LoadedBatch; readonly fresh: readonly FreshPixels[] }
  | { readonly ok: false; readonly error: PostedError };

/** An error as plain data; classes do not survive being posted. */
export interface PostedError {
  readonly code: ErrorCode;
  readonly where: string;
  readonly expected: string;
  readonly got: string;
  readonly fix: string;
}

/** Packs an error; one that is not ours is reported as `internal` (or `out-of-memory`) about `where`. */
export function packError(error: unknown, where: string): PostedError {
  if (isLowmagError(error)) {
    const { code, expected, got, fix } = error;
    return { code, where: error.where, expected, got, fix };
  }
  const got = error instanceof Error ? error.message : String(error);
  const memory =
    error instanceof RangeError && /allocation|Invalid (typed )?array( buffer)? length/i.test(got);
  return memory
    ? {
        code: "out-of-memory",
        where,
        expected: "enough memory for its pixels",
        got,
        fix: "Use fewer workers, a smaller memory limit for the loader, or a coarser --mpp.",
      }
    : { code: "internal", where, expected: "to be loaded", got, fix: "" };
}

/** Makes the error again on the other side. */
export function unpackError({ code, where, expected, got, fix }: PostedError): Error {
  return fail(code, { where, expected, got, fix });
}
