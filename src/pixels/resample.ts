// The area filter: how a high-magnification image becomes a low-magnification one, and how large it then is. The
// definition, which leaves nothing to an implementation, stands with the arithmetic in `area-rows.ts`. The filter is its
// own antialiasing (a box of the pixel's own footprint).
import { fail } from "../base/index.ts";
import { AreaRows } from "./area-rows.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Changes whenever the pixels that {@link resampleArea} makes would change; part of every pixel cache key. */
export const RESAMPLE_VERSION = "area-1";

/**
 * Shrinks an image with the area filter. Equal size gives a copy. The mean is preserved up to rounding, a constant image
 * stays constant, and flips commute with it.
 *
 * @param width pixels wanted, 1 to the image's width.
 * @param height pixels wanted, 1 to the image's height.
 * @throws LowmagError `invalid-argument` for a size that is not whole, below 1, or larger than the image.
 */
export function resampleArea(image: RgbImage, width: number, height: number): RgbImage {
  checkTarget(image, width, height);
  if (width === image.width && height === image.height) return { width, height, data: image.data.slice() };
  return { width, height, data: new AreaRows(image.width, image.height, width, height).push(image.data) };
}

/**
 * Pixels of an image side after going from one µm/px to a coarser one: round(size * fromMpp / toMpp), at least 1.
 * A tie rounds up; quotients within 1e-9 of a tie count as one, so that 0.1-like decimals cannot flip it.
 */
export function studentSize(width: number, height: number, fromMpp: number, toMpp: number): [number, number] {
  const side = (pixels: number) => Math.max(1, Math.floor(((pixels * fromMpp) / toMpp) * (1 + 1e-9) + 0.5));
  return [side(width), side(height)];
}

function checkTarget(image: RgbImage, width: number, height: number): void {
  const fits = (target: number, source: number) =>
    Number.isInteger(target) && target >= 1 && target <= source;
  if (fits(width, image.width) && fits(height, image.height)) return;
  throw fail("invalid-argument", {
    where: "resampleArea",
    expected: `a size from 1 x 1 to ${image.width} x ${image.height} (the area filter only shrinks)`,
    got: `${width} x ${height}`,
  });
}
