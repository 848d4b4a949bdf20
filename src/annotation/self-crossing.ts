// Outlines that cross themselves, as free-hand outlines often do: where, and the area under the even-odd rule, which
// the shoelace formula does not give (it counts a loop twice, and the two halves of an eight against each other).

import { visitPairs } from "./edge-pairs.ts";
import { CHECK_STEPS, Effort } from "./effort.ts";
import { perimeter, signedArea } from "./ring.ts";
import { crossingOf, type Segments, segmentsOf, turn } from "./segments.ts";
import type { Point, Polygon, Ring } from "./types.ts";

/** What is known of a ring after looking for crossings. */
export interface RingAnalysis {
  /** Area in level-0 px² under the even-odd rule. */
  readonly area: number;
  /** Where it first crosses itself so that the area is another than the shoelace formula's; `null` where it does not. */
  readonly crossing: Point | null;
  /** False when the ring was too intricate: the area is then the shoelace formula's. */
  readonly complete: boolean;
}

/** How far corners are moved (px), so that no corner lies on another edge and no two edges on one another. */
const NUDGE = 1e-5;
/** Places where a ring may meet another edge of its own before it counts as too intricate. */
const MOST_CROSSINGS = 400_000;

/**
 * Looks for crossings. Corners are moved by at most 1e-5 px in fixed directions first: touching then becomes either a
 * crossing or none, each of which gives the same area within 1e-5 px times the perimeter.
 */
export function analyseRing(ring: Ring, effort: Effort): RingAnalysis {
  const plain = Math.abs(signedArea(ring));
  const segments = segmentsOf([ring.map(nudge)]);
  const crossings: Crossing[] = [];
  const complete = visitPairs(segments, effort, (a, b) => {
    const crossing = crossingOf(segments, a, b);
    if (crossing !== null) {
      const { x, y, alongFirst, alongSecond } = crossing;
      crossings.push({ x, y, edge: a, along: alongFirst }, { x, y, edge: b, along: alongSecond });
    }
    return crossings.length < MOST_CROSSINGS;
  });
  if (crossings.length === 0 || !complete) return { area: plain, crossing: null, complete };
  const area = alternatingArea(segments, crossings);
  const differs = Math.abs(area - plain) > 4 * NUDGE * perimeter(ring);
  const [first] = crossings.sort((p, q) => p.edge - q.edge || p.along - q.along);
  return { area: differs ? area : plain, crossing: differs && first !== undefined ? first : null, complete };
}

/** A ring thinner than this on average (px) encloses nothing: more than the nudge can feign, far less than people draw. */
const THINNEST = 2 * NUDGE;

/** True for a ring that encloses an area, under the even-odd rule. */
export function enclosesArea(ring: Ring, area: number = ringArea(ring)): boolean {
  return ring.length >= 6 && area > THINNEST * perimeter(ring);
}

/** The even-odd area of a ring in level-0 px². */
export function ringArea(ring: Ring): number {
  return analyseRing(ring, new Effort(CHECK_STEPS)).area;
}

/** The even-odd area of a polygon in level-0 px²: its outline less its holes. Exact but for crossings (see above). */
export function polygonArea({ outer, holes }: Polygon): number {
  return holes.reduce((sum, hole) => sum - ringArea(hole), ringArea(outer));
}

/** A place where the ring meets another edge, on one of the two edges. */
interface Crossing extends Point {
  readonly edge: number;
  /** Share of the edge, 0 to 1. */
  readonly along: number;
}

/**
 * The shoelace sum with a sign that changes at every crossing. Behind a crossing the ring has its inside (under the
 * even-odd rule) on the other hand, so with these signs every stretch counts with its inside on the same hand.
 */
function alternatingArea({ x, y, next }: Segments, crossings: Crossing[]): number {
  crossings.sort((p, q) => p.edge - q.edge || p.along - q.along);
  const [x0, y0] = [x[0]!, y[0]!];
  let [sum, sign, at] = [0, 1, 0];
  for (let edge = 0; edge < x.length; edge++) {
    let [px, py] = [x[edge]!, y[edge]!];
    for (; at < crossings.length && crossings[at]!.edge === edge; at++) {
      const { x: cx, y: cy } = crossings[at]!;
      sum += sign * turn(x0, y0, px, py, cx, cy);
      [px, py, sign] = [cx, cy, -sign];
    }
    sum += sign * turn(x0, y0, px, py, x[next[edge]!]!, y[next[edge]!]!);
  }
  return Math.abs(sum) / 2;
}

/** A number within `NUDGE` that depends only on where the coordinate stands (Murmur3's last step as a hash). */
function nudge(value: number, place: number): number {
  let hash = (place + 1) * 0x9e3779b1;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return value + NUDGE * (((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1);
}
