// The light that falls through bare glass. A lamp or a camera tints it; dividing by it makes glass white again.
import type { RgbImage } from "../pixels/index.ts";

/** The glass's red, green and blue, 0..255. */
export type White = readonly [number, number, number];

/** No correction. */
export const PURE_WHITE: White = [255, 255, 255];

/** Glass is at least this bright in its darkest channel. */
const DARKEST_GLASS = 190;
/** Channels of glass lie no further apart than this: pale eosin is further (about 20 to 30). */
const MOST_TINT = 16;
/** Less glass than this share of the picture is not believed. */
const LEAST_SHARE = 0.05;
/** Colours are judged on the means of squares of this side, so that noise makes no tissue look like glass. */
const SIDE = 4;

/** Of what looks like glass the brightest is glass, and the rest may be pale tissue. */
const QUANTILE = 0.95;

/**
 * The colour of bare glass: per channel the 95th percentile of the bright, nearly neutral squares that are not pure white
 * (which is paint of the scanner, not light). Pure white where there is too little glass to tell.
 */
export function estimateWhite(image: RgbImage): White {
  const counts = [new Float64Array(256), new Float64Array(256), new Float64Array(256)] as const;
  const mean = new Uint8Array(3);
  let glass = 0;
  let squares = 0;
  for (let y = 0; y + SIDE <= image.height; y += SIDE) {
    for (let x = 0; x + SIDE <= image.width; x += SIDE, squares++) {
      readMean(image, x, y, mean);
      const red = mean[0]!;
      const green = mean[1]!;
      const blue = mean[2]!;
      const smallest = Math.min(red, green, blue);
      const tint = Math.max(red, green, blue) - smallest;
      if (smallest < DARKEST_GLASS || smallest === 255 || tint > MOST_TINT) continue;
      counts[0][red]! += 1;
      counts[1][green]! += 1;
      counts[2][blue]! += 1;
      glass++;
    }
  }
  if (glass === 0 || glass < LEAST_SHARE * squares) return PURE_WHITE;
  return [quantile(counts[0], glass), quantile(counts[1], glass), quantile(counts[2], glass)];
}

/** Writes the rounded mean of a square: one array for all, since there are hundreds of thousands. */
function readMean({ data, width }: RgbImage, left: number, top: number, into: Uint8Array): void {
  let red = SIDE ** 2 / 2;
  let green = red;
  let blue = red;
  for (let y = top; y < top + SIDE; y++) {
    for (let k = 3 * (y * width + left), end = k + 3 * SIDE; k < end; k += 3) {
      red += data[k]!;
      green += data[k + 1]!;
      blue += data[k + 2]!;
    }
  }
  into[0] = red / SIDE ** 2;
  into[1] = green / SIDE ** 2;
  into[2] = blue / SIDE ** 2;
}

/** For each byte, what it becomes when the white is divided out. */
export function whiteTables(white: White): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const table = (whiteness: number) =>
    Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round((255 * value) / whiteness)));
  return [table(white[0]), table(white[1]), table(white[2])];
}

/** The smallest value that the given share of all does not exceed. */
function quantile(histogram: Float64Array, total: number): number {
  let below = 0;
  for (const [value, count] of histogram.entries()) {
    below += count;
    if (below >= QUANTILE * total) return value;
  }
  return 255;
}
