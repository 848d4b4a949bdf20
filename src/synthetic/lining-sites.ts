// Places in the linings: a contour point and a depth below it, in pixels. Decides where a cell fits.
import type { Generator } from "../random/index.ts";
import type { Canvas } from "./canvas.ts";
import type { Contour } from "./contour.ts";
import { CRYPT, type EdgeKind, TORN } from "./outline.ts";
import type { Piece } from "./tissue-map.ts";

/** A place in a lining, px. */
export interface Site {
  readonly x: number;
  readonly y: number;
  /** The contour point above it. */
  readonly point: number;
}

/** Finds places for cells along the contour of an image. */
export class LiningSites {
  readonly #canvas: Canvas;
  readonly #contour: Contour;
  readonly #pieces: readonly Piece[];

  constructor(canvas: Canvas, contour: Contour, pieces: readonly Piece[]) {
    this.#canvas = canvas;
    this.#contour = contour;
    this.#pieces = pieces;
  }

  /** The contour points of a kind that lie in the image. */
  points(kind: EdgeKind): number[] {
    const points: number[] = [];
    const { x, y, count } = this.#contour;
    for (let i = 0; i < count; i++)
      if (this.#contour.kind[i] === kind && this.contains(x[i]!, y[i]!)) points.push(i);
    return points;
  }

  kind(point: number): EdgeKind {
    return this.#contour.kind[point]!;
  }

  /** Height of the lining below a point, µm. */
  lining(point: number): number {
    const { shape } = this.#pieces[this.#contour.piece[point]!]!;
    return this.kind(point) === CRYPT ? shape.cryptLining : shape.villusLining;
  }

  /** True at the base of a crypt, where Paneth cells live. */
  isCryptBase(point: number): boolean {
    const { shape, frame } = this.#pieces[this.#contour.piece[point]!]!;
    frame.locate(this.#contour.x[point]!, this.#contour.y[point]!);
    return -frame.t > 0.82 * (shape.cryptDepth - shape.cryptLining);
  }

  /** The place below a contour point at a fraction of the lining's height (0 = surface, 1 = basement membrane). */
  at(point: number, fraction: number): Site {
    const below = (this.lining(point) * fraction) / this.#canvas.mpp;
    return {
      x: this.#contour.x[point]! + this.#contour.nx[point]! * below,
      y: this.#contour.y[point]! + this.#contour.ny[point]! * below,
      point,
    };
  }

  /** The direction into the tissue at a point, radians. */
  inwards(point: number): number {
    return Math.atan2(this.#contour.ny[point]!, this.#contour.nx[point]!);
  }

  contains(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.#canvas.width && y < this.#canvas.height;
  }

  /** True where a cell may lie: in the image, and not where a fold of the lining brings another surface nearer. */
  isFree(site: Site): boolean {
    if (!this.contains(site.x, site.y)) return false;
    const { depth, width, nearest, mpp } = this.#canvas;
    const pixel = Math.floor(site.y) * width + Math.floor(site.x);
    const own =
      Math.hypot(site.x - this.#contour.x[site.point]!, site.y - this.#contour.y[site.point]!) * mpp;
    if (depth[pixel]! < 0.7 * own - 1) return false;
    const other = this.kind(nearest[pixel]!);
    return other !== TORN && (other === this.kind(site.point) || depth[pixel]! >= 0.9 * own - 1);
  }

  /** Up to `count` free places below random points, at least `apart` µm from each other. */
  scatter(
    points: readonly number[],
    count: number,
    apart: number,
    depth: () => number,
    generator: Generator,
  ): Site[] {
    const sites: Site[] = [];
    const neighbours = new Neighbours(apart / this.#canvas.mpp);
    // Six tries for each: where the lining is full, fewer are placed.
    for (let tries = 0; points.length > 0 && sites.length < count && tries < count * 6; tries++) {
      const site = this.at(points[generator.integer(points.length)]!, depth());
      if (this.isFree(site) && neighbours.accept(site)) sites.push(site);
    }
    return sites;
  }
}

/** Refuses places closer than a distance to an accepted one. */
class Neighbours {
  readonly #distance: number;
  readonly #cells = new Map<number, Site[]>();

  constructor(distance: number) {
    this.#distance = distance;
  }

  accept(site: Site): boolean {
    const column = Math.floor(site.x / this.#distance);
    const row = Math.floor(site.y / this.#distance);
    for (let r = row - 1; r <= row + 1; r++)
      for (let c = column - 1; c <= column + 1; c++)
        for (const other of this.#cells.get(r * 65_536 + c) ?? [])
          if (Math.hypot(other.x - site.x, other.y - site.y) < this.#distance) return false;
    const key = row * 65_536 + column;
    const cell = this.#cells.get(key);
    if (cell === undefined) this.#cells.set(key, [site]);
    else cell.push(site);
    return true;
  }
}
