// Strokes that stand free on the glass: whole objects of one strong hue. A stroke is one dye, where tissue shows two
// stains of many strengths, so that an object may be called ink by colours that a single pixel of tissue can have too.
import { componentSizes, labelComponents } from "./components.ts";
import { grow } from "./distance.ts";
import { type ColourReader, inkOfStroke } from "./pen-colours.ts";

/** An object is of one hue when this share of its colour lies within so many degrees of its mean hue. */
const ONE_HUE = { share: 0.95, degrees: 10 } as const;
/** And of strong colour when this share of it has at least this saturation. */
const STRONG = { share: 0.75, saturation: 0.5 } as const;
/** The picture whose strokes are looked for. */
export interface StrokePicture {
  readonly colours: ColourReader;
  /** 1 where a pixel has a hue. */
  readonly coloured: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Least area and greatest half width of a stroke, in pixels. */
export interface StrokeLimits {
  readonly minimum: number;
  readonly radius: number;
}

/** Sums over an object, every pixel weighted by its chroma: pale and blurred edges count little. */
interface ObjectColours {
  /** Sum of chroma, and of its vectors by hue. */
  readonly chroma: Float64Array;
  readonly across: Float64Array;
  readonly up: Float64Array;
  /** Chroma of the pixels of strong colour. */
  readonly strong: Float64Array;
}

/**
 * Ink of every pixel that belongs to a free stroke, 0 elsewhere. Objects are 8-connected coloured pixels; one of at least
 * `minimum` pixels is a stroke when 95 % of its colour (of the sum of its chroma) lies within 10 degrees of its mean hue,
 * 75 % has a saturation of at least 0.5, the mean hue is an ink's (70 to 240 degrees, or 345 to 15), and no disc of
 * `radius` pixels fits into it.
 */
export function findFreeStrokes(picture: StrokePicture, { minimum, radius }: StrokeLimits): Uint8Array {
  const { colours, coloured, width, height } = picture;
  const inks = new Uint8Array(coloured.length);
  if (!coloured.includes(1)) return inks;
  const components = labelComponents(coloured, width, height, 8);
  const sizes = componentSizes(components);
  const { labels, count } = components;
  const sums = sumColours(colours, labels, count);
  const hues = new Float64Array(count + 1);
  const inkOf = new Uint8Array(count + 1);
  for (let label = 1; label <= count; label++) {
    if (sizes[label]! < minimum || sums.strong[label]! < STRONG.share * sums.chroma[label]!) continue;
    hues[label] = (Math.atan2(sums.up[label]!, sums.across[label]!) / RADIAN + 360) % 360;
    inkOf[label] = inkOfStroke(hues[label]!);
  }
  if (inkOf.every((ink) => ink === 0)) return inks;
  dropMixed(colours, labels, inkOf, hues, sums.chroma);
  dropThick(picture, labels, inkOf, radius);
  for (let p = 0; p < inks.length; p++) inks[p] = inkOf[labels[p]!]!;
  return inks;
}

const RADIAN = Math.PI / 180;
/** Of the middle of every degree. */
const COSINES = Float64Array.from({ length: 360 }, (_, degree) => Math.cos((degree + 0.5) * RADIAN));
const SINES = Float64Array.from({ length: 360 }, (_, degree) => Math.sin((degree + 0.5) * RADIAN));

function sumColours(colours: ColourReader, labels: Int32Array, count: number): ObjectColours {
  const [chroma, across, up, strong] = [0, 1, 2, 3].map(() => new Float64Array(count + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let p = 0; p < labels.length; p++) {
    const label = labels[p]!;
    if (label === 0) continue;
    colours.read(p);
    chroma[label]! += colours.chroma;
    const degree = Math.floor(colours.hue);
    across[label]! += colours.chroma * COSINES[degree]!;
    up[label]! += colours.chroma * SINES[degree]!;
    if (colours.saturation >= STRONG.saturation) strong[label]! += colours.chroma;
  }
  return { chroma, across, up, strong };
}

/** Takes the ink from those objects that are not of one hue. */
function dropMixed(
  colours: ColourReader,
  labels: Int32Array,
  inkOf: Uint8Array,
  hues: Float64Array,
  chroma: Float64Array,
): void {
  const near = new Float64Array(inkOf.length);
  for (let p = 0; p < labels.length; p++) {
    const label = labels[p]!;
    if (inkOf[label] === 0) continue;
    colours.read(p);
    const apart = Math.abs(colours.hue - hues[label]!);
    if (Math.min(apart, 360 - apart) <= ONE_HUE.degrees) near[label]! += colours.chroma;
  }
  for (let label = 1; label < inkOf.length; label++)
    if (near[label]! < ONE_HUE.share * chroma[label]!) inkOf[label] = 0;
}

/** Takes the ink from those objects that hold a disc of so many pixels: no pen is that wide. */
function dropThick(
  { width, height }: StrokePicture,
  labels: Int32Array,
  inkOf: Uint8Array,
  radius: number,
): void {
  const outside = new Uint8Array(labels.length);
  for (let p = 0; p < labels.length; p++) outside[p] = inkOf[labels[p]!] === 0 ? 1 : 0;
  const reached = grow(outside, width, height, radius);
  for (let p = 0; p < labels.length; p++) if (reached[p] === 0) inkOf[labels[p]!] = 0;
}
