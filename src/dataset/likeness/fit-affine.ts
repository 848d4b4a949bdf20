// The affine map that takes points nearest to their partners: least squares, again and again without those that lie far off.
import type { Affine } from "./affine.ts";

/** A point of the first picture and where it lies in the second. */
export interface PointPair {
  readonly x: number;
  readonly y: number;
  readonly u: number;
  readonly v: number;
}

const ROUNDS = 3;
/** Points further off than this, in pixels of the second picture, are left out of the next round. */
const FAR = 1.5;
const LEAST_POINTS = 6;

/** The map; `null` for fewer than six points, or points in a line. */
export function fitAffine(pairs: readonly PointPair[]): Affine | null {
  let map: Affine | null = null;
  let kept = pairs;
  for (let round = 0; round < ROUNDS; round++) {
    const next = leastSquares(kept);
    if (next === null) return map;
    map = next;
    const offs = pairs.map((pair) => distanceOff(next, pair));
    const limit = Math.max(FAR, 2 * middle(offs));
    kept = pairs.filter((_, i) => offs[i]! <= limit);
  }
  return map;
}

/** How far a pair lies from where the map takes it, in pixels of the second picture. */
export function distanceOff({ xx, xy, x0, yx, yy, y0 }: Affine, { x, y, u, v }: PointPair): number {
  return Math.hypot(xx * x + xy * y + x0 - u, yx * x + yy * y + y0 - v);
}

function leastSquares(pairs: readonly PointPair[]): Affine | null {
  if (pairs.length < LEAST_POINTS) return null;
  const mean = (value: (pair: PointPair) => number) =>
    pairs.reduce((sum, pair) => sum + value(pair), 0) / pairs.length;
  const [mx, my, mu, mv] = [mean(({ x }) => x), mean(({ y }) => y), mean(({ u }) => u), mean(({ v }) => v)];
  const sum = (value: (dx: number, dy: number, pair: PointPair) => number) =>
    pairs.reduce((total, pair) => total + value(pair.x - mx, pair.y - my, pair), 0);
  const [sxx, sxy, syy] = [sum((dx) => dx * dx), sum((dx, dy) => dx * dy), sum((_, dy) => dy * dy)];
  const det = sxx * syy - sxy * sxy;
  if (!(det > 1e-6 * sxx * syy) || det === 0) return null;
  const row = (a: number, b: number) => [(a * syy - b * sxy) / det, (b * sxx - a * sxy) / det] as const;
  const [xx, xy] = row(
    sum((dx, _, { u }) => dx * (u - mu)),
    sum((_, dy, { u }) => dy * (u - mu)),
  );
  const [yx, yy] = row(
    sum((dx, _, { v }) => dx * (v - mv)),
    sum((_, dy, { v }) => dy * (v - mv)),
  );
  return { xx, xy, x0: mu - xx * mx - xy * my, yx, yy, y0: mv - yx * mx - yy * my };
}

function middle(values: readonly number[]): number {
  return Float64Array.from(values).sort()[values.length >> 1] ?? 0;
}
