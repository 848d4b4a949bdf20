// The pixel size of a picture, and how to read one out of a density that a file states.

/** µm per pixel along x and y. */
export interface PixelSize {
  readonly x: number;
  readonly y: number;
}

/**
 * The range of µm/px believed from a file. 0.05 is finer than any light microscope's camera; 20 is 0.5x objective
 * power. Printer and screen defaults lie outside: 300 dpi is 84.7, 96 dpi 264.6, 72 dpi 352.8 µm/px, libvips' own
 * default of 1 px/mm is 1000; so do "no unit" densities, which are not lengths at all.
 */
export const PLAUSIBLE_MPP = { low: 0.05, high: 20 } as const;

/** True for a pixel size that a microscope could have produced. */
export function isPlausibleMpp(mpp: number): boolean {
  return mpp >= PLAUSIBLE_MPP.low && mpp <= PLAUSIBLE_MPP.high;
}

/** False for pixels more than twice as long as wide: a slip, not a camera. */
export function isSquarish({ x, y }: PixelSize): boolean {
  return x <= 2 * y && y <= 2 * x;
}

/** Lengths in which files state their density. */
export const MICROMETRES_PER = { inch: 25_400, centimetre: 10_000, metre: 1_000_000 } as const;

/**
 * µm per pixel from pixels per length (of `micrometres`). Tags hold rounded numbers (whole pixels per metre, single-precision floats), so
 * of all sizes that round to this tag the one with the fewest decimals is taken: 142,857 per metre is 7 µm/px, not
 * 7.000007, and asking for a view of 7 µm/px is then asking for the image as it is.
 */
export function pixelSizeFromDensity(micrometres: number, pixels: number): number {
  const size = micrometres / pixels;
  const halfUnit = Number.isInteger(pixels) ? 0.5 : 0;
  const tolerance = Math.max(halfUnit, 1e-7 * pixels); // 1e-7: one float's rounding
  for (let digits = 1; digits <= 8 && Number.isFinite(size); digits++) {
    const candidate = Number(size.toPrecision(digits));
    if (Math.abs(micrometres / candidate - pixels) < tolerance) return candidate;
  }
  return size;
}
