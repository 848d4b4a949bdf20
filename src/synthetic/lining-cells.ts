// The cells of the linings: enterocyte nuclei in their basal row, goblet cells, Paneth granules, and the lymphocytes
// between the enterocytes that tell duodenitis from normal mucosa.
import type { Generator } from "../base/index.ts";
import { type Canvas, stampEllipse } from "./canvas.ts";
import type { TissueCues } from "./classes.ts";
import type { Contour } from "./contour.ts";
import { fineNoise } from "./noise.ts";
import { CRYPT, type EdgeKind, TORN, VILLUS } from "./outline.ts";
import type { Biology } from "./patient.ts";
import type { Piece } from "./tissue-map.ts";

/** What was drawn, counted where it lies inside the image. */
export interface LiningCounts {
  readonly enterocytes: number;
  readonly lymphocytes: number;
  readonly gobletCells: number;
}

/** A place in the lining: a contour point and a depth below it. */
interface Site {
  readonly x: number;
  readonly y: number;
  readonly point: number;
}

const texture = (x: number, y: number) => fineNoise().grain(x, y);

/** Draws all cells of the linings of an image. */
export class LiningPainter {
  readonly #canvas: Canvas;
  readonly #contour: Contour;
  readonly #pieces: readonly Piece[];
  readonly #cues: TissueCues;
  readonly #biology: Biology;
  readonly #generator: Generator;
  /** Contour points of each kind that lie in the image. */
  readonly #villusPoints: number[] = [];
  readonly #cryptPoints: number[] = [];

  constructor(
    canvas: Canvas,
    contour: Contour,
    pieces: readonly Piece[],
    cues: TissueCues,
    biology: Biology,
    generator: Generator,
  ) {
    this.#canvas = canvas;
    this.#contour = contour;
    this.#pieces = pieces;
    this.#cues = cues;
    this.#biology = biology;
    this.#generator = generator;
    for (let i = 0; i < contour.count; i++) {
      if (!this.#inside(contour.x[i]!, contour.y[i]!)) continue;
      if (contour.kind[i] === VILLUS) this.#villusPoints.push(i);
      else if (contour.kind[i] === CRYPT) this.#cryptPoints.push(i);
    }
  }

  paint(): LiningCounts {
    const enterocytes = this.#paintRow(VILLUS);
    const cryptCells = this.#paintRow(CRYPT);
    this.#paintPanethGranules();
    const gobletCells = this.#paintGobletCells(
      this.#villusPoints,
      (enterocytes * this.#cues.gobletCells) / 100,
    );
    this.#paintGobletCells(this.#cryptPoints, (cryptCells * this.#cues.gobletCells) / 130);
    const lymphocytes = this.#paintLymphocytes(
      this.#villusPoints,
      (enterocytes * this.#cues.lymphocytes) / 100,
    );
    this.#paintLymphocytes(this.#cryptPoints, (cryptCells * this.#cues.lymphocytes) / 300);
    return { enterocytes, lymphocytes, gobletCells };
  }

  /** Basal nuclei along every contour, one per cell's width; returns how many lie in the image. */
  #paintRow(kind: EdgeKind): number {
    const { starts } = this.#contour;
    let count = 0;
    for (let path = 0; path + 1 < starts.length; path++)
      count += this.#paintPath(kind, starts[path]!, starts[path + 1]!);
    return count;
  }

  #paintPath(kind: EdgeKind, start: number, end: number): number {
    const { mpp } = this.#canvas;
    const crowding = kind === CRYPT ? 0.85 : 1;
    const spacing = (this.#biology.enterocyteWidth * crowding) / mpp;
    let last: Site | undefined;
    let count = 0;
    let wanted = spacing;
    for (let point = start; point < end; point++) {
      if (this.#contour.kind[point] !== kind) continue;
      const row = this.#site(point, kind === CRYPT ? 0.64 : 0.68);
      if (last !== undefined && Math.hypot(row.x - last.x, row.y - last.y) < wanted) continue;
      last = row;
      wanted = spacing * this.#generator.uniform(0.8, 1.25);
      if (!this.#inside(row.x, row.y) || this.#crowded(row, kind)) continue;
      this.#paintNucleus(kind, point);
      count++;
    }
    return count;
  }

  #paintNucleus(kind: EdgeKind, point: number): void {
    const g = this.#generator;
    const size = this.#biology.nucleusSize;
    const crypt = kind === CRYPT;
    const stray = g.normal(0, this.#cues.disorder);
    const site = this.#site(point, (crypt ? 0.64 : 0.68) + Math.max(-0.3, Math.min(0.18, stray)));
    stampEllipse(
      this.#canvas,
      {
        ...site,
        along: (crypt ? 3.5 : 4.6) * size * g.uniform(0.85, 1.12),
        across: 2.4 * size * g.uniform(0.85, 1.12),
        angle: this.#inwards(point) + g.normal(0, 0.12 + this.#cues.disorder),
        haematoxylin: (crypt ? 0.6 : 0.52) * this.#biology.chromatin * g.uniform(0.85, 1.15),
        eosin: 0.16,
        opacity: g.bernoulli(0.15) ? g.uniform(0.4, 0.7) : g.uniform(0.8, 0.95),
        rim: 0.35,
        grain: 0.1,
      },
      texture,
    );
  }

  /** Small, round, dark nuclei in a pale halo, mostly between the basal halves of the enterocytes. */
  #paintLymphocytes(points: readonly number[], expected: number): number {
    const g = this.#generator;
    const sites = this.#scatter(points, stochasticRound(expected, g), 6.5, () =>
      g.bernoulli(0.68) ? g.uniform(0.6, 0.97) : g.uniform(0.3, 0.6),
    );
    for (const site of sites) {
      const radius = 2.75 * this.#biology.nucleusSize * g.uniform(0.9, 1.12);
      const shape = { ...site, angle: g.uniform(0, Math.PI), rim: 0, grain: 0 };
      stampEllipse(
        this.#canvas,
        {
          ...shape,
          along: radius + 1.5,
          across: radius + 1.3,
          haematoxylin: 0.06,
          eosin: 0.17,
          opacity: 0.6,
        },
        texture,
      );
      stampEllipse(
        this.#canvas,
        {
          ...shape,
          along: radius * g.uniform(1, 1.15),
          across: radius,
          haematoxylin: g.uniform(0.92, 1.12),
          eosin: 0.2,
          opacity: 0.96,
          grain: 0.06,
        },
        texture,
      );
    }
    return sites.length;
  }

  /** Mucin vacuoles: pale, bluish, thin-rimmed, open towards the surface. */
  #paintGobletCells(points: readonly number[], expected: number): number {
    const g = this.#generator;
    const sites = this.#scatter(points, stochasticRound(expected, g), 11, () => g.uniform(0.32, 0.46));
    for (const site of sites) {
      const kind = this.#contour.kind[site.point]!;
      const lining = this.#lining(site.point, kind);
      const common = { ...site, angle: this.#inwards(site.point) + g.normal(0, 0.1), rim: 0, grain: 0 };
      const along = lining * g.uniform(0.25, 0.33);
      const across = g.uniform(3, 4.3);
      stampEllipse(
        this.#canvas,
        {
          ...common,
          along: along + 0.9,
          across: across + 0.8,
          haematoxylin: 0.17,
          eosin: 0.26,
          opacity: 0.8,
        },
        texture,
      );
      stampEllipse(
        this.#canvas,
        {
          ...common,
          along,
          across,
          haematoxylin: g.uniform(0.06, 0.13),
          eosin: g.uniform(0.01, 0.04),
          opacity: 0.95,
          grain: 0.25,
        },
        texture,
      );
    }
    return sites.length;
  }

  /** Bright eosinophilic granules at the bases of crypts. */
  #paintPanethGranules(): void {
    const g = this.#generator;
    for (const point of this.#cryptPoints) {
      const { shape, frame } = this.#pieces[this.#contour.piece[point]!]!;
      frame.locate(this.#contour.x[point]!, this.#contour.y[point]!);
      const deep = -frame.t > 0.82 * (shape.cryptDepth - shape.cryptLining);
      if (!deep || !g.bernoulli(0.5)) continue;
      stampEllipse(
        this.#canvas,
        {
          ...this.#site(point, g.uniform(0.1, 0.42)),
          along: 0.9,
          across: 0.9,
          angle: 0,
          haematoxylin: 0.08,
          eosin: 0.62,
          opacity: 0.7,
          rim: 0,
          grain: 0,
        },
        texture,
      );
    }
  }

  /** Up to `count` sites at random points, at least `apart` µm from each other. */
  #scatter(points: readonly number[], count: number, apart: number, depth: () => number): Site[] {
    const sites: Site[] = [];
    const least = (apart / this.#canvas.mpp) ** 2;
    const buckets = new Map<number, Site[]>();
    for (let tries = 0; points.length > 0 && sites.length < count && tries < count * 6; tries++) {
      const point = points[this.#generator.integer(points.length)]!;
      const site = this.#site(point, depth());
      if (!this.#inside(site.x, site.y) || this.#crowded(site, this.#contour.kind[point]!)) continue;
      if (near(buckets, site, least)) continue;
      remember(buckets, site);
      sites.push(site);
    }
    return sites;
  }

  #lining(point: number, kind: EdgeKind): number {
    const { shape } = this.#pieces[this.#contour.piece[point]!]!;
    return kind === CRYPT ? shape.cryptLining : shape.villusLining;
  }

  /** The place below a contour point at a fraction of the lining's height. */
  #site(point: number, fraction: number): Site {
    const below = (this.#lining(point, this.#contour.kind[point]!) * fraction) / this.#canvas.mpp;
    return {
      x: this.#contour.x[point]! + this.#contour.nx[point]! * below,
      y: this.#contour.y[point]! + this.#contour.ny[point]! * below,
      point,
    };
  }

  #inwards(point: number): number {
    return Math.atan2(this.#contour.ny[point]!, this.#contour.nx[point]!);
  }

  #inside(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.#canvas.width && y < this.#canvas.height;
  }

  /** True where another surface is nearer than the site's own: a fold of the lining leaves no room for the cell. */
  #crowded(site: Site, kind: EdgeKind): boolean {
    const { depth, width, nearest, mpp } = this.#canvas;
    const pixel = Math.floor(site.y) * width + Math.floor(site.x);
    const own =
      Math.hypot(site.x - this.#contour.x[site.point]!, site.y - this.#contour.y[site.point]!) * mpp;
    if (depth[pixel]! < 0.7 * own - 1) return true;
    const other = this.#contour.kind[nearest[pixel]!];
    return other === TORN || (other !== kind && depth[pixel]! < 0.9 * own - 1);
  }
}

/** Rounds up or down at random so that the expectation is kept. */
export function stochasticRound(value: number, generator: Generator): number {
  const floor = Math.floor(value);
  return floor + (generator.bernoulli(value - floor) ? 1 : 0);
}

const BUCKET = 16;

function bucketKey(x: number, y: number): number {
  return Math.floor(y / BUCKET) * 65_536 + Math.floor(x / BUCKET);
}

function remember(buckets: Map<number, Site[]>, site: Site): void {
  const key = bucketKey(site.x, site.y);
  const bucket = buckets.get(key);
  if (bucket === undefined) buckets.set(key, [site]);
  else bucket.push(site);
}

function near(buckets: Map<number, Site[]>, site: Site, least: number): boolean {
  const reach = Math.max(BUCKET, Math.sqrt(least));
  for (let y = site.y - reach; y <= site.y + reach; y += BUCKET)
    for (let x = site.x - reach; x <= site.x + reach; x += BUCKET)
      for (const other of buckets.get(bucketKey(x, y)) ?? [])
        if ((other.x - site.x) ** 2 + (other.y - site.y) ** 2 < least) return true;
  return false;
}
