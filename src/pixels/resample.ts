// The area filter: how a high-magnification image becomes a low-magnification one. Defined so exactly that nothing is
// left to an implementation: output pixel (i, j) of a w x h image made from W x H pixels is the area-weighted mean of
// the source rectangle [i W/w, (i+1) W/w) x [j H/h, (j+1) H/h), rounded half up, once. With edges counted in units of
// 1/w and 1/h source pixels every weight is a whole number and every sum is exact in float64, so two implementations of
// the definition agree to the bit. The filter is its own antialiasing (a box of the pixel's own footprint).
import { fail } from "../base/index.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Changes whenever the pixels that {@link resampleArea} makes would change; part of every pixel cache key. */
export const RESAMPLE_VERSION = "area-1";

/**
 * Shrinks an image with the area filter. Equal size gives a copy. The mean is preserved up to rounding, a constant image
 * stays constant, and flips commute with it.
 *
 * @param width pixels wanted, 1 to the image's width.
 * @param height pixels wanted, 1 to the image's height.
 * @throws LowmagError `invalid-argument` for a size that is not whole, below 1, or larger than the image.
 */
export function resampleArea(image: RgbImage, width: number, height: number): RgbImage {
  checkTarget(image, width, height);
  if (width === image.width && height === image.height) return { width, height, data: image.data.slice() };
  const whole = image.width % width === 0 && image.height % height === 0;
  const data = whole ? byWholeBlocks(image, width, height) : byWeights(image, width, height);
  return { width, height, data };
}

/**
 * Pixels of an image side after going from one µm/px to a coarser one: round(size * fromMpp / toMpp), at least 1.
 * A tie rounds up; quotients within 1e-9 of a tie count as one, so that 0.1-like decimals cannot flip it.
 */
export function studentSize(width: number, height: number, fromMpp: number, toMpp: number): [number, number] {
  const side = (pixels: number) => Math.max(1, Math.floor(((pixels * fromMpp) / toMpp) * (1 + 1e-9) + 0.5));
  return [side(width), side(height)];
}

function checkTarget(image: RgbImage, width: number, height: number): void {
  const fits = (target: number, source: number) =>
    Number.isInteger(target) && target >= 1 && target <= source;
  if (fits(width, image.width) && fits(height, image.height)) return;
  throw fail("invalid-argument", {
    where: "resampleArea",
    expected: `a size from 1 x 1 to ${image.width} x ${image.height} (the area filter only shrinks)`,
    got: `${width} x ${height}`,
  });
}

/** Whole-number ratios: plain sums of blocks. Rows are added first, which is one pass over the memory in order. */
function byWholeBlocks(image: RgbImage, width: number, height: number): Uint8Array {
  const blockWidth = image.width / width;
  const blockHeight = image.height / height;
  const area = blockWidth * blockHeight;
  const stride = 3 * image.width;
  const sums = new Float64Array(stride);
  const out = new Uint8Array(3 * width * height);
  for (let j = 0; j < height; j++) {
    sums.fill(0);
    for (let row = j * blockHeight; row < (j + 1) * blockHeight; row++) {
      addRow(sums, image.data, row * stride, 1);
    }
    let from = 0;
    for (let to = 3 * width * j; to < 3 * width * (j + 1); to += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const end = from + 3 * blockWidth; from < end; from += 3) {
        red += sums[from]!;
        green += sums[from + 1]!;
        blue += sums[from + 2]!;
      }
      out[to] = Math.floor(red / area + 0.5);
      out[to + 1] = Math.floor(green / area + 0.5);
      out[to + 2] = Math.floor(blue / area + 0.5);
    }
  }
  return out;
}

/** Any ratio: the same sums with whole-number weights at the edges. */
function byWeights(image: RgbImage, width: number, height: number): Uint8Array {
  const columns = spans(image.width, width);
  const rows = spans(image.height, height);
  const area = columns.total * rows.total;
  const stride = 3 * image.width;
  const sums = new Float64Array(stride);
  const out = new Uint8Array(3 * width * height);
  for (let j = 0; j < height; j++) {
    sums.fill(0);
    for (let row = rows.first[j]!; row <= rows.last[j]!; row++)
      addRow(sums, image.data, row * stride, weightOf(rows, j, row));
    for (let i = 0; i < width; i++) {
      const to = 3 * (width * j + i);
      for (let channel = 0; channel < 3; channel++)
        out[to + channel] = Math.floor(spanSum(sums, columns, i, channel) / area + 0.5);
    }
  }
  return out;
}

/** For each output pixel along one axis: the source pixels it covers and how much of the outer two. */
interface Spans {
  /** The size of one output pixel, in the units of the weights. */
  readonly total: number;
  /** The weight of a source pixel that is covered whole. */
  readonly whole: number;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
}

function spans(source: number, target: number): Spans {
  const divisor = greatestCommonDivisor(source, target);
  const total = source / divisor;
  const whole = target / divisor;
  const first = new Int32Array(target);
  const last = new Int32Array(target);
  const firstWeight = new Float64Array(target);
  const lastWeight = new Float64Array(target);
  for (let i = 0; i < target; i++) {
    const start = i * total;
    const end = start + total;
    first[i] = Math.floor(start / whole);
    last[i] = Math.ceil(end / whole) - 1;
    firstWeight[i] = Math.min(end, (first[i]! + 1) * whole) - start;
    lastWeight[i] = end - Math.max(start, last[i]! * whole);
  }
  return { total, whole, first, last, firstWeight, lastWeight };
}

function weightOf(axis: Spans, output: number, source: number): number {
  if (source === axis.first[output]) return axis.firstWeight[output]!;
  return source === axis.last[output] ? axis.lastWeight[output]! : axis.whole;
}

function spanSum(sums: Float64Array, columns: Spans, i: number, channel: number): number {
  const first = columns.first[i]!;
  const last = columns.last[i]!;
  let sum = sums[3 * first + channel]! * columns.firstWeight[i]!;
  if (last === first) return sum;
  for (let column = first + 1; column < last; column++) sum += sums[3 * column + channel]! * columns.whole;
  return sum + sums[3 * last + channel]! * columns.lastWeight[i]!;
}

function addRow(sums: Float64Array, data: Uint8Array, offset: number, weight: number): void {
  for (let k = 0; k < sums.length; k++) sums[k]! += weight * data[offset + k]!;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
