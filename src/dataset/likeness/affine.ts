// Plane maps between two pictures: x' = xx x + xy y + x0, y' = yx x + yy y + y0, in pixels with centres at whole numbers.
import type { Symmetry } from "./perceptual-hash.ts";

/** An affine map of the plane. */
export interface Affine {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The map of one whole picture onto another, flipped and turned: `second` shows `first` after the symmetry. */
export function wholeOntoWhole(first: Size, second: Size, symmetry: Symmetry): Affine {
  const { transposed, mirroredX, mirroredY } = symmetry;
  const across = second.width / (transposed ? first.height : first.width);
  const down = second.height / (transposed ? first.width : first.height);
  const toX = scaled(across, mirroredX, second.width);
  const toY = scaled(down, mirroredY, second.height);
  return transposed
    ? { xx: 0, xy: toX.factor, x0: toX.shift, yx: toY.factor, yy: 0, y0: toY.shift }
    : { xx: toX.factor, xy: 0, x0: toX.shift, yx: 0, yy: toY.factor, y0: toY.shift };
}

/** x' + 1/2 = factor (x + 1/2), or mirrored within the length. */
function scaled(factor: number, mirrored: boolean, length: number): { factor: number; shift: number } {
  const shift = factor / 2 - 0.5;
  return mirrored ? { factor: -factor, shift: length - 1 - shift } : { factor, shift };
}

/** The same map between pictures of other sizes: from grey copies to the pictures they were made of. */
export function betweenSizes(
  { xx, xy, x0, yx, yy, y0 }: Affine,
  [firstNow, firstThen]: readonly [Size, Size],
  [secondNow, secondThen]: readonly [Size, Size],
): Affine {
  const [right, bottom] = [firstThen.width / firstNow.width, firstThen.height / firstNow.height];
  const [across, down] = [secondThen.width / secondNow.width, secondThen.height / secondNow.height];
  // Centres of pixels are half a pixel from corners, at either size.
  const shift = (a: number, b: number, c: number, factor: number) =>
    factor * (a * (0.5 / right - 0.5) + b * (0.5 / bottom - 0.5) + c + 0.5) - 0.5;
  return {
    xx: (across * xx) / right,
    xy: (across * xy) / bottom,
    x0: shift(xx, xy, x0, across),
    yx: (down * yx) / right,
    yy: (down * yy) / bottom,
    y0: shift(yx, yy, y0, down),
  };
}

/** The map in words, e.g. "mirrored, turned by 17°, enlarged 1.20 times"; "as it is" for the identity. */
export function describeAffine({ xx, xy, yx, yy }: Affine): string {
  const det = xx * yy - xy * yx;
  const scale = Math.sqrt(Math.abs(det));
  // Mirrored left to right first, then turned.
  const angle = (det < 0 ? Math.atan2(-yx, -xx) : Math.atan2(yx, xx)) * (180 / Math.PI);
  const parts = [
    ...(det < 0 ? ["mirrored"] : []),
    ...(Math.abs(angle) >= 0.5 ? [`turned by ${Math.round(angle)}°`] : []),
    ...(scale > 1.01 ? [`enlarged ${scale.toFixed(2)} times`] : []),
    ...(scale < 0.99 ? [`shrunk to ${scale.toFixed(2)}`] : []),
  ];
  return parts.join(", ") || "as it is";
}
