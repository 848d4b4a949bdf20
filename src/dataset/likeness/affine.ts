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

/** The map back. */
export function inverse({ xx, xy, x0, yx, yy, y0 }: Affine): Affine {
  const det = xx * yy - xy * yx;
  const back = { xx: yy / det, xy: -xy / det, yx: -yx / det, yy: xx / det };
  return { ...back, x0: -(back.xx * x0 + back.xy * y0), y0: -(back.yx * x0 + back.yy * y0) };
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
