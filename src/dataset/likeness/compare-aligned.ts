// How alike two pictures are once they lie on each other: the normalised correlation of grey values, block by block, and of
// the blocks the median. Blocks make it a question of texture: two pieces of tissue with one outline, or two tiles with a
// dark left half, correlate as wholes but not inside. The median lets a smear or a mark on one of them be.
import type { Affine } from "./affine.ts";
import { bilinear, type GreyPicture } from "./grey-picture.ts";

/** Sides of the blocks in pixels of the first picture. */
export const BLOCK = 16;
/** Blocks whose grey values spread less than this (standard deviation) hold nothing to compare: bare glass, noise. */
export const LEAST_SPREAD = 4;

/** What lies on each other, and how alike it is. */
export interface AlignedLikeness {
  /** Median over the blocks of the correlation of grey values, -1 to 1. */
  readonly score: number;
  /** Blocks with structure that were compared. */
  readonly blocks: number;
  /** Share of the first picture's blocks with structure whose middle lies within the second, 0 to 1. */
  readonly shared: number;
}

/** Compares `first` with `second` seen through a map from the first's pixels to the second's. */
export function compareAligned(first: GreyPicture, second: GreyPicture, map: Affine): AlignedLikeness {
  const side = blockSide(first);
  const scores: number[] = [];
  let structured = 0;
  let within = 0;
  for (let top = 0; top + side <= first.height; top += side)
    for (let left = 0; left + side <= first.width; left += side) {
      if (spreadOf(first, left, top, side) < LEAST_SPREAD) continue;
      structured += 1;
      if (!isInside(second, map, left + (side - 1) / 2, top + (side - 1) / 2)) continue;
      within += 1;
      const score = correlateBlock(first, second, map, left, top, side);
      if (score !== null) scores.push(score);
    }
  return { score: median(scores), blocks: scores.length, shared: within / Math.max(1, structured) };
}

/** Blocks that hold structure. */
export function countStructured(picture: GreyPicture): number {
  const side = blockSide(picture);
  let count = 0;
  for (let top = 0; top + side <= picture.height; top += side)
    for (let left = 0; left + side <= picture.width; left += side)
      if (spreadOf(picture, left, top, side) >= LEAST_SPREAD) count += 1;
  return count;
}

/** Side of a picture's blocks in pixels: small pictures have smaller ones, so that there are some. */
export function blockSide({ width, height }: GreyPicture): number {
  return Math.max(4, Math.min(BLOCK, Math.floor(Math.min(width, height) / 4)));
}

/** Standard deviation of a block's grey values. */
export function spreadOf({ width, data }: GreyPicture, left: number, top: number, side: number): number {
  let sum = 0;
  let squares = 0;
  for (let y = top; y < top + side; y++)
    for (let x = left; x < left + side; x++) {
      const value = data[y * width + x]!;
      sum += value;
      squares += value * value;
    }
  const count = side * side;
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}

/** Correlation of a block with what lies under it; `null` where a corner of it lies outside. */
function correlateBlock(
  first: GreyPicture,
  second: GreyPicture,
  map: Affine,
  left: number,
  top: number,
  side: number,
): number | null {
  if (!liesInside(second, map, left, top, side)) return null;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = top; y < top + side; y++)
    for (let x = left; x < left + side; x++) {
      const a = first.data[y * first.width + x]!;
      const b = bilinear(second, map.xx * x + map.xy * y + map.x0, map.yx * x + map.yy * y + map.y0);
      sumA += a;
      sumB += b;
      sumAA += a * a;
      sumBB += b * b;
      sumAB += a * b;
    }
  const count = side * side;
  const spread = (sumAA - (sumA * sumA) / count) * (sumBB - (sumB * sumB) / count);
  return spread > 0 ? (sumAB - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
}

function liesInside(second: GreyPicture, map: Affine, left: number, top: number, side: number): boolean {
  const [right, bottom] = [left + side - 1, top + side - 1];
  return [left, right].every((x) => [top, bottom].every((y) => isInside(second, map, x, y)));
}

/** A picture that was made smaller and larger again ends a fraction of a pixel elsewhere. */
const SLACK = 0.75;

/** Whether the map takes a point into a picture. */
export function isInside({ width, height }: GreyPicture, map: Affine, x: number, y: number): boolean {
  const u = map.xx * x + map.xy * y + map.x0;
  const v = map.yx * x + map.yy * y + map.y0;
  return u >= -SLACK && v >= -SLACK && u <= width - 1 + SLACK && v <= height - 1 + SLACK;
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
