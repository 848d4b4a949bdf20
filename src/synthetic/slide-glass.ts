// The glass between the pieces: the scanner's white, specks of dust and, on some slides, a mark of felt-tip pen beside
// the tissue. Each speck and mark is drawn only where a band of rows meets it.
import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import { fineNoise, smoothNoise } from "./noise.ts";
import { PEN_STRIP } from "./slide-layout.ts";

type Triple = readonly [number, number, number];

/** A speck of dust, px. */
interface Speck {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  /** Light that passes at its centre, 0..1. */
  readonly light: number;
}

/** Inks of the pens used on slides: light that passes in R, G, B. */
const INKS: readonly Triple[] = [
  [0.12, 0.2, 0.62],
  [0.1, 0.45, 0.26],
  [0.13, 0.12, 0.14],
  [0.62, 0.1, 0.14],
];

/** What a slide's glass is like. */
export interface GlassParameters {
  readonly width: number;
  readonly height: number;
  /** µm per pixel. */
  readonly mpp: number;
  /** The scanner's white, 0..255. */
  readonly white: Triple;
  readonly artefacts: number;
  readonly pen: boolean;
}

/** Paints rows of empty slide. */
export class Glass {
  readonly #parameters: GlassParameters;
  readonly #specks: readonly Speck[];
  readonly #pen: PenMark | null;

  constructor(parameters: GlassParameters, generator: Generator) {
    this.#parameters = parameters;
    this.#specks = drawSpecks(parameters, generator);
    this.#pen = parameters.pen ? new PenMark(parameters, generator) : null;
  }

  /** Fills a band whose first row is row `top` of the slide. */
  paint(band: RgbImage, top: number): void {
    const { white } = this.#parameters;
    const row = new Uint8Array(3 * band.width);
    for (let at = 0; at < row.length; at += 3) row.set(white.map(Math.round), at);
    for (let y = 0; y < band.height; y++) band.data.set(row, y * row.length);
    for (const speck of this.#specks)
      if (speck.y + speck.radius + 1 > top && speck.y - speck.radius - 1 < top + band.height)
        paintSpeck(band, top, speck);
    this.#pen?.paint(band, top);
  }
}

function drawSpecks(
  { width, height, mpp, artefacts }: GlassParameters,
  generator: Generator,
): readonly Speck[] {
  const area = width * height * mpp ** 2;
  const count = Math.round((area / 120_000) * artefacts * generator.uniform(0.3, 1.7));
  return Array.from({ length: count }, () => ({
    x: generator.uniform(0, width),
    y: generator.uniform(0, height),
    radius: Math.exp(generator.normal(0.7, 0.6)) / mpp,
    light: generator.uniform(0.45, 0.92),
  }));
}

function paintSpeck(band: RgbImage, top: number, { x, y, radius, light }: Speck): void {
  const reach = radius + 1;
  for (
    let row = Math.max(0, Math.floor(y - top - reach));
    row < Math.min(band.height, y - top + reach);
    row++
  )
    for (
      let column = Math.max(0, Math.floor(x - reach));
      column < Math.min(band.width, x + reach);
      column++
    ) {
      const distance = Math.hypot(column + 0.5 - x, row + 0.5 - (y - top));
      const cover = Math.min(1, Math.max(0, (1 - distance / radius) * radius + 0.5));
      dim(band, row, column, 1 - cover * (1 - light), [1, 1, 1]);
    }
}

/** Lets a share of the light through, or of each colour where the ink covers. */
function dim(band: RgbImage, row: number, column: number, light: number, ink: Triple): void {
  const at = 3 * (row * band.width + column);
  for (const channel of [0, 1, 2] as const)
    band.data[at + channel] = Math.round(band.data[at + channel]! * light * ink[channel]);
}

/** A wavering vertical stroke in the strip at the left, with the streaks of a felt tip. */
class PenMark {
  readonly #ink: Triple;
  readonly #mpp: number;
  readonly #centre: number;
  readonly #half: number;
  readonly #ends: readonly [number, number];
  readonly #phase: number;

  constructor({ height, mpp }: GlassParameters, generator: Generator) {
    this.#ink = generator.choice(INKS);
    this.#mpp = mpp;
    this.#centre = PEN_STRIP * generator.uniform(0.42, 0.55);
    this.#half = generator.uniform(50, 95);
    this.#ends = [height * mpp * generator.uniform(0.05, 0.25), height * mpp * generator.uniform(0.7, 0.95)];
    this.#phase = generator.uniform(0, 256);
  }

  paint(band: RgbImage, top: number): void {
    const wander = smoothNoise();
    const streaks = fineNoise();
    // The strip, and what a stroke may lean into the gap beside it.
    const last = Math.min(band.width, Math.ceil((PEN_STRIP + 120) / this.#mpp));
    for (let row = 0; row < band.height; row++) {
      const y = (top + row + 0.5) * this.#mpp;
      const centre = this.#centre + 60 * wander.at(y * 0.016 + this.#phase, 7);
      for (let column = 0; column < last; column++) {
        const x = (column + 0.5) * this.#mpp;
        // The stroke's ends are round.
        const beyond = Math.max(0, this.#ends[0] + this.#half - y, y - this.#ends[1] + this.#half);
        const inside = this.#half - Math.hypot(x - centre, beyond);
        if (inside <= 0) continue;
        const streak = 0.9 + 0.1 * streaks.at((x - centre) * 0.5 + this.#phase, y * 0.02);
        const cover = Math.min(1, inside / 3) * Math.min(1, streak);
        const ink = this.#ink.map((light) => 1 - cover * (1 - light)) as unknown as Triple;
        dim(band, row, column, 1, ink);
      }
    }
  }
}
