// The edges of rings in flat arrays, on which side of an edge a point lies, and where two edges cross.
import type { Point, Ring } from "./types.ts";

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

/** Twice the area of the triangle a, b, p: positive when p lies to the side of the y axis as seen from the x axis. */
export function turn(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  return (bx - ax) * (py - ay) - (by - ay) * (px - ax);
}

/** Where two edges cross, and how far along each of them (0 to 1). */
export interface EdgeCrossing extends Point {
  readonly alongFirst: number;
  readonly alongSecond: number;
}

/** The crossing of two edges; `null` when they do not cross. An end on the other edge may count either way. */
export function crossingOf({ x, y, next }: Segments, a: number, b: number): EdgeCrossing | null {
  const [a2, b2] = [next[a]!, next[b]!];
  const [ax, ay, bx, by] = [x[a]!, y[a]!, x[a2]!, y[a2]!];
  const [cx, cy, dx, dy] = [x[b]!, y[b]!, x[b2]!, y[b2]!];
  const [c, d] = [turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)];
  if (c > 0 === d > 0) return null;
  const [p, q] = [turn(cx, cy, dx, dy, ax, ay), turn(cx, cy, dx, dy, bx, by)];
  if (p > 0 === q > 0) return null;
  const alongFirst = p / (p - q);
  return {
    x: ax + alongFirst * (bx - ax),
    y: ay + alongFirst * (by - ay),
    alongFirst,
    alongSecond: c / (c - d),
  };
}
