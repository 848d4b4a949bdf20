// A picture seen as if its glass were white. How coloured each pixel is, is asked by the finding of tissue and of ink alike
// and worked out once.
import type { RgbImage } from "../pixels/index.ts";
import { estimateWhite, whiteTables } from "./background.ts";

/** A picture, and what its bytes become when the glass's colour is divided out. */
export interface BalancedPicture extends RgbImage {
  /** Of red, green and blue. */
  readonly tables: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** Largest minus smallest balanced channel of every pixel. */
  readonly chroma: Uint8Array;
}

/** Brings the glass of a picture to white. */
export function balance(image: RgbImage): BalancedPicture {
  const { width, height, data } = image;
  const tables = whiteTables(estimateWhite(image));
  const [reds, greens, blues] = tables;
  const chroma = new Uint8Array(width * height);
  for (let k = 0, p = 0; p < chroma.length; k += 3, p++) {
    const red = reds[data[k]!]!;
    const green = greens[data[k + 1]!]!;
    const blue = blues[data[k + 2]!]!;
    chroma[p] = Math.max(red, green, blue) - Math.min(red, green, blue);
  }
  return { width, height, data, tables, chroma };
}
