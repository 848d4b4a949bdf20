// How blurred a picture of tissue is, in µm: the width of the Gaussian that would turn sharp steps into its edges.
import { fail } from "../base/index.ts";
import { type RgbImage, resampleArea } from "../pixels/index.ts";
import { grow } from "./distance.ts";
import { checkMpp } from "./pen.ts";

/** Blur is measured at this µm/px; finer pictures are averaged down to it first. */
const BASE_MPP = 1;
/** Share of the pixels taken as edges: those of the steepest tenth. */
const EDGE_SHARE = 0.1;
/** Pixels this near to painted white or to what the mask leaves out are not looked at: those edges are made, not seen. */
const MADE_EDGE = 3;
/** Edges weaker than this (grey levels per pixel) are noise. */
const LEAST_SLOPE = 1;
/** Fewer edge pixels than this say nothing. */
const LEAST_EDGES = 50;

/**
 * The blur of a picture as the standard deviation of a Gaussian in µm, after Zhuo and Sim (2011): the picture is blurred
 * once more by a known sigma1 and the gradients before and after compared on the steepest edges; a step blurred by
 * sigma has a ratio of squared gradients R = 1 + sigma1² / sigma².
 *
 * Sharp tissue at 1 µm/px or finer measures 0.7 to 1.2; blurred by a Gaussian of 2, 3, 4 µm it measures 1.5 to 2.5, 2.3 to
 * 3.8, 3.0 to 5.0 (19 pictures of real tissue from five sources; in each the score rises with the blur). Pictures finer
 * than 1 µm/px are averaged down to it, so the number means the same for all of them; coarser ones are measured as they
 * are, where sharp is about 0.9 pixels.
 *
 * @param mask one byte per pixel, 1 = look here; default everywhere. Pure white is never looked at.
 * @returns µm, or `null` where there are too few edges to tell (glass, tiny pictures).
 * @throws LowmagError `shape-mismatch` for a mask of another size; `invalid-argument` for a pixel size not above 0.
 */
export function blurScore(image: RgbImage, mpp: number, mask?: Uint8Array): number | null {
  checkMpp(mpp, "blurScore");
  checkMask(image, mask);
  const factor = Math.min(1, mpp / BASE_MPP);
  const width = Math.max(1, Math.round(image.width * factor));
  const height = Math.max(1, Math.round(image.height * factor));
  if (width < 16 || height < 16) return null;
  const made = grow(whereMade(image, mask, width, height), width, height, MADE_EDGE);
  const ratio = edgeRatio(greyOf(image, width, height), made, width, height);
  if (ratio === null) return null;
  const pixel = (mpp * image.width) / width;
  return pixel / Math.sqrt(Math.max(ratio - 1, 1e-4));
}

/** µm above which a picture at `mpp` counts as blurred: twice what sharp tissue measures there. */
export function blurLimit(mpp: number): number {
  return 2 * Math.max(BASE_MPP, mpp);
}

function checkMask({ width, height }: RgbImage, mask: Uint8Array | undefined): void {
  if (mask === undefined || mask.length === width * height) return;
  throw fail("shape-mismatch", {
    where: "blurScore",
    expected: `a mask of ${width} x ${height} pixels`,
    got: `${mask.length} bytes`,
  });
}

/** On a raster of `width` x `height`: 1 where a pixel is pure white or outside of the mask, made and not seen. */
function whereMade(
  { data, width: across, height: down }: RgbImage,
  mask: Uint8Array | undefined,
  width: number,
  height: number,
): Uint8Array {
  const made = new Uint8Array(width * height);
  const columns = Int32Array.from({ length: across }, (_, x) => Math.floor((x * width) / across));
  for (let y = 0, p = 0, k = 0; y < down; y++) {
    const row = Math.floor((y * height) / down) * width;
    for (let x = 0; x < across; x++, p++, k += 3) {
      const white = data[k] === 255 && data[k + 1] === 255 && data[k + 2] === 255;
      if (white || (mask !== undefined && mask[p] === 0)) made[row + columns[x]!] = 1;
    }
  }
  return made;
}

/** Luma of the picture brought to a size. */
function greyOf(image: RgbImage, width: number, height: number): Float32Array {
  const asItIs = width === image.width && height === image.height;
  const { data } = asItIs ? image : resampleArea(image, width, height);
  const out = new Float32Array(width * height);
  for (let k = 0, p = 0; p < out.length; k += 3, p++)
    out[p] = 0.299 * data[k]! + 0.587 * data[k + 1]! + 0.114 * data[k + 2]!;
  return out;
}

/**
 * Ratio of summed squared gradients before and after blurring, over the pixels steepest after. Pixels near what was made
 * and at the border are not looked at: `soft` is -1 there.
 */
function edgeRatio(grey: Float32Array, made: Uint8Array, width: number, height: number): number | null {
  const soft = softGradients(grey, made, width, height);
  const cut = steepest(soft);
  if (cut === null) return null;
  let before = 0;
  let after = 0;
  let count = 0;
  for (let k = 0; k < soft.length; k++) {
    if (soft[k]! < cut) continue;
    before += squaredGradient(grey, k, width);
    after += soft[k]!;
    count++;
  }
  return count < LEAST_EDGES || after < count * LEAST_SLOPE ** 2 ? null : before / after;
}

/** Squared gradients of the blurred picture where it is looked at, -1 elsewhere. */
function softGradients(grey: Float32Array, made: Uint8Array, width: number, height: number): Float32Array {
  const across = new Float32Array(grey.length);
  const blurred = new Float32Array(grey.length);
  binomial(grey, 1, across);
  binomial(across, width, blurred);
  const out = across.fill(-1);
  for (let y = MADE_EDGE; y < height - MADE_EDGE; y++)
    gradientsOfRow(blurred, made, width, y * width + MADE_EDGE, (y + 1) * width - MADE_EDGE, out);
  return out;
}

/**
 * Squared gradients of the pixels `from` up to `end` of a row. Sobel's sums over a column of three serve three pixels; they
 * are exact, 32-bit floats of 0 to 255 in 64 bits, so that their order does not matter.
 */
function gradientsOfRow(
  values: Float32Array,
  made: Uint8Array,
  width: number,
  from: number,
  end: number,
  out: Float32Array,
): void {
  const sum = (k: number) => values[k - width]! + 2 * values[k]! + values[k + width]!;
  const step = (k: number) => values[k + width]! - values[k - width]!;
  let [leftSum, leftStep] = [sum(from - 1), step(from - 1)];
  let [middleSum, middleStep] = [sum(from), step(from)];
  for (let k = from; k < end; k++) {
    const rightSum = sum(k + 1);
    const rightStep = step(k + 1);
    const dx = rightSum - leftSum;
    const dy = leftStep + 2 * middleStep + rightStep;
    if (made[k] === 0) out[k] = (dx * dx + dy * dy) / 64;
    leftSum = middleSum;
    leftStep = middleStep;
    middleSum = rightSum;
    middleStep = rightStep;
  }
}

/** Convolves with 1 4 6 4 1 / 16 along one axis: a Gaussian of variance 1. The outer two rows and columns are not used. */
function binomial(values: Float32Array, step: number, out: Float32Array): void {
  for (let k = 2 * step, end = values.length - 2 * step; k < end; k++)
    out[k] =
      (values[k - 2 * step]! +
        values[k + 2 * step]! +
        4 * (values[k - step]! + values[k + step]!) +
        6 * values[k]!) /
      16;
}

/** Squared length of Sobel's gradient at a pixel inside, in grey levels per pixel, as a 32-bit float. */
function squaredGradient(values: Float32Array, k: number, width: number): number {
  const diagonal = values[k + width + 1]! - values[k - width - 1]!;
  const other = values[k + width - 1]! - values[k - width + 1]!;
  const dx = diagonal - other + 2 * (values[k + 1]! - values[k - 1]!);
  const dy = diagonal + other + 2 * (values[k + width]! - values[k - width]!);
  return Math.fround((dx * dx + dy * dy) / 64);
}

/** The squared slope that a tenth of the pixels reach, to a twentieth of a grey level per pixel. */
function steepest(soft: Float32Array): number | null {
  const histogram = new Float64Array(20 * 256);
  let total = 0;
  for (let k = 0; k < soft.length; k++) {
    if (soft[k]! < 0) continue;
    histogram[Math.min(histogram.length - 1, Math.floor(20 * Math.sqrt(soft[k]!)))]! += 1;
    total++;
  }
  let above = 0;
  for (let bin = histogram.length - 1; bin >= 0; bin--) {
    above += histogram[bin]!;
    if (total > 0 && above >= EDGE_SHARE * total) return (bin / 20) ** 2;
  }
  return null;
}
