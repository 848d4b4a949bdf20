// The cells below the linings: lymphocytes, plasma cells, eosinophils and fibroblasts of the lamina propria, capillaries
// with red cells, spindle nuclei of the muscularis mucosae and the submucosa.
import type { Generator } from "../random/index.ts";
import { type Canvas, LAMINA, MUSCLE, type Stamp, SUBMUCOSA, stampEllipse } from "./canvas.ts";
import type { TissueCues } from "./classes.ts";
import type { Contour } from "./contour.ts";
import { fineNoise } from "./noise.ts";
import type { Biology } from "./patient.ts";
import type { Piece } from "./tissue-map.ts";

const texture = (x: number, y: number) => fineNoise().grain(x, y);

/** Draws capillaries, then all cells of the stroma. Returns how many cells of the lamina propria were drawn. */
export function paintStroma(
  canvas: Canvas,
  contour: Contour,
  pieces: readonly Piece[],
  cues: TissueCues,
  biology: Biology,
  generator: Generator,
): number {
  const painter = new StromaPainter(canvas, contour, pieces, biology, generator);
  painter.scatter(LAMINA, 420, (x, y) => painter.capillary(x, y));
  painter.scatter(SUBMUCOSA, 110, (x, y) => painter.capillary(x, y, 1.7));
  const cells = painter.scatter(LAMINA, cues.laminaCells, (x, y) => painter.laminaCell(x, y));
  painter.scatter(MUSCLE, 2300, (x, y) => painter.spindle(x, y, 0.12));
  painter.scatter(SUBMUCOSA, 1000, (x, y) => painter.spindle(x, y, 0.7));
  return cells;
}

class StromaPainter {
  readonly #canvas: Canvas;
  readonly #contour: Contour;
  readonly #pieces: readonly Piece[];
  readonly #biology: Biology;
  readonly #generator: Generator;

  constructor(
    canvas: Canvas,
    contour: Contour,
    pieces: readonly Piece[],
    biology: Biology,
    generator: Generator,
  ) {
    this.#canvas = canvas;
    this.#contour = contour;
    this.#pieces = pieces;
    this.#biology = biology;
    this.#generator = generator;
  }

  /** Calls `draw` at one jittered place per cell of a grid of the given density (per mm²) that falls in the region. */
  scatter(region: number, perSquareMillimetre: number, draw: (x: number, y: number) => void): number {
    const { width, height, mpp } = this.#canvas;
    const pitch = 1000 / Math.sqrt(perSquareMillimetre) / mpp;
    let count = 0;
    for (let y = this.#generator.uniform(-pitch, 0); y < height; y += pitch)
      for (let x = this.#generator.uniform(-pitch, 0); x < width; x += pitch) {
        const px = x + pitch * this.#generator.uniform(0, 0.95);
        const py = y + pitch * this.#generator.uniform(0, 0.95);
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const pixel = Math.floor(py) * width + Math.floor(px);
        if (this.#canvas.region[pixel] !== region) continue;
        draw(px, py);
        count++;
      }
    return count;
  }

  /** One cell of the lamina propria, of a random type. */
  laminaCell(x: number, y: number): void {
    const g = this.#generator;
    const type = g.uniform();
    if (type < 0.5) this.#plasmaCell(x, y);
    else if (type < 0.63) this.#nucleus(x, y, 2.6, 2.4, g.uniform(0.5, 0.68), {});
    else if (type < 0.7) this.#eosinophil(x, y);
    else if (type < 0.8) this.#nucleus(x, y, 3.6, 2.5, g.uniform(0.3, 0.42), { rim: 0.4 });
    else this.#nucleus(x, y, g.uniform(4, 6.5), g.uniform(1.1, 1.7), g.uniform(0.38, 0.56), {});
  }

  /** A spindle nucleus along the mucosa, with a spread of angles. */
  spindle(x: number, y: number, spread: number): void {
    const g = this.#generator;
    const point = this.#canvas.nearest[Math.floor(y) * this.#canvas.width + Math.floor(x)]!;
    const { frame } = this.#pieces[this.#contour.piece[point]!]!;
    frame.locate(x, y);
    const angle = frame.directionAt(frame.s, frame.t) + g.normal(0, spread);
    this.#nucleus(x, y, g.uniform(4.5, 8), g.uniform(1, 1.5), g.uniform(0.45, 0.68), {
      angle,
      opacity: 0.85,
    });
  }

  /** A small vessel: pale lumen, red cells in some, a thin wall with a flat nucleus. */
  capillary(x: number, y: number, scale = 1): void {
    const g = this.#generator;
    const angle = g.uniform(0, Math.PI);
    const along = g.uniform(4, 9) * scale;
    const across = g.uniform(2.3, 3.8) * scale;
    this.#stamp(x, y, { along: along + 1.2, across: across + 1.2, angle, haematoxylin: 0.12, eosin: 0.34 });
    this.#stamp(x, y, { along, across, angle, haematoxylin: 0, eosin: 0.03, opacity: 0.9 });
    const { mpp } = this.#canvas;
    const redCells = g.bernoulli(0.6) ? Math.round(along * across * 0.12) : 0;
    for (let i = 0; i < redCells; i++) {
      const u = (g.uniform(-0.75, 0.75) * along) / mpp;
      const v = (g.uniform(-0.6, 0.6) * across) / mpp;
      const cx = x + u * Math.cos(angle) - v * Math.sin(angle);
      const cy = y + u * Math.sin(angle) + v * Math.cos(angle);
      this.#stamp(cx, cy, { along: 2.6, across: 2.3, angle: 0, haematoxylin: 0.02, eosin: 0.55, rim: 0.25 });
    }
    const side = (g.bernoulli(0.5) ? 1 : -1) * ((across + 0.8) / mpp);
    this.#nucleus(x - side * Math.sin(angle), y + side * Math.cos(angle), 3.8, 1.1, 0.58, { angle });
  }

  #plasmaCell(x: number, y: number): void {
    const g = this.#generator;
    const angle = g.uniform(0, 2 * Math.PI);
    const offset = 1.7 / this.#canvas.mpp;
    this.#stamp(x, y, { along: 4.6, across: 3.4, angle, haematoxylin: 0.24, eosin: 0.25, opacity: 0.75 });
    this.#nucleus(
      x + offset * Math.cos(angle),
      y + offset * Math.sin(angle),
      2.7,
      2.5,
      g.uniform(0.65, 0.92),
      {
        grain: 0.16,
      },
    );
  }

  #eosinophil(x: number, y: number): void {
    const g = this.#generator;
    const angle = g.uniform(0, 2 * Math.PI);
    this.#stamp(x, y, { along: 4, across: 3.6, angle, haematoxylin: 0.06, eosin: 0.58, grain: 0.2 });
    const offset = 1.5 / this.#canvas.mpp;
    const dx = offset * Math.cos(angle);
    const dy = offset * Math.sin(angle);
    this.#nucleus(x + dx, y + dy, 1.6, 1.4, 0.65, {});
    this.#nucleus(x - dx, y - dy, 1.6, 1.4, 0.65, {});
  }

  #nucleus(
    x: number,
    y: number,
    along: number,
    across: number,
    haematoxylin: number,
    more: Partial<Stamp>,
  ): void {
    const g = this.#generator;
    const size = this.#biology.nucleusSize * g.uniform(0.9, 1.12);
    // Some nuclei lie out of the plane of focus or are cut at their edge.
    const opacity = g.bernoulli(0.22) ? g.uniform(0.4, 0.7) : g.uniform(0.85, 0.97);
    this.#stamp(x, y, {
      along: along * size,
      across: across * size,
      angle: g.uniform(0, Math.PI),
      haematoxylin,
      eosin: 0.18,
      opacity,
      rim: 0.15,
      grain: 0.1,
      ...more,
    });
  }

  #stamp(
    x: number,
    y: number,
    stamp: Pick<Stamp, "along" | "across" | "angle" | "haematoxylin" | "eosin"> & Partial<Stamp>,
  ): void {
    stampEllipse(this.#canvas, { opacity: 0.9, rim: 0, grain: 0, ...stamp, x, y }, texture);
  }
}
