// Polygons cut to a window, for what shows or stores a part of a slide.
import { ringOf } from "./ring.ts";
import { enclosesArea } from "./self-crossing.ts";
import type { Bounds, Polygon, Ring } from "./types.ts";

/**
 * The part of a polygon inside a window, in level-0 pixels; `null` when there is none.
 *
 * Parts that only hang together outside the window stay one ring, joined by stretches along the window's border that
 * enclose nothing: the area and every mask are right, the outline shows the border.
 *
 * @see Sutherland & Hodgman, Communications of the ACM 17 (1974), 32-42.
 */
export function clipPolygon({ outer, holes }: Polygon, window: Bounds): Polygon | null {
  const outline = clipRing(outer, window);
  if (!enclosesArea(outline)) return null;
  const kept = holes.map((hole) => clipRing(hole, window)).filter((hole) => enclosesArea(hole));
  return { outer: outline, holes: kept };
}

function clipRing(ring: Ring, { left, top, right, bottom }: Bounds): Ring {
  const sides = [
    [0, 1, left],
    [0, -1, right],
    [1, 1, top],
    [1, -1, bottom],
  ] as const;
  return sides.reduce((rest, [axis, sign, limit]) => clipAt(rest, axis, sign, limit), ring);
}

/** Keeps what lies on the side of a line x = limit (axis 0) or y = limit (axis 1) to which `sign` points. */
function clipAt(ring: Ring, axis: 0 | 1, sign: 1 | -1, limit: number): Ring {
  const points: number[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [here, next] = [sign * (ring[i + axis]! - limit), sign * (ring[j + axis]! - limit)];
    if (here >= 0) points.push(ring[i]!, ring[i + 1]!);
    if (here >= 0 === next >= 0) continue;
    const along = here / (here - next);
    const other = ring[i + 1 - axis]! + along * (ring[j + 1 - axis]! - ring[i + 1 - axis]!);
    points.push(...(axis === 0 ? [limit, other] : [other, limit]));
  }
  return ringOf(points);
}
