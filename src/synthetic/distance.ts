// From outlines to maps: which pixels lie in tissue, and every pixel's nearest point of the outline. With these a pixel
// knows its depth below the surface and its place along it, the coordinates in which epithelium is drawn.
import type { Contour } from "./contour.ts";
import { CRYPT } from "./outline.ts";

/** 1 where a pixel's centre lies in tissue: where the winding number of all closed paths is positive. */
export function fillContour(contour: Contour, width: number, height: number): Uint8Array {
  const winding = new Int16Array(width * height);
  for (let path = 0; path + 1 < contour.starts.length; path++)
    markCrossings(contour, path, winding, width, height);
  const inside = new Uint8Array(width * height);
  for (let y = 0, pixel = 0; y < height; y++) {
    let sum = 0;
    for (let x = 0; x < width; x++, pixel++) {
      sum += winding[pixel]!;
      inside[pixel] = sum > 0 ? 1 : 0;
    }
  }
  return inside;
}

/** Adds +1 or -1 at the first pixel to the right of each place where a path crosses a row of pixel centres. */
function markCrossings(
  contour: Contour,
  path: number,
  winding: Int16Array,
  width: number,
  height: number,
): void {
  const start = contour.starts[path]!;
  const end = contour.starts[path + 1]!;
  const sign = contour.handednessOf(path);
  for (let i = start; i < end; i++) {
    const next = i + 1 < end ? i + 1 : start;
    const y0 = contour.y[i]!;
    const y1 = contour.y[next]!;
    const first = Math.ceil(Math.min(y0, y1) - 0.5);
    const last = Math.ceil(Math.max(y0, y1) - 0.5) - 1;
    for (let row = Math.max(0, first); row <= Math.min(height - 1, last); row++) {
      const f = (row + 0.5 - y0) / (y1 - y0);
      const x = contour.x[i]! + f * (contour.x[next]! - contour.x[i]!);
      const column = Math.max(0, Math.ceil(x - 0.5));
      if (column < width) winding[row * width + column]! += y1 < y0 ? sign : -sign;
    }
  }
}

/**
 * The contour without what lies inside the union of the outlines: where villi touch they fuse, where lumens meet they
 * join. `inside` is the filled contour.
 */
export function surfaceOf(contour: Contour, inside: Uint8Array, width: number, height: number): Contour {
  const isTissue = (x: number, y: number): boolean => {
    if (x < 0 || y < 0 || x >= width || y >= height) return false;
    return inside[Math.floor(y) * width + Math.floor(x)] === 1;
  };
  return contour.filter((i) => {
    const x = contour.x[i]!;
    const y = contour.y[i]!;
    if (x < 2 || y < 2 || x >= width - 2 || y >= height - 2) return true;
    const dx = contour.nx[i]!;
    const dy = contour.ny[i]!;
    if (!isTissue(x + 1.2 * dx, y + 1.2 * dy)) return false;
    // A crypt's lumen may be narrower than a pixel; its far wall is no reason to drop it.
    return contour.kind[i] === CRYPT || !isTissue(x - 1.2 * dx, y - 1.2 * dy);
  });
}

/** Points this far outside the image, px, still count as neighbours of its border. */
const REACH = 220;

/**
 * For every pixel the index of the nearest contour point (-1 where there is none), by the sequential vector distance
 * transform of Danielsson (1980) with exact positions.
 */
export function nearestPoints(contour: Contour, width: number, height: number): Int32Array {
  const xs = Float32Array.from(contour.x);
  const ys = Float32Array.from(contour.y);
  const nearest = new Int32Array(width * height).fill(-1);
  const squared = new Float32Array(width * height).fill(Number.POSITIVE_INFINITY);
  const offer = (px: number, py: number, point: number) => {
    const dx = px + 0.5 - xs[point]!;
    const dy = py + 0.5 - ys[point]!;
    const distance = dx * dx + dy * dy;
    const pixel = py * width + px;
    if (distance >= squared[pixel]!) return;
    squared[pixel] = distance;
    nearest[pixel] = point;
  };
  for (let i = 0; i < xs.length; i++) {
    const px = Math.floor(xs[i]!);
    const py = Math.floor(ys[i]!);
    if (px < -REACH || py < -REACH || px >= width + REACH || py >= height + REACH) continue;
    offer(Math.min(width - 1, Math.max(0, px)), Math.min(height - 1, Math.max(0, py)), i);
  }
  const pull = (px: number, py: number, from: number) => {
    const point = nearest[from]!;
    if (point >= 0) offer(px, py, point);
  };
  for (let y = 0; y < height; y++) sweepRow(y, -1, width, pull);
  for (let y = height - 1; y >= 0; y--) sweepRow(y, 1, width, pull, height);
  return nearest;
}

/** Offers a row's pixels the points of the row before it (`step` -1) or after it (+1), then of their neighbours in the row. */
function sweepRow(
  y: number,
  step: -1 | 1,
  width: number,
  pull: (x: number, y: number, from: number) => void,
  height = Number.POSITIVE_INFINITY,
): void {
  const other = (y + step) * width;
  if (y + step >= 0 && y + step < height)
    for (let x = 0; x < width; x++) {
      pull(x, y, other + x);
      if (x > 0) pull(x, y, other + x - 1);
      if (x < width - 1) pull(x, y, other + x + 1);
    }
  const row = y * width;
  for (let x = 1; x < width; x++) pull(x, y, row + x - 1);
  for (let x = width - 2; x >= 0; x--) pull(x, y, row + x + 1);
}
