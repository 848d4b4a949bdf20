// The cells of the linings: enterocyte nuclei in their basal row, goblet cells, Paneth granules, and the lymphocytes
// between the enterocytes that tell duodenitis from normal mucosa.
import type { Generator } from "../random/index.ts";
import { type Canvas, type Stamp, stampEllipse } from "./canvas.ts";
import type { TissueCues } from "./classes.ts";
import type { Contour } from "./contour.ts";
import type { LiningSites, Site } from "./lining-sites.ts";
import { fineNoise } from "./noise.ts";
import { CRYPT, type EdgeKind, VILLUS } from "./outline.ts";
import type { Biology } from "./patient.ts";

/** What was drawn, counted where it lies inside the image; the villus lining only. */
export interface LiningCounts {
  readonly enterocytes: number;
  readonly lymphocytes: number;
  readonly gobletCells: number;
}

/** How deep the nuclei of a lining lie, as a fraction of its height. */
const nuclearRow = (kind: EdgeKind) => (kind === CRYPT ? 0.64 : 0.68);

const texture = (x: number, y: number) => fineNoise().grain(x, y);

/** Draws all cells of the linings of an image. */
export class LiningPainter {
  readonly #canvas: Canvas;
  readonly #sites: LiningSites;
  readonly #cues: TissueCues;
  readonly #biology: Biology;
  readonly #generator: Generator;

  constructor(canvas: Canvas, sites: LiningSites, cues: TissueCues, biology: Biology, generator: Generator) {
    this.#canvas = canvas;
    this.#sites = sites;
    this.#cues = cues;
    this.#biology = biology;
    this.#generator = generator;
  }

  paint(contour: Contour): LiningCounts {
    const villus = this.#sites.points(VILLUS);
    const crypt = this.#sites.points(CRYPT);
    const enterocytes = this.#paintRow(contour, VILLUS);
    const cryptCells = this.#paintRow(contour, CRYPT);
    this.#paintPanethGranules(crypt);
    const gobletCells = this.#paintGobletCells(villus, (enterocytes * this.#cues.gobletCells) / 100);
    this.#paintGobletCells(crypt, (cryptCells * this.#cues.gobletCells) / 130);
    const lymphocytes = this.#paintLymphocytes(villus, (enterocytes * this.#cues.lymphocytes) / 100);
    // Crypts hold far fewer.
    this.#paintLymphocytes(crypt, (cryptCells * this.#cues.lymphocytes) / 300);
    return { enterocytes, lymphocytes, gobletCells };
  }

  /** Basal nuclei along every contour, one per cell's width; returns how many lie in the image. */
  #paintRow(contour: Contour, kind: EdgeKind): number {
    let count = 0;
    for (let path = 0; path + 1 < contour.starts.length; path++)
      count += this.#paintPath(kind, contour.starts[path]!, contour.starts[path + 1]!);
    return count;
  }

  #paintPath(kind: EdgeKind, start: number, end: number): number {
    const crowding = kind === CRYPT ? 0.85 : 1;
    const spacing = (this.#biology.enterocyteWidth * crowding) / this.#canvas.mpp;
    let last: Site | undefined;
    let count = 0;
    let wanted = spacing;
    for (let point = start; point < end; point++) {
      if (this.#sites.kind(point) !== kind) continue;
      // The width of a cell counts at its nucleus: rows crowd round a tip and open in a hollow as real ones do.
      const row = this.#sites.at(point, nuclearRow(kind));
      if (last !== undefined && Math.hypot(row.x - last.x, row.y - last.y) < wanted) continue;
      last = row;
      wanted = spacing * this.#generator.uniform(0.8, 1.25);
      if (!this.#sites.isFree(row)) continue;
      this.#paintNucleus(kind, point);
      count++;
    }
    return count;
  }

  #paintNucleus(kind: EdgeKind, point: number): void {
    const g = this.#generator;
    const size = this.#biology.nucleusSize;
    const crypt = kind === CRYPT;
    const stray = Math.max(-0.3, Math.min(0.18, g.normal(0, this.#cues.disorder)));
    this.#stamp(this.#sites.at(point, nuclearRow(kind) + stray), {
      along: (crypt ? 3.5 : 4.6) * size * g.uniform(0.85, 1.12),
      across: 2.4 * size * g.uniform(0.85, 1.12),
      angle: this.#sites.inwards(point) + g.normal(0, 0.12 + this.#cues.disorder),
      haematoxylin: (crypt ? 0.5 : 0.45) * this.#biology.chromatin * g.uniform(0.85, 1.15),
      eosin: 0.16,
      // Some lie out of the plane of focus.
      opacity: g.bernoulli(0.15) ? g.uniform(0.4, 0.7) : g.uniform(0.8, 0.95),
      rim: 0.35,
      grain: 0.1,
    });
  }

  /** Small, round, dark nuclei in a pale halo, mostly between the basal halves of the enterocytes. */
  #paintLymphocytes(points: readonly number[], expected: number): number {
    const g = this.#generator;
    const depth = () => (g.bernoulli(0.6) ? g.uniform(0.6, 0.95) : g.uniform(0.28, 0.6));
    const sites = this.#sites.scatter(points, stochasticRound(expected, g), 6.5, depth, g);
    for (const site of sites) {
      const radius = 3.05 * this.#biology.nucleusSize * g.uniform(0.9, 1.12);
      const angle = g.uniform(0, Math.PI);
      const halo = { angle, along: radius + 1.7, across: radius + 1.5, opacity: 0.75 };
      this.#stamp(site, { ...halo, haematoxylin: 0.06, eosin: 0.17 });
      this.#stamp(site, {
        angle,
        along: radius * g.uniform(1, 1.15),
        across: radius,
        haematoxylin: g.uniform(1.15, 1.35),
        eosin: 0.2,
        opacity: 0.96,
        grain: 0.06,
      });
    }
    return sites.length;
  }

  /** Mucin vacuoles: pale, bluish, thin-rimmed, in the upper half of the lining. */
  #paintGobletCells(points: readonly number[], expected: number): number {
    const g = this.#generator;
    const depth = () => g.uniform(0.32, 0.46);
    const sites = this.#sites.scatter(points, stochasticRound(expected, g), 11, depth, g);
    for (const site of sites) {
      const angle = this.#sites.inwards(site.point) + g.normal(0, 0.1);
      const along = this.#sites.lining(site.point) * g.uniform(0.25, 0.33);
      const across = g.uniform(3, 4.3);
      const wall = { angle, along: along + 0.9, across: across + 0.8, opacity: 0.8 };
      this.#stamp(site, { ...wall, haematoxylin: 0.17, eosin: 0.26 });
      this.#stamp(site, {
        angle,
        along,
        across,
        haematoxylin: g.uniform(0.06, 0.13),
        eosin: g.uniform(0.01, 0.04),
        opacity: 0.95,
        grain: 0.25,
      });
    }
    return sites.length;
  }

  /** Bright eosinophilic granules at the bases of crypts. */
  #paintPanethGranules(points: readonly number[]): void {
    const g = this.#generator;
    for (const point of points) {
      if (!this.#sites.isCryptBase(point) || !g.bernoulli(0.5)) continue;
      const size = { along: 0.9, across: 0.9, angle: 0, opacity: 0.7 };
      this.#stamp(this.#sites.at(point, g.uniform(0.1, 0.42)), { ...size, haematoxylin: 0.08, eosin: 0.62 });
    }
  }

  #stamp(site: Site, stamp: Omit<Stamp, "x" | "y" | "rim" | "grain"> & Partial<Stamp>): void {
    stampEllipse(this.#canvas, { rim: 0, grain: 0, ...stamp, x: site.x, y: site.y }, texture);
  }
}

/** Rounds up or down at random so that the expectation is kept. */
function stochasticRound(value: number, generator: Generator): number {
  const floor = Math.floor(value);
  return floor + (generator.bernoulli(value - floor) ? 1 : 0);
}
