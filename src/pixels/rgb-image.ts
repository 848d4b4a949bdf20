// The one pixel buffer of lowmag: 8-bit sRGB, three channels, rows from the top. Whatever a file held, it becomes this.
import { fail } from "../base/index.ts";

/** 8-bit sRGB pixels, row-major, interleaved R G B; `data.length` is `3 * width * height`. */
export interface RgbImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Wraps a buffer as an image after checking that the three numbers fit together. The buffer is not copied.
 *
 * @throws LowmagError `shape-mismatch` when the length is not `3 * width * height` or a side is not a whole number >= 1.
 */
export function rgbImage(width: number, height: number, data: Uint8Array): RgbImage {
  if (!isSide(width) || !isSide(height) || data.length !== 3 * width * height)
    throw fail("shape-mismatch", {
      where: "rgbImage",
      expected: `3 bytes for each of ${width} x ${height} pixels`,
      got: `${data.length} bytes`,
    });
  return { width, height, data };
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1;
}
