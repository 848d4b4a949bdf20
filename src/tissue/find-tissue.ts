// From a thumbnail to a mask: refuse what is no bright-field picture, set ink and black borders aside, measure, cut by
// Otsu within limits, and clean up by area.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { balance } from "./balanced.ts";
import { fillSmallHoles, removeSmallObjects, touchingBorder } from "./filters.ts";
import { measure, THRESHOLD_LIMITS } from "./measure.ts";
import { histogramOf, otsuThreshold } from "./otsu.ts";
import { checkMpp, findPenOn } from "./pen.ts";
import { boxMean, countOnes, oddSide } from "./raster.ts";
import { TISSUE_METHODS, type TissueMask, type TissueMethod } from "./types.ts";

/** µm per pixel of the thumbnails that the defaults were chosen on. */
export const TISSUE_MPP = 8;

/** How tissue is found. Lengths in µm and areas in µm², so that they mean the same on any thumbnail. */
export interface TissueOptions {
  /** µm per pixel of the thumbnail. */
  readonly mpp: number;
  /** Default "saturation". */
  readonly method?: TissueMethod;
  /** A threshold in units of the method's measure (0..255) instead of Otsu's. */
  readonly threshold?: number;
  /** Side of the square over which the measure is averaged before it is cut. Default 24. */
  readonly smoothing?: number;
  /** Holes smaller than this are filled. Default 40,000 (a disc of 226 µm). */
  readonly holeArea?: number;
  /** Objects smaller than this are removed. Default 20,000 (a disc of 160 µm). */
  readonly objectArea?: number;
  /** Leave ink out of the tissue. Default true. */
  readonly excludePen?: boolean;
}

const DEFAULTS = {
  method: "saturation",
  smoothing: 24,
  holeArea: 40_000,
  objectArea: 20_000,
  excludePen: true,
} as const;
/** Side of the texture method's window, µm. */
const TEXTURE = 40;

/**
 * Finds tissue on a thumbnail of about {@link TISSUE_MPP} µm/px.
 *
 * Bare glass is first brought to white (its own colour divided out). Then by `method` each pixel gets a measure in 0..255:
 * - `saturation`: largest minus smallest channel (saturation times value: HSV saturation alone explodes in the dark);
 * - `grey`: 255 minus luma: for stains without much colour;
 * - `optical-density`: mean optical density of the channels, times 400: for dense stains of any colour;
 * - `texture`: local mean absolute deviation of luma: for pale, fatty tissue whose outlines alone are stained.
 *
 * The measure is averaged over `smoothing` and cut at Otsu's threshold, kept inside limits that depend on the method
 * alone: never so low that bare glass would be split into noise and noise (an empty slide gives an empty mask), never so
 * high that a picture full of tissue would be split into pale and dark. Ink ({@link findPen}) and black borders are never
 * tissue and take no part in the threshold. Then small holes are filled and small objects removed.
 *
 * @throws LowmagError `unsupported-format` for a dark picture (fluorescence), `invalid-argument` for options out of range.
 */
export function findTissue(image: RgbImage, options: TissueOptions): TissueMask {
  const {
    mpp,
    method,
    smoothing,
    holeArea,
    objectArea,
    excludePen,
    threshold: given,
  } = { ...DEFAULTS, ...options };
  checkOptions({ mpp, method, smoothing, holeArea, objectArea }, given);
  refuseDark(image);
  const { width, height } = image;
  const border = blackBorder(image);
  const balanced = balance(image);
  const pen = excludePen ? findPenOn(balanced, { mpp }) : null;
  const aside = pen === null ? border : either(border, pen.data);
  const values = boxMean(
    measure(balanced, method, Math.max(3, oddSide(TEXTURE, mpp))),
    width,
    height,
    oddSide(smoothing, mpp),
  );
  const otsu = otsuThreshold(histogramOf(values, aside));
  const { low, high } = THRESHOLD_LIMITS[method];
  const threshold = given ?? Math.min(high, Math.max(low, otsu ?? high));
  const data = above(values, threshold, aside);
  fillSmallHoles(data, width, height, holeArea / mpp ** 2);
  if (pen !== null) for (let k = 0; k < data.length; k++) if (aside[k] === 1) data[k] = 0;
  removeSmallObjects(data, width, height, objectArea / mpp ** 2);
  const share = (mask: Uint8Array) => countOnes(mask) / mask.length;
  return {
    width,
    height,
    data,
    mpp,
    method,
    threshold,
    otsu,
    tissueShare: share(data),
    pen,
    borderShare: share(border),
  };
}

/** Pixels of a black frame: all channels below 40 and joined to the border of the picture. */
function blackBorder({ data, width, height }: RgbImage): Uint8Array {
  const dark = new Uint8Array(width * height);
  for (let k = 0, p = 0; p < dark.length; k += 3, p++)
    dark[p] = data[k]! < 40 && data[k + 1]! < 40 && data[k + 2]! < 40 ? 1 : 0;
  return touchingBorder(dark, width, height);
}

/** Where one of two masks holds. */
function either(one: Uint8Array, other: Uint8Array): Uint8Array {
  const out = new Uint8Array(one.length);
  for (let k = 0; k < out.length; k++) out[k] = one[k]! | other[k]!;
  return out;
}

/** Where a value exceeds the threshold and is not set aside. */
function above(values: Uint8Array, threshold: number, aside: Uint8Array): Uint8Array {
  const out = new Uint8Array(values.length);
  for (let k = 0; k < out.length; k++) out[k] = values[k]! > threshold && aside[k] === 0 ? 1 : 0;
  return out;
}

/** Bright-field pictures are bright somewhere: at least 2 % of the pixels have a luma of 128 or more. */
function refuseDark({ data }: RgbImage): void {
  const enough = 0.02 * (data.length / 3);
  let bright = 0;
  for (let k = 0; k < data.length && bright < enough; k += 3)
    if (0.299 * data[k]! + 0.587 * data[k + 1]! + 0.114 * data[k + 2]! >= 128) bright++;
  if (bright >= enough) return;
  throw fail("unsupported-format", {
    where: "findTissue",
    expected: "a bright-field slide, bright where there is no tissue",
    got: `a dark picture (${((300 * bright) / data.length).toFixed(1)} % bright pixels), as of fluorescence`,
    fix: "Leave fluorescence slides out: tissue is found on bright-field slides only.",
  });
}

function checkOptions(
  { mpp, method, ...sizes }: Readonly<{ mpp: number; method: string } & Record<string, string | number>>,
  threshold: number | undefined,
): void {
  checkMpp(mpp, "findTissue");
  const refuse = (where: string, expected: string, got: string) =>
    fail("invalid-argument", { where: `findTissue \`${where}\``, expected, got });
  if (!(TISSUE_METHODS as readonly string[]).includes(method))
    throw refuse("method", `one of ${TISSUE_METHODS.join(", ")}`, method);
  for (const [name, value] of Object.entries(sizes))
    if (!(Number(value) >= 0 && Number.isFinite(value)))
      throw refuse(name, "a finite number of at least 0", `${value}`);
  if (threshold !== undefined && !(threshold >= 0 && threshold < 255))
    throw refuse("threshold", "a number from 0 to below 255", `${threshold}`);
}
