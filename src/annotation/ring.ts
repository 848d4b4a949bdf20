// Closed outlines as arrays of numbers: making them, and their area, perimeter and bounding box.
import type { PixelWindow } from "../codec/index.ts";
import type { Bounds, Polygon, Ring } from "./types.ts";

/** A ring of x, y, x, y, …: a point that equals the one before it, and a closing point, are dropped. */
export function ringOf(points: ArrayLike<number>): Ring {
  const ring = new Float64Array(points.length - (points.length % 2));
  let length = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (length > 0 && x === ring[length - 2] && y === ring[length - 1]) continue;
    ring[length++] = x;
    ring[length++] = y;
  }
  while (length > 2 && ring[0] === ring[length - 2] && ring[1] === ring[length - 1]) length -= 2;
  return length === ring.length ? ring : ring.slice(0, length);
}

/**
 * Area by the shoelace formula, in level-0 px²: positive when the outline runs from the x axis towards the y axis
 * (clockwise on the screen). For a ring that crosses itself see `ringArea`.
 */
export function signedArea(ring: Ring): number {
  // Around the first point, so that an outline far from the origin loses no digits.
  const [x0, y0] = [ring[0] ?? 0, ring[1] ?? 0];
  let sum = 0;
  for (let i = 2; i + 3 < ring.length; i += 2)
    sum += (ring[i]! - x0) * (ring[i + 3]! - y0) - (ring[i + 2]! - x0) * (ring[i + 1]! - y0);
  return sum / 2;
}

/** Length of the closed outline in level-0 pixels. */
export function perimeter(ring: Ring): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = i + 2 < ring.length ? i + 2 : 0;
    sum += Math.hypot(ring[next]! - ring[i]!, ring[next + 1]! - ring[i + 1]!);
  }
  return sum;
}

/** The box around points x, y, x, y, …; NaN among them gives a box of NaN. */
export function ringBounds(ring: ArrayLike<number>): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    left = Math.min(left, ring[i]!);
    right = Math.max(right, ring[i]!);
    top = Math.min(top, ring[i + 1]!);
    bottom = Math.max(bottom, ring[i + 1]!);
  }
  return { left, top, right, bottom };
}

/** The box around polygons (their outer rings). */
export function polygonBounds(polygons: readonly Polygon[]): Bounds {
  const all = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { outer } of polygons) {
    const { left, top, right, bottom } = ringBounds(outer);
    all.left = Math.min(all.left, left);
    all.top = Math.min(all.top, top);
    all.right = Math.max(all.right, right);
    all.bottom = Math.max(all.bottom, bottom);
  }
  return all;
}

/** The whole pixels that a box touches. */
export function pixelsOf({ left, top, right, bottom }: Bounds): PixelWindow {
  const [x, y] = [Math.floor(left), Math.floor(top)];
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.ceil(right) - x),
    height: Math.max(1, Math.ceil(bottom) - y),
  };
}

/** A ring moved by whole or fractional pixels. */
export function shiftRing(ring: Ring, dx: number, dy: number): Ring {
  return ring.map((value, i) => value + (i % 2 === 0 ? dx : dy));
}
