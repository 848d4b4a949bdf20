// All outlines of an image as evenly spaced points in pixels with their normals.
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

  readonly #handedness: (1 | -1)[] = [];

  get count(): number {
    return this.x.length;
  }

  /** Which way round the path of a closed loop runs in the image: the sign of its tissue's winding number. */
  handednessOf(path: number): 1 | -1 {
    return this.#handedness[path]!;
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
    this.#handedness.push(frame.handedness);
  }

  /** Moves all points by some pixels. */
  move(dx: number, dy: number): void {
    for (let i = 0; i < this.count; i++) {
      this.x[i]! += dx;
      this.y[i]! += dy;
    }
  }

  /**
   * A copy without the points that `keep` refuses. Paths stay apart but are no longer closed: fill them first.
   */
  filter(keep: (point: number) => boolean): Contour {
    const kept = new Contour();
    for (let path = 0; path + 1 < this.starts.length; path++) {
      for (let i = this.starts[path]!; i < this.starts[path + 1]!; i++) if (keep(i)) kept.#copy(this, i);
      kept.starts.push(kept.count);
      kept.#handedness.push(this.#handedness[path]!);
    }
    return kept;
  }

  #copy(from: Contour, i: number): void {
    this.x.push(from.x[i]!);
    this.y.push(from.y[i]!);
    this.nx.push(from.nx[i]!);
    this.ny.push(from.ny[i]!);
    this.kind.push(from.kind[i]!);
    this.piece.push(from.piece[i]!);
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
