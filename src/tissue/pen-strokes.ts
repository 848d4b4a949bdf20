// Strokes that stand free on the glass: whole objects of one strong hue. A stroke is one dye, where tissue shows two
// stains of many strengths, so that an object may be called ink by colours that a single pixel of tissue can have too.
import type { BalancedPicture } from "./balanced.ts";
import { componentSizes, joinRuns } from "./components.ts";
import { grow } from "./distance.ts";
import { ColourReader, inkOfStroke, LEAST_CHROMA } from "./pen-colours.ts";
import { findRuns, paintRun, type Runs } from "./runs.ts";

/** An object is of one hue when this share of its colour lies within so many degrees of its mean hue. */
const ONE_HUE = { share: 0.95, degrees: 10 } as const;
/** And of strong colour when this share of it has at least this saturation. */
const STRONG = { share: 0.75, saturation: 0.5 } as const;

/** Least area and greatest half width of a stroke, in pixels. */
export interface StrokeLimits {
  readonly minimum: number;
  readonly radius: number;
}

/** The objects of a picture: its coloured pixels as runs, and the label of each run, from 1. */
interface Objects {
  readonly runs: Runs;
  readonly labels: Int32Array;
  /** By label; 0 for no ink. */
  readonly inkOf: Uint8Array;
  /** By label: mean hue in degrees, and the sum of chroma: pale and blurred edges count little. */
  readonly hues: Float64Array;
  readonly chroma: Float64Array;
}

/**
 * Ink of every pixel that belongs to a free stroke, 0 elsewhere; `null` where there are none. Objects are 8-connected
 * coloured pixels; one of at least `minimum` pixels is a stroke when 95 % of its colour (of the sum of its chroma) lies
 * within 10 degrees of its mean hue, 75 % has a saturation of at least 0.5, the mean hue is an ink's (70 to 240 degrees, or
 * 345 to 15), and no disc of `radius` pixels fits into it.
 */
export function findFreeStrokes(
  picture: BalancedPicture,
  { minimum, radius }: StrokeLimits,
): Uint8Array | null {
  const objects = strongObjects(picture, minimum);
  const { runs, labels, inkOf } = objects;
  const any = () => inkOf.some((ink) => ink !== 0);
  if (!any()) return null;
  const colours = new ColourReader(picture);
  nameInks(colours, objects);
  if (any()) dropMixed(colours, objects);
  if (any()) dropThick(picture, objects, radius);
  if (!any()) return null;
  const inks = new Uint8Array(picture.chroma.length);
  for (let i = 0; i < runs.count; i++) paintRun(runs, i, inks, inkOf[labels[i]!]!);
  return inks;
}

/**
 * All objects; large ones of strong colour, few on a stained slide, are marked by an ink that is yet to be named. No hue is
 * needed so far.
 */
function strongObjects(picture: BalancedPicture, minimum: number): Objects {
  const { width, height, chroma } = picture;
  const runs = findRuns(chroma, width, height, LEAST_CHROMA, 255);
  const components = joinRuns(runs, width, 8);
  const { labels, count } = components;
  const sizes = componentSizes(runs, components);
  const inkOf = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) inkOf[label] = sizes[label]! < minimum ? 0 : 1;
  const sums = new Float64Array(count + 1);
  const strong = new Float64Array(count + 1);
  for (let i = 0; i < runs.count; i++) {
    const label = labels[i]!;
    if (inkOf[label] !== 0) addRun(picture, runs.starts[i]!, runs.ends[i]!, label, sums, strong);
  }
  for (let label = 1; label <= count; label++)
    if (strong[label]! < STRONG.share * sums[label]!) inkOf[label] = 0;
  return { runs, labels, inkOf, hues: new Float64Array(count + 1), chroma: sums };
}

/** Adds the chroma of a run to an object's, and that of its pixels of a saturation of at least one half. */
function addRun(
  { data, tables: [reds, greens, blues], chroma }: BalancedPicture,
  start: number,
  end: number,
  label: number,
  sums: Float64Array,
  strong: Float64Array,
): void {
  let all = 0;
  let some = 0;
  for (let p = start, k = 3 * start; p < end; p++, k += 3) {
    const own = chroma[p]!;
    all += own;
    const twice = 2 * own;
    if (reds[data[k]!]! <= twice && greens[data[k + 1]!]! <= twice && blues[data[k + 2]!]! <= twice)
      some += own;
  }
  sums[label]! += all;
  strong[label]! += some;
}

const RADIAN = Math.PI / 180;
/** Of the middle of every degree. */
const COSINES = Float64Array.from({ length: 360 }, (_, degree) => Math.cos((degree + 0.5) * RADIAN));
const SINES = Float64Array.from({ length: 360 }, (_, degree) => Math.sin((degree + 0.5) * RADIAN));

/** Names the ink of the marked objects by their mean hue, every pixel weighted by its chroma. */
function nameInks(colours: ColourReader, { runs, labels, inkOf, hues }: Objects): void {
  const across = new Float64Array(inkOf.length);
  const up = new Float64Array(inkOf.length);
  for (let i = 0; i < runs.count; i++) {
    const label = labels[i]!;
    if (inkOf[label] === 0) continue;
    for (let p = runs.starts[i]!; p < runs.ends[i]!; p++) {
      colours.read(p);
      const degree = Math.floor(colours.hue);
      across[label]! += colours.chroma * COSINES[degree]!;
      up[label]! += colours.chroma * SINES[degree]!;
    }
  }
  for (let label = 1; label < inkOf.length; label++) {
    if (inkOf[label] === 0) continue;
    hues[label] = (Math.atan2(up[label]!, across[label]!) / RADIAN + 360) % 360;
    inkOf[label] = inkOfStroke(hues[label]!);
  }
}

/** Takes the ink from those objects that are not of one hue. */
function dropMixed(colours: ColourReader, { runs, labels, inkOf, hues, chroma }: Objects): void {
  const near = new Float64Array(inkOf.length);
  for (let i = 0; i < runs.count; i++) {
    const label = labels[i]!;
    if (inkOf[label] === 0) continue;
    for (let p = runs.starts[i]!; p < runs.ends[i]!; p++) {
      colours.read(p);
      const apart = Math.abs(colours.hue - hues[label]!);
      if (Math.min(apart, 360 - apart) <= ONE_HUE.degrees) near[label]! += colours.chroma;
    }
  }
  for (let label = 1; label < inkOf.length; label++)
    if (near[label]! < ONE_HUE.share * chroma[label]!) inkOf[label] = 0;
}

/** Takes the ink from those objects that hold a disc of so many pixels: no pen is that wide. */
function dropThick(
  { width, height, chroma }: BalancedPicture,
  { runs, labels, inkOf }: Objects,
  radius: number,
): void {
  const outside = new Uint8Array(chroma.length).fill(1);
  for (let i = 0; i < runs.count; i++) if (inkOf[labels[i]!] !== 0) paintRun(runs, i, outside, 0);
  const reached = grow(outside, width, height, radius);
  for (let i = 0; i < runs.count; i++) {
    const label = labels[i]!;
    for (let p = runs.starts[i]!; inkOf[label] !== 0 && p < runs.ends[i]!; p++)
      if (reached[p] === 0) inkOf[label] = 0;
  }
}
