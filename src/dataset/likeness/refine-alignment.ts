// Makes an alignment exact: spots give it to a few pixels, and texture agrees only within half a pixel. Every block of the
// first picture is moved about over the second to where it fits best (block matching); the affine map that explains most of
// these moves is the next alignment, from which the blocks are moved about less.
import type { Affine } from "./affine.ts";
import { blockSide, isInside, LEAST_SPREAD, spreadOf } from "./compare-aligned.ts";
import { fitAffine, type PointPair } from "./fit-affine.ts";
import { bilinear, type GreyPicture } from "./grey-picture.ts";

/** Pixels that blocks are moved by, at most, round after round. */
const REACHES = [8, 6, 4, 2];
/** A block that fits worse than this wherever it is put tells nothing. */
const LEAST_FIT = 0.5;

/** A better map near to one; the map itself where too few blocks fit anywhere. */
export function refineAlignment(first: GreyPicture, second: GreyPicture, start: Affine): Affine {
  let map = start;
  for (const reach of REACHES) {
    const next = fitAffine(matchBlocks(first, second, map, reach));
    if (next === null) return map;
    map = next;
  }
  return map;
}

function matchBlocks(first: GreyPicture, second: GreyPicture, map: Affine, reach: number): PointPair[] {
  const side = blockSide(first);
  const pairs: PointPair[] = [];
  for (let top = 0; top + side <= first.height; top += side)
    for (let left = 0; left + side <= first.width; left += side) {
      if (!isInside(second, map, left + side / 2, top + side / 2)) continue;
      if (spreadOf(first, left, top, side) < LEAST_SPREAD) continue;
      const pair = matchBlock(first, second, map, { left, top, side, reach });
      if (pair !== null) pairs.push(pair);
    }
  return pairs;
}

interface Block {
  readonly left: number;
  readonly top: number;
  readonly side: number;
  readonly reach: number;
}

/** Where the block's middle lies best in the second picture. */
function matchBlock(first: GreyPicture, second: GreyPicture, map: Affine, block: Block): PointPair | null {
  const { left, top, side, reach } = block;
  const span = side + 2 * reach;
  const seen = new Float32Array(span * span);
  for (let y = 0; y < span; y++)
    for (let x = 0; x < span; x++) {
      const [fromX, fromY] = [left - reach + x, top - reach + y];
      const u = map.xx * fromX + map.xy * fromY + map.x0;
      seen[y * span + x] = bilinear(second, u, map.yx * fromX + map.yy * fromY + map.y0);
    }
  const fits = new Float64Array((2 * reach + 1) ** 2);
  let best = 0;
  for (let at = 0; at < fits.length; at++) {
    fits[at] = correlation(first, block, seen, at % (2 * reach + 1), Math.floor(at / (2 * reach + 1)));
    if (fits[at]! > fits[best]!) best = at;
  }
  if (fits[best]! < LEAST_FIT) return null;
  return pairAt(block, map, fits, best);
}

function pairAt({ left, top, side, reach }: Block, map: Affine, fits: Float64Array, best: number): PointPair {
  const row = 2 * reach + 1;
  const [column, line] = [best % row, Math.floor(best / row)];
  const dx = column - reach + (column > 0 && column < row - 1 ? peak(fits, best, 1) : 0);
  const dy = line - reach + (line > 0 && line < row - 1 ? peak(fits, best, row) : 0);
  const [x, y] = [left + (side - 1) / 2, top + (side - 1) / 2];
  const u = map.xx * (x + dx) + map.xy * (y + dy) + map.x0;
  return { x, y, u, v: map.yx * (x + dx) + map.yy * (y + dy) + map.y0 };
}

/** Where the parabola through three neighbours has its top, within half a step. */
function peak(fits: Float64Array, at: number, step: number): number {
  const [before, after] = [fits[at - step]!, fits[at + step]!];
  const bend = 2 * fits[at]! - before - after;
  return bend <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (after - before) / (2 * bend)));
}

/** Correlation of a block with what is seen when it is moved by (dx - reach, dy - reach). */
function correlation(
  first: GreyPicture,
  { left, top, side, reach }: Block,
  seen: Float32Array,
  dx: number,
  dy: number,
): number {
  const span = side + 2 * reach;
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let y = 0; y < side; y++) {
    const fromA = (top + y) * first.width + left;
    const fromB = (dy + y) * span + dx;
    for (let x = 0; x < side; x++) {
      const a = first.data[fromA + x]!;
      const b = seen[fromB + x]!;
      sumA += a;
      sumB += b;
      sumAA += a * a;
      sumBB += b * b;
      sumAB += a * b;
    }
  }
  const count = side * side;
  const spread = (sumAA - (sumA * sumA) / count) * (sumBB - (sumB * sumB) / count);
  return spread > 0 ? (sumAB - (sumA * sumB) / count) / Math.sqrt(spread) : 0;
}
