// What goes wrong between the patient and the scanner, in moderation: folds, tears, dust and mucus on the background.
// All act on the concentrations; blur and uneven light belong to the optics (`develop.ts`).
import type { Generator } from "../random/index.ts";
import { BACKGROUND, type Canvas, stampEllipse } from "./canvas.ts";
import { fineNoise, smoothNoise } from "./noise.ts";

/** Adds artefacts; `amount` 0 (none) to 1 (nearly every image has one), default 0.4 elsewhere. */
export function addArtefacts(canvas: Canvas, amount: number, generator: Generator): void {
  addPieceArtefacts(canvas, amount, generator);
  if (generator.bernoulli(0.6 * amount)) addMucus(canvas, generator);
}

/** Folds, tears and specks, without the mucus, which would end where a piece's part of a slide does. */
export function addPieceArtefacts(canvas: Canvas, amount: number, generator: Generator): void {
  if (generator.bernoulli(0.3 * amount)) addFold(canvas, generator);
  if (generator.bernoulli(0.5 * amount)) addTear(canvas, generator);
  addDebris(canvas, amount, generator);
}

/** A wandering line across the image: calls `draw` with each pixel's distance to it, µm, within `reach`. */
function alongLine(
  canvas: Canvas,
  reach: number,
  generator: Generator,
  draw: (pixel: number, distance: number, along: number) => void,
): void {
  const { width, height, mpp } = canvas;
  const angle = generator.uniform(0, Math.PI);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const throughX = width * generator.uniform(0.25, 0.75);
  const throughY = height * generator.uniform(0.25, 0.75);
  const wander = smoothNoise();
  const offset = generator.uniform(0, 256);
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const along = ((x - throughX) * cos + (y - throughY) * sin) * mpp;
      const across = ((y - throughY) * cos - (x - throughX) * sin) * mpp;
      if (Math.abs(across) > reach + 30) continue;
      const distance = Math.abs(across + 7 * wander.at(along * 0.25 + offset, 0));
      if (distance < reach) draw(pixel, distance, along);
    }
}

/** A strip where the section lies doubled. */
function addFold(canvas: Canvas, generator: Generator): void {
  const half = generator.uniform(3, 8);
  const doubling = generator.uniform(0.4, 0.9);
  alongLine(canvas, half + 1.5, generator, (pixel, distance) => {
    const factor = 1 + doubling * Math.min(1, (half + 1.5 - distance) / 1.5);
    canvas.haematoxylin[pixel]! *= factor;
    canvas.eosin[pixel]! *= factor;
  });
}

/** A crack that opens and closes along its way. */
function addTear(canvas: Canvas, generator: Generator): void {
  const widest = generator.uniform(1, 3.5);
  const length = generator.uniform(30, 90);
  alongLine(canvas, widest + 1, generator, (pixel, distance, along) => {
    const half = widest * (1 - (along / length) ** 2);
    const remains = Math.min(1, Math.max(0, distance - half + 0.5));
    canvas.haematoxylin[pixel]! *= remains;
    canvas.eosin[pixel]! *= remains;
  });
}

/** Specks and wisps of mucus outside the tissue. */
function addDebris(canvas: Canvas, amount: number, generator: Generator): void {
  const area = canvas.width * canvas.height * canvas.mpp ** 2;
  const specks = Math.round((area / 40_000) * amount * generator.uniform(0, 3));
  for (let i = 0; i < specks; i++) {
    const x = generator.uniform(0, canvas.width);
    const y = generator.uniform(0, canvas.height);
    const pixel = Math.floor(y) * canvas.width + Math.floor(x);
    const size = Math.exp(generator.normal(0.3, 0.6));
    const stamp = {
      x,
      y,
      along: size * generator.uniform(1, 2.5),
      across: size,
      angle: generator.uniform(0, Math.PI),
      haematoxylin: generator.uniform(0.02, 0.3),
      eosin: generator.uniform(0.05, 0.3),
      opacity: generator.uniform(0.3, 0.9),
      rim: 0,
      grain: 0.2,
    };
    if (canvas.region[pixel] !== BACKGROUND || canvas.depth[pixel]! > -4) continue;
    stampEllipse(canvas, stamp, (px, py) => fineNoise().grain(px, py));
  }
}

function addMucus(canvas: Canvas, generator: Generator): void {
  const noise = smoothNoise();
  const x0 = generator.uniform(0, 256);
  const y0 = generator.uniform(0, 256);
  const level = generator.uniform(0.6, 1.4);
  for (let y = 0, pixel = 0; y < canvas.height; y++)
    for (let x = 0; x < canvas.width; x++, pixel++) {
      if (canvas.region[pixel] !== BACKGROUND || canvas.depth[pixel]! < -60) continue;
      const veil = noise.at(x * canvas.mpp * 0.7 + x0, y * canvas.mpp * 0.7 + y0) - level;
      if (veil <= 0) continue;
      canvas.haematoxylin[pixel]! += 0.05 * veil;
      canvas.eosin[pixel]! += 0.025 * veil;
    }
}
