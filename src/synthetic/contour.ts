// All outlines of an image as evenly spaced points in pixels, and the map of every pixel's nearest point: with it each
// pixel knows its depth below the surface and its place along it, the coordinates in which epithelium is drawn.
import type { Frame } from "./frame.ts";
import { type EdgeKind, type LocalPath, TORN } from "./outline.ts";

/** Distance between contour points, px. */
const SPACING = 0.8;

/** Contour points of every piece, in order along each closed path. */
export class Contour {
  readonly x: number[] = [];
  readonly y: number[] = [];
  /** Unit normals into the tissue. */
  readonly nx: number[] = [];
  readonly ny: number[] = [];
  readonly kind: EdgeKind[] = [];
  /** Which piece the point belongs to. */
  readonly piece: number[] = [];
  /** Start of each closed path; the last entry is the number of points. */
  readonly starts: number[] = [0];

  get count(): number {
    return this.x.length;
  }

  /** Adds a closed local path of a piece, resampled and smoothed. */
  addPath(path: LocalPath, frame: Frame, piece: number): void {
    const { x, y, kind } = resample(path, frame);
    if (x.length < 6) return;
    smooth(x, 3);
    smooth(y, 3);
    const n = x.length;
    for (let i = 0; i < n; i++) {
      const tx = x[(i + 2) % n]! - x[(i - 2 + n) % n]!;
      const ty = y[(i + 2) % n]! - y[(i - 2 + n) % n]!;
      const norm = Math.hypot(tx, ty) || 1;
      this.x.push(x[i]!);
      this.y.push(y[i]!);
      // "Up" is -y in the image: the right-hand side in (s, t) is (-ty, tx) there, unless mirrored.
      this.nx.push((-ty / norm) * frame.handedness);
      this.ny.push((tx / norm) * frame.handedness);
      this.kind.push(kind[i]!);
      this.piece.push(piece);
    }
    this.starts.push(this.count);
  }
}

/** A closed path in pixels with points {@link SPACING} apart. */
function resample(path: LocalPath, frame: Frame): { x: number[]; y: number[]; kind: EdgeKind[] } {
  const x: number[] = [];
  const y: number[] = [];
  const kind: EdgeKind[] = [];
  const n = path.s.length;
  let [x0, y0] = frame.toPixel(path.s[n - 1]!, path.t[n - 1]!);
  let lastKind = path.kind[n - 1]!;
  let carried = 0;
  for (let i = 0; i < n; i++) {
    const [x1, y1] = frame.toPixel(path.s[i]!, path.t[i]!);
    const length = Math.hypot(x1 - x0, y1 - y0);
    const segmentKind = lastKind === TORN ? TORN : path.kind[i]!;
    for (; carried < length; carried += SPACING) {
      const f = carried / length;
      x.push(x0 + f * (x1 - x0));
      y.push(y0 + f * (y1 - y0));
      kind.push(segmentKind);
    }
    carried -= length;
    [x0, y0] = [x1, y1];
    lastKind = path.kind[i]!;
  }
  return { x, y, kind };
}

/** Rounds corners: a moving mean over 5 points of a closed path, `passes` times. */
function smooth(values: number[], passes: number): void {
  const n = values.length;
  for (let pass = 0; pass < passes; pass++) {
    const old = Float64Array.from(values);
    for (let i = 0; i < n; i++) {
      const before = old[(i - 1 + n) % n]! + old[(i - 2 + n) % n]!;
      const after = old[(i + 1) % n]! + old[(i + 2) % n]!;
      values[i] = (before + old[i]! + after) / 5;
    }
  }
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
