// Edges of rings in the order of a sweep, and the pairs among them whose boxes overlap: the ground for every question
// about crossings. For outlines as people draw them this is n log n; the effort that a file can ask for is limited.
import type { Effort } from "./effort.ts";
import { ringBounds } from "./ring.ts";
import type { Ring } from "./types.ts";

/** Edges of some rings. Edge e runs from (x[e], y[e]) to (x[next[e]], y[next[e]]). */
export interface Segments {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly next: Int32Array;
  /** Which ring each edge is of. */
  readonly ring: Int32Array;
}

/** The edges of rings, one after the other. */
export function segmentsOf(rings: readonly Ring[]): Segments {
  const count = rings.reduce((sum, ring) => sum + ring.length / 2, 0);
  const [x, y] = [new Float64Array(count), new Float64Array(count)];
  const [next, owner] = [new Int32Array(count), new Int32Array(count)];
  let start = 0;
  for (const [r, ring] of rings.entries()) {
    const corners = ring.length / 2;
    for (let i = 0; i < corners; i++) {
      x[start + i] = ring[2 * i]!;
      y[start + i] = ring[2 * i + 1]!;
      next[start + i] = start + ((i + 1) % corners);
      owner[start + i] = r;
    }
    start += corners;
  }
  return { x, y, next, ring: owner };
}

/**
 * Calls `visit` for every two edges whose boxes overlap and that share no end.
 *
 * @returns false when the effort was spent before all pairs were seen.
 */
export function visitPairs(
  { x, y, next }: Segments,
  effort: Effort,
  visit: (first: number, second: number) => void,
): boolean {
  const [along, across] = isTall(x, y) ? [y, x] : [x, y];
  const order = new Uint32Array(x.length).map((_, i) => i);
  const low = along.map((value, e) => Math.min(value, along[next[e]!]!));
  order.sort((a, b) => low[a]! - low[b]!);
  const from = Float64Array.from(order, (e) => low[e]!);
  const to = Float64Array.from(order, (e) => Math.max(along[e]!, along[next[e]!]!));
  const near = Float64Array.from(order, (e) => Math.min(across[e]!, across[next[e]!]!));
  const far = Float64Array.from(order, (e) => Math.max(across[e]!, across[next[e]!]!));
  for (let i = 0; i < order.length; i++) {
    let j = i + 1;
    for (; j < order.length && from[j]! <= to[i]!; j++) {
      if (near[j]! > far[i]! || far[j]! < near[i]!) continue;
      const [a, b] = [order[i]!, order[j]!];
      if (next[a] !== b && next[b] !== a) visit(a, b);
    }
    if (!effort.take(j - i)) return false;
  }
  return true;
}

function isTall(x: Float64Array, y: Float64Array): boolean {
  const [width, height] = [x, y].map((values) => {
    const { left, right, top, bottom } = ringBounds(values);
    return Math.max(right, bottom) - Math.min(left, top);
  }) as [number, number];
  return height >= width;
}

/** Twice the area of the triangle a, b, p: positive when p lies to the side of the y axis as seen from the x axis. */
export function turn(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  return (bx - ax) * (py - ay) - (by - ay) * (px - ax);
}
