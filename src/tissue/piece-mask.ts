// The mask of one piece at any resolution: what stays when all else is painted white.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { TissuePiece } from "./types.ts";

/**
 * The pixels that a piece keeps (its tissue, its fringe and the holes inside), sampled on a picture of `width` x `height`
 * pixels that shows `window`. Each picture pixel takes the mask pixel under its centre (nearest): the outline is as exact
 * as the mask, which is what it was found at. What lies outside the mask does not belong to the piece.
 *
 * @param window in mask pixels, fractions allowed: the part of the mask that the picture shows; default the piece's box.
 * @returns one byte per pixel: 1 is kept.
 */
export function pieceMaskAt(
  piece: TissuePiece,
  width: number,
  height: number,
  window: PixelWindow = piece.box,
): Uint8Array {
  const sides = [width, height];
  if (!sides.every((side) => Number.isInteger(side) && side >= 1))
    throw fail("invalid-argument", {
      where: "pieceMaskAt",
      expected: "a size in whole pixels of at least 1 x 1",
      got: `${width} x ${height}`,
    });
  const { map, number } = piece;
  const columns = Int32Array.from({ length: width }, (_, x) =>
    Math.floor(window.left + ((x + 0.5) * window.width) / width),
  );
  const out = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.floor(window.top + ((y + 0.5) * window.height) / height);
    const outside = row < 0 || row >= map.height;
    for (let x = 0; x < width; x++, to++) {
      const column = columns[x]!;
      if (outside || column < 0 || column >= map.width) continue;
      if (Math.abs(map.owners[row * map.width + column]!) === number) out[to] = 1;
    }
  }
  return out;
}

/** A copy of a picture with every pixel white whose mask byte is 0. */
export function whiteOutside(image: RgbImage, mask: Uint8Array): RgbImage {
  if (3 * mask.length !== image.data.length)
    throw fail("shape-mismatch", {
      where: "whiteOutside",
      expected: `a mask of ${image.width} x ${image.height} pixels`,
      got: `${mask.length} bytes`,
    });
  const data = image.data.slice();
  for (let p = 0; p < mask.length; p++) if (mask[p] === 0) data.fill(255, 3 * p, 3 * p + 3);
  return { width: image.width, height: image.height, data };
}
