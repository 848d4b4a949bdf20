// The colours by which ink is told: hue, saturation and chroma of white-balanced pixels, and the ink that each hue means.
import type { BalancedPicture } from "./balanced.ts";

/**
 * Codes of the inks; 0 is none. Cyan is green's end towards blue, before it is known whether the slide is stained blue; it
 * stands beside green so that one range of codes holds both.
 */
export const CYAN = 1;
export const GREEN = 2;
export const BLUE = 3;
export const RED = 4;
export const BLACK = 5;

/** Below this difference of the channels a pixel has no hue to speak of. */
export const LEAST_CHROMA = 20;

/** Reads one pixel after the other; the fields hold the pixel read last. */
export class ColourReader {
  /** Degrees in [0, 360); 0 for a pixel without colour. */
  hue = 0;
  /** Largest minus smallest channel, 0..255. */
  chroma = 0;
  /** The largest channel, 0..255. */
  largest = 0;
  readonly #data: Uint8Array;
  readonly #tables: readonly [Uint8Array, Uint8Array, Uint8Array];

  constructor({ data, tables }: BalancedPicture) {
    this.#data = data;
    this.#tables = tables;
  }

  /** Reads pixel `p`; false for one of too little chroma to have a hue. */
  read(p: number): boolean {
    const red = this.#tables[0][this.#data[3 * p]!]!;
    const green = this.#tables[1][this.#data[3 * p + 1]!]!;
    const blue = this.#tables[2][this.#data[3 * p + 2]!]!;
    this.largest = Math.max(red, green, blue);
    this.chroma = this.largest - Math.min(red, green, blue);
    this.hue = 0;
    if (this.chroma < LEAST_CHROMA) return false;
    this.hue = hueOf(red, green, blue, this.largest, this.chroma);
    return true;
  }

  /** Chroma over largest channel, 0..1. */
  get saturation(): number {
    return this.chroma / Math.max(1, this.largest);
  }
}

/**
 * The ink that a coloured pixel is by itself, whatever lies around it. Its hue is asked last: the largest channel and the
 * saturation tell of most tissue that it is no ink.
 */
export function inkOfPixel(red: number, green: number, blue: number, chroma: number): number {
  const largest = Math.max(red, green, blue);
  if (largest === red) {
    if (5 * chroma < 4 * largest || largest < 100) return 0;
    const hue = hueOf(red, green, blue, largest, chroma);
    return hue < 12 || hue >= 352 ? RED : 0;
  }
  // Beyond 240 degrees lie the pixels with more red than green.
  if (4 * chroma < largest || (largest > green && red >= green)) return 0;
  const hue = hueOf(red, green, blue, largest, chroma);
  if (hue < 200) return hue < 70 ? 0 : hue < 150 ? GREEN : CYAN;
  return hue < 237 && 2 * chroma >= largest ? BLUE : 0;
}

/** The ink that the mean hue of a whole stroke means, 0 for the hues of stained tissue. */
export function inkOfStroke(hue: number): number {
  if (hue >= 70 && hue < 240) return hue < 150 ? GREEN : hue < 200 ? CYAN : BLUE;
  return hue < 15 || hue >= 345 ? RED : 0;
}

/** Whether a hue in degrees is one of a blue stain (Giemsa, a counterstain alone). */
export function isBluish(hue: number): boolean {
  return hue >= 180 && hue < 250;
}

/** Degrees in [0, 360). */
function hueOf(red: number, green: number, blue: number, largest: number, chroma: number): number {
  if (largest === red) {
    const hue = 60 * ((green - blue) / chroma) + 360;
    return hue >= 360 ? hue - 360 : hue;
  }
  return largest === green ? 60 * (2 + (blue - red) / chroma) : 60 * (4 + (red - green) / chroma);
}
