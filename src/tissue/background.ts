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
const LEAST_SHARE = 0.005;

/**
 * The colour of bare glass: per channel the most frequent value among the bright, nearly neutral pixels that are not pure
 * white (which is paint of the scanner, not light). Pure white where there is too little glass to tell.
 */
export function estimateWhite({ data, width, height }: RgbImage): White {
  const counts = [new Float64Array(256), new Float64Array(256), new Float64Array(256)] as const;
  let glass = 0;
  for (let k = 0; k < data.length; k += 3) {
    const red = data[k]!;
    const green = data[k + 1]!;
    const blue = data[k + 2]!;
    const smallest = Math.min(red, green, blue);
    if (smallest < DARKEST_GLASS || smallest === 255 || Math.max(red, green, blue) - smallest > MOST_TINT)
      continue;
    counts[0][red]! += 1;
    counts[1][green]! += 1;
    counts[2][blue]! += 1;
    glass++;
  }
  if (glass < LEAST_SHARE * width * height) return PURE_WHITE;
  return [mode(counts[0]), mode(counts[1]), mode(counts[2])];
}

/** For each byte, what it becomes when the white is divided out. */
export function whiteTables(white: White): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const table = (whiteness: number) =>
    Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round((255 * value) / whiteness)));
  return [table(white[0]), table(white[1]), table(white[2])];
}

function mode(histogram: Float64Array): number {
  let best = 0;
  for (const [value, count] of histogram.entries()) if (count > histogram[best]!) best = value;
  return best;
}
