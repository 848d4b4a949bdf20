// Rectangles, ellipses and splines as outlines.
import { ringBounds, ringOf } from "./ring.ts";
import type { Ring } from "./types.ts";

/** How far the outline of a curve may lie from the curve, in level-0 pixels. */
const TOLERANCE = 0.05;
const MOST_CORNERS = 2_000;

/** A rectangle from two opposite corners, or from its four corners as they are (it may be turned). */
export function rectangleRing(points: ArrayLike<number>): Ring {
  if (points.length !== 4) return ringOf(points);
  const { left, top, right, bottom } = ringBounds(points);
  return ringOf([left, top, right, top, right, bottom, left, bottom]);
}

/** The ellipse that fills the upright box around the points, as an inscribed polygon within 0.05 px of it. */
export function ellipseRing(points: ArrayLike<number>): Ring {
  const { left, top, right, bottom } = ringBounds(points);
  const [x, y, rx, ry] = [(left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2];
  const radius = Math.max(rx, ry, 2 * TOLERANCE);
  const corners = Number.isFinite(radius) ? Math.ceil(Math.PI / Math.acos(1 - TOLERANCE / radius)) : 4;
  // A multiple of four, so that the box's sides are touched.
  const count = 4 * Math.ceil(Math.min(MOST_CORNERS, Math.max(16, corners)) / 4);
  const ring: number[] = [];
  for (let i = 0; i < count; i++) {
    const angle = (2 * Math.PI * i) / count;
    ring.push(x + rx * Math.cos(angle), y + ry * Math.sin(angle));
  }
  return ringOf(ring);
}

/** Points that stand for each piece of a spline. */
const STEPS = 16;

/**
 * The closed centripetal Catmull-Rom spline through the points, as ASAP draws its splines: sixteen chords a piece.
 *
 * @see Catmull & Rom 1974; Yuksel, Schaefer & Keyser, Computer-Aided Design 43 (2011), 747-755.
 */
export function splineRing(points: ArrayLike<number>): Ring {
  const knots = ringOf(points);
  const count = knots.length / 2;
  if (count < 3) return knots;
  const ring: number[] = [];
  for (let i = 0; i < count; i++) {
    const [p0, p1, p2, p3] = [i - 1, i, i + 1, i + 2].map((k) => {
      const at = 2 * ((k + count) % count);
      return [knots[at]!, knots[at + 1]!] as const;
    }) as [Knot, Knot, Knot, Knot];
    for (let step = 0; step < STEPS; step++) ring.push(...splinePoint(p0, p1, p2, p3, step / STEPS));
  }
  return ringOf(ring);
}

type Knot = readonly [x: number, y: number];

/** The point a share `t` of the way from b to c, as a cubic Bézier curve with the spline's handles. */
function splinePoint(a: Knot, b: Knot, c: Knot, d: Knot, t: number): [number, number] {
  const [d1, d2, d3] = [distance(a, b), distance(b, c), distance(c, d)];
  const handle = (from: Knot, at: Knot, to: Knot, near: number, far: number, axis: 0 | 1) =>
    (near * to[axis] - far * from[axis] + (2 * near + 3 * Math.sqrt(near * far) + far) * at[axis]) /
    (3 * Math.sqrt(near) * (Math.sqrt(near) + Math.sqrt(far)));
  const along = (axis: 0 | 1) => {
    const [h1, h2] = [handle(a, b, c, d1, d2, axis), handle(d, c, b, d3, d2, axis)];
    const s = 1 - t;
    return s ** 3 * b[axis] + 3 * s * s * t * h1 + 3 * s * t * t * h2 + t ** 3 * c[axis];
  };
  return [along(0), along(1)];
}

function distance(a: Knot, b: Knot): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}
