// Is a region a region? Too few points, no area, points that are no numbers, holes outside: such regions are named, with
// the place and what is wrong. An outline that crosses itself is a region under the even-odd rule, and only noted.
import type { Effort } from "./effort.ts";
import { crossingRings, misplacedHole } from "./holes.ts";
import { ANNOTATION_LIMITS } from "./limits.ts";
import { analyseRing, enclosesArea } from "./self-crossing.ts";
import type { Point, Polygon, Ring } from "./types.ts";

/** What is wrong with a region, and what is merely worth a note. */
export interface Verdict {
  /** "a hole outside its outline near 120, 40"; `null` for a region that can be used. */
  readonly defect: string | null;
  /** "crosses itself near 120, 40". */
  readonly remark: string | null;
}

/** Looks at all polygons of a region. */
export function checkRegion(polygons: readonly Polygon[], effort: Effort): Verdict {
  let remark: string | null = null;
  for (const polygon of polygons) {
    const rings = [polygon.outer, ...polygon.holes];
    for (const [i, ring] of rings.entries()) {
      const verdict = checkRing(ring, effort);
      const what = i === 0 ? "an outline" : "a hole";
      if (verdict.defect !== null) return { defect: `${what} ${verdict.defect}`, remark: null };
      remark ??= verdict.remark;
    }
    const defect = checkHoles(polygon, rings, effort);
    if (defect !== null) return { defect, remark: null };
    if (effort.spent) remark ??= "is too intricate to be searched for crossings";
  }
  return { defect: polygons.length === 0 ? "no outline" : null, remark };
}

function checkRing(ring: Ring, effort: Effort): Verdict {
  for (let i = 0; i < ring.length; i++) {
    if (Number.isFinite(ring[i]!) && Math.abs(ring[i]!) <= ANNOTATION_LIMITS.coordinate) continue;
    const got = Number.isNaN(ring[i]!) ? "that is no number" : "beyond any slide";
    return invalid(`with a coordinate ${got} (point ${Math.floor(i / 2) + 1})`);
  }
  if (ring.length < 6) return invalid(`of ${ring.length / 2} distinct points${near(ring)}`);
  const { area, crossing, complete } = analyseRing(ring, effort);
  if (!complete) return { defect: null, remark: "is too intricate to be searched for crossings" };
  if (!enclosesArea(ring, area)) return invalid(`without area${near(ring)}`);
  return { defect: null, remark: crossing === null ? null : `crosses itself${at(crossing)}` };
}

function checkHoles({ outer, holes }: Polygon, rings: readonly Ring[], effort: Effort): string | null {
  if (holes.length === 0) return null;
  const crossing = crossingRings(rings, effort);
  if (crossing !== null) return `a hole that reaches across another outline${at(crossing)}`;
  const misplaced = misplacedHole(outer, holes, effort);
  return misplaced === null ? null : `a hole ${misplaced.what}${at(misplaced)}`;
}

function invalid(defect: string): Verdict {
  return { defect, remark: null };
}

function near(ring: Ring): string {
  return ring.length === 0 ? "" : at({ x: ring[0]!, y: ring[1]! });
}

function at({ x, y }: Point): string {
  return ` near ${Math.round(x)}, ${Math.round(y)}`;
}
