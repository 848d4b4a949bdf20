// Holes and their outline: a hole lies inside its outline, outside the other holes, and crosses neither. Touching is
// allowed, within the hundredths of a pixel to which programs round.

import { visitPairs } from "./edge-pairs.ts";
import type { Effort } from "./effort.ts";
import { crossingOf, type Segments, segmentsOf, turn } from "./segments.ts";
import type { Point, Ring } from "./types.ts";

/** Ends this near (px) to the other edge touch it and do not cross. */
const TOUCH = 0.02;

/** A place where two different rings cross, or `null`. */
export function crossingRings(rings: readonly Ring[], effort: Effort): Point | null {
  const segments = segmentsOf(rings);
  let found: Point | null = null;
  visitPairs(segments, effort, (a, b) => {
    const two = segments.ring[a] !== segments.ring[b];
    if (two && separates(segments, a, b) && separates(segments, b, a)) found = crossingOf(segments, a, b);
    return found === null;
  });
  return found;
}

/** True when the ends of `b` lie on different sides of the line through `a`, both farther than a touch. */
function separates({ x, y, next }: Segments, a: number, b: number): boolean {
  const [ax, ay, bx, by] = [x[a]!, y[a]!, x[next[a]!]!, y[next[a]!]!];
  const reach = TOUCH * Math.hypot(bx - ax, by - ay);
  const c = turn(ax, ay, bx, by, x[b]!, y[b]!);
  const d = turn(ax, ay, bx, by, x[next[b]!]!, y[next[b]!]!);
  return (c > reach && d < -reach) || (c < -reach && d > reach);
}

/** A hole that lies outside the outline or inside another hole, given that no rings cross; `null` when all lie well. */
export function misplacedHole(
  outer: Ring,
  holes: readonly Ring[],
  effort: Effort,
): (Point & { readonly what: string }) | null {
  const points = holes.map(innerPoint);
  const inOuter = parities(segmentsOf([outer]), points, effort);
  const inAll = parities(segmentsOf([outer, ...holes]), points, effort);
  if (inOuter === null || inAll === null) return null;
  for (const [h, point] of points.entries()) {
    if (inOuter[h] === 0) return { ...point, what: "outside its outline" };
    // Inside the outline and itself; once more would be another hole.
    if (inAll[h] === 1) return { ...point, what: "inside another hole" };
  }
  return null;
}

/** A point inside a ring: between the first two edges on a line that passes through no corner. */
function innerPoint(ring: Ring): Point {
  const levels = [...new Set(ring.filter((_, i) => i % 2 === 1))].sort((a, b) => a - b);
  const y = (levels[0]! + (levels[1] ?? levels[0]!)) / 2;
  const crossings: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [y1, y2] = [ring[i + 1]!, ring[j + 1]!];
    if (y1 <= y !== y2 <= y) crossings.push(ring[i]! + ((y - y1) / (y2 - y1)) * (ring[j]! - ring[i]!));
  }
  crossings.sort((a, b) => a - b);
  return { x: ((crossings[0] ?? ring[0]!) + (crossings[1] ?? ring[0]!)) / 2, y };
}

/** For each point 1 when a ray to the right crosses the edges an odd number of times; `null` when the effort is spent. */
function parities({ x, y, next }: Segments, points: readonly Point[], effort: Effort): Uint8Array | null {
  const order = points.map((_, i) => i).sort((a, b) => points[a]!.y - points[b]!.y);
  const levels = Float64Array.from(order, (i) => points[i]!.y);
  const odd = new Uint8Array(points.length);
  for (let e = 0; e < x.length; e++) {
    const [x1, y1, x2, y2] = [x[e]!, y[e]!, x[next[e]!]!, y[next[e]!]!];
    const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
    let k = firstAtLeast(levels, low);
    if (!effort.take(1)) return null;
    for (; k < levels.length && levels[k]! < high; k++) {
      const at = x1 + ((levels[k]! - y1) / (y2 - y1)) * (x2 - x1);
      if (points[order[k]!]!.x < at) odd[order[k]!]! ^= 1;
      if (!effort.take(1)) return null;
    }
  }
  return odd;
}

/** Index of the first of the ascending values that is not below `limit`. */
function firstAtLeast(values: Float64Array, limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
