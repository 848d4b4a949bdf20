// Ink on the glass: pathologists mark slides with pens, and ink is as saturated as any stain. Told by hue: tissue stained
// with H&E lies between blue-violet and red-pink (hues 237 to 350 degrees on the slides looked at), DAB at 15 to 45.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { estimateWhite, whiteTables } from "./background.ts";
import { grow } from "./distance.ts";
import { removeSmallObjects, touchingBorder } from "./filters.ts";
import { countOnes } from "./raster.ts";

/** The inks that are looked for. */
export type PenColour = "green" | "blue" | "red" | "black";

/** Ink on a thumbnail. */
export interface PenMarks {
  /** One byte per pixel: 1 is ink, its blurred edge included. */
  readonly data: Uint8Array;
  /** Share of the picture's pixels that are ink, 0..1. */
  readonly share: number;
  /** Share of each ink before the edges were added. */
  readonly colours: Readonly<Record<PenColour, number>>;
}

/** Scale and limits of {@link findPen}. */
export interface PenOptions {
  /** µm per pixel of the picture; about 8 is meant. */
  readonly mpp: number;
  /** Marks smaller than this many µm² are something else: a pigment, a nucleus, a fringe of refraction. Default 20,000. */
  readonly minimumArea?: number;
}

const COLOURS: readonly PenColour[] = ["green", "blue", "red", "black"];
/** Ink bleeds into its neighbours by about this many µm. */
const EDGE = 16;
/** More than this share of blue among all coloured pixels is the stain of the slide (Giemsa, a counterstain alone). */
const MOST_BLUE = 0.75;

/**
 * Finds ink. With hue h in degrees, saturation s and the largest channel v (0..255) of the white-balanced pixel, ink is
 * green: 70 <= h < 200, s >= 0.25, chroma >= 20; blue: 200 <= h < 237, s >= 0.5; red: h < 12 or h >= 352, s >= 0.8,
 * v >= 100; black: v < 70, chroma < 20, not joined to the border of the picture (that is a scanner's black border).
 * Where more than three quarters of all coloured pixels have hues of 180 to 250 degrees, what lies
 * between 150 and 237 is the slide's stain, not ink.
 *
 * @throws LowmagError `invalid-argument` for a pixel size that is not above 0.
 */
export function findPen(image: RgbImage, { mpp, minimumArea = 20_000 }: PenOptions): PenMarks {
  checkMpp(mpp, "findPen");
  const { width, height } = image;
  const kinds = classify(image);
  const minimum = minimumArea / mpp ** 2;
  const colours = { green: 0, blue: 0, red: 0, black: 0 };
  const all = new Uint8Array(kinds.length);
  for (const [index, colour] of COLOURS.entries()) {
    if (!kinds.includes(index + 1)) continue;
    const mask = kinds.map((kind) => (kind === index + 1 ? 1 : 0));
    if (colour === "black") removeBorder(mask, width, height);
    removeSmallObjects(mask, width, height, minimum);
    colours[colour] = countOnes(mask) / mask.length;
    for (let k = 0; k < mask.length; k++) all[k]! |= mask[k]!;
  }
  const data = grow(all, width, height, EDGE / mpp);
  return { data, share: countOnes(data) / data.length, colours };
}

/** Throws `invalid-argument` unless `mpp` is a finite number above 0. */
export function checkMpp(mpp: number, where: string): void {
  if (!(mpp > 0 && Number.isFinite(mpp)))
    throw fail("invalid-argument", { where, expected: "µm per pixel above 0", got: `${mpp}` });
}

/** 0 = no ink, else 1 + the index of the ink. */
function classify(image: RgbImage): Uint8Array {
  const [reds, greens, blues] = whiteTables(estimateWhite(image));
  const { data } = image;
  const kinds = new Uint8Array(data.length / 3);
  let coloured = 0;
  let bluish = 0;
  for (let k = 0, p = 0; p < kinds.length; k += 3, p++) {
    const red = reds[data[k]!]!;
    const green = greens[data[k + 1]!]!;
    const blue = blues[data[k + 2]!]!;
    const largest = Math.max(red, green, blue);
    const chroma = largest - Math.min(red, green, blue);
    if (chroma < LEAST_CHROMA) {
      if (largest < 70) kinds[p] = BLACK;
      continue;
    }
    const hue = hueOf(red, green, blue, largest, chroma);
    coloured++;
    if (hue >= 180 && hue < 250) bluish++;
    kinds[p] = inkOf(hue, chroma / largest, largest);
  }
  const stainedBlue = bluish > MOST_BLUE * coloured;
  for (let p = 0; p < kinds.length; p++) {
    if (kinds[p] === CYAN) kinds[p] = stainedBlue ? 0 : GREEN;
    else if (kinds[p] === BLUE && stainedBlue) kinds[p] = 0;
  }
  return kinds;
}

/** Below this difference of the channels a pixel has no hue to speak of. */
const LEAST_CHROMA = 20;
const GREEN = 1;
const BLUE = 2;
const RED = 3;
const BLACK = 4;
/** Green's end towards blue, before it is known whether the slide is stained blue. */
const CYAN = 5;

/** The ink of a coloured pixel, 0 for none. */
function inkOf(hue: number, saturation: number, largest: number): number {
  if (hue >= 70 && hue < 200) return saturation < 0.25 ? 0 : hue < 150 ? GREEN : CYAN;
  if (hue >= 200 && hue < 237) return saturation >= 0.5 ? BLUE : 0;
  return (hue < 12 || hue >= 352) && saturation >= 0.8 && largest >= 100 ? RED : 0;
}

/** Degrees in [0, 360). */
function hueOf(red: number, green: number, blue: number, largest: number, chroma: number): number {
  if (largest === red) return (60 * ((green - blue) / chroma) + 360) % 360;
  return largest === green ? 60 * (2 + (blue - red) / chroma) : 60 * (4 + (red - green) / chroma);
}

function removeBorder(mask: Uint8Array, width: number, height: number): void {
  const border = touchingBorder(mask, width, height);
  for (let k = 0; k < mask.length; k++) if (border[k] === 1) mask[k] = 0;
}
