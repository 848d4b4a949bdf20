// Ink on the glass: pathologists mark slides with pens, and ink is as saturated as any stain. Told by hue: tissue stained
// with H&E lies between blue-violet and red-pink (hues 237 to 350 degrees on the slides looked at), DAB at 15 to 45.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { type BalancedPicture, balance } from "./balanced.ts";
import { labelComponents } from "./components.ts";
import { grow, growLabels } from "./distance.ts";
import { BLACK, BLUE, CYAN, GREEN, inkOfPixel, LEAST_CHROMA, RED } from "./pen-colours.ts";
import { findMarks, type InkPicture, inkPicture } from "./pen-marks.ts";
import { dropOwnColours } from "./pen-own-colours.ts";
import { findFreeStrokes, type StrokeLimits } from "./pen-strokes.ts";
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

const CODES: readonly (readonly [PenColour, number])[] = [
  ["green", GREEN],
  ["blue", BLUE],
  ["red", RED],
  ["black", BLACK],
];
/** Ink bleeds into its neighbours by about this many µm. */
const EDGE = 16;
/** No stroke is wider than this many µm. */
const WIDEST = 2500;
/** Red marks with more than this share of coloured pixels around them are blood inside tissue. */
const MOST_ENCLOSED = 0.75;

/**
 * Finds ink, by two rules. A whole object that stands free on the glass is a stroke when it is of one strong hue that is
 * an ink's and not the slide's own ({@link findFreeStrokes}, {@link dropOwnColours}). Elsewhere single pixels are ink: with
 * hue h in degrees, saturation s and the largest channel v (0..255) of the white-balanced pixel, green: 70 <= h < 200,
 * s >= 0.25, chroma >= 20; blue: 200 <= h < 237, s >= 0.5; red: h < 12 or h >= 352, s >= 0.8, v >= 100, and not enclosed
 * by tissue; black: v < 70, chroma < 20, not joined to the border of the picture (that is a scanner's black border).
 * Where more than three quarters of all coloured pixels have hues of 180 to 250 degrees, not by strokes, what lies
 * between 150 and 237 is the slide's stain, not ink.
 *
 * @throws LowmagError `invalid-argument` for a pixel size that is not above 0.
 */
export function findPen(image: RgbImage, options: PenOptions): PenMarks {
  checkMpp(options.mpp, "findPen");
  return findPenOn(balance(image), options);
}

/** As {@link findPen}, on a picture whose glass is white. */
export function findPenOn(picture: BalancedPicture, { mpp, minimumArea = 20_000 }: PenOptions): PenMarks {
  const { width, height } = picture;
  const minimum = minimumArea / mpp ** 2;
  const inks = classify(picture, { minimum, radius: WIDEST / 2 / mpp });
  const colours = { green: 0, blue: 0, red: 0, black: 0 };
  const all = new Uint8Array(width * height);
  for (const [colour, code] of CODES) {
    const mask = findMarks(inks, minimum, code);
    if (mask === null) continue;
    if (colour === "red") removeEnclosed(mask, picture, Math.max(1, EDGE / mpp));
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

/**
 * The ink of every pixel: of free strokes first, of single pixels elsewhere. Whether the slide is stained blue is asked
 * only where a mark depends on it.
 */
function classify(picture: BalancedPicture, limits: StrokeLimits): InkPicture {
  const { width, height } = picture;
  const kinds = inksOfPixels(picture);
  const inks = inkPicture(kinds, width, height);
  const strokes = findFreeStrokes(picture, limits);
  const marks = (low: number, high: number) => findMarks(inks, limits.minimum, low, high) !== null;
  if (strokes === null && !marks(BLUE, BLUE) && (inks.counts[CYAN] === 0 || !marks(CYAN, GREEN))) return inks;
  const stainedBlue = dropOwnColours(picture, strokes);
  for (let p = 0; p < kinds.length; p++) {
    const kind = strokes?.[p] || kinds[p]!;
    if (kind === CYAN) kinds[p] = stainedBlue ? 0 : GREEN;
    else kinds[p] = kind === BLUE && stainedBlue ? 0 : kind;
  }
  return inkPicture(kinds, width, height);
}

/** The ink that every pixel is by itself. */
function inksOfPixels({ data, tables: [reds, greens, blues], chroma }: BalancedPicture): Uint8Array {
  const kinds = new Uint8Array(chroma.length);
  for (let k = 0, p = 0; p < kinds.length; k += 3, p++) {
    const red = reds[data[k]!]!;
    if (chroma[p]! >= LEAST_CHROMA)
      kinds[p] = inkOfPixel(red, greens[data[k + 1]!]!, blues[data[k + 2]!]!, chroma[p]!);
    else if (red < 70 && greens[data[k + 1]!]! < 70 && blues[data[k + 2]!]! < 70) kinds[p] = BLACK;
  }
  return kinds;
}

/** Removes the red marks that lie inside tissue: coloured, from `reach` to twice that many pixels outside of them. */
function removeEnclosed(mask: Uint8Array, { width, height, chroma }: BalancedPicture, reach: number): void {
  const components = labelComponents(mask, width, height, 8);
  const { labels, count } = components;
  if (count === 0) return;
  const around = labels.slice();
  growLabels(around, width, height, 2 * reach);
  const near = grow(mask, width, height, reach);
  const ring = new Float64Array(count + 1);
  const tissue = new Float64Array(count + 1);
  for (let p = 0; p < near.length; p++) {
    if (around[p]! >= 0 || near[p] === 1) continue;
    ring[-around[p]!]! += 1;
    if (chroma[p]! >= LEAST_CHROMA) tissue[-around[p]!]! += 1;
  }
  for (let p = 0; p < mask.length; p++)
    if (tissue[labels[p]!]! > MOST_ENCLOSED * ring[labels[p]!]!) mask[p] = 0;
}
