// From contours to tissue: gives every pixel its depth, its region and the concentrations of stain that the tissue has
// there before any cell is drawn.
import type { Generator } from "../random/index.ts";
import { BACKGROUND, type Canvas, CRYPT_LINING, LAMINA, MUSCLE, SUBMUCOSA, VILLUS_LINING } from "./canvas.ts";
import type { Contour } from "./contour.ts";
import { fillContour, nearestPoints, surfaceOf } from "./distance.ts";
import type { Frame } from "./frame.ts";
import { fineNoise, type NoiseTile, smoothNoise } from "./noise.ts";
import { CRYPT, TORN } from "./outline.ts";
import type { Biology } from "./patient.ts";
import type { Shape } from "./shape.ts";

/** A piece: its measures and where it lies. */
export interface Piece {
  readonly shape: Shape;
  readonly frame: Frame;
}

/** Maps depth and region for every pixel of an image; the contour returned is the outlines' true surface. */
export function mapTissue(
  outlines: Contour,
  pieces: readonly Piece[],
  width: number,
  height: number,
  mpp: number,
): { canvas: Canvas; contour: Contour } {
  const inside = fillContour(outlines, width, height);
  const contour = surfaceOf(outlines, inside, width, height);
  const nearest = nearestPoints(contour, width, height);
  const canvas: Canvas = {
    width,
    height,
    mpp,
    haematoxylin: new Float32Array(width * height),
    eosin: new Float32Array(width * height),
    region: new Uint8Array(width * height),
    depth: new Float32Array(width * height),
    nearest,
  };
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const point = nearest[pixel]!;
      if (point < 0) continue;
      const depth = signedDistance(contour, point, x + 0.5, y + 0.5, inside[pixel] === 1) * mpp;
      canvas.depth[pixel] = depth;
      canvas.region[pixel] = regionOf(contour, point, depth, pieces, x + 0.5, y + 0.5, mpp);
    }
  return { canvas, contour };
}

/** Distance to a contour point in pixels, positive inside the tissue; close to the outline it is the distance to the line. */
function signedDistance(contour: Contour, point: number, x: number, y: number, inside: boolean): number {
  const dx = x - contour.x[point]!;
  const dy = y - contour.y[point]!;
  const distance = Math.sqrt(dx * dx + dy * dy);
  if (distance < 1.5) return dx * contour.nx[point]! + dy * contour.ny[point]!;
  return inside ? distance : -distance;
}

function regionOf(
  contour: Contour,
  point: number,
  depth: number,
  pieces: readonly Piece[],
  x: number,
  y: number,
  mpp: number,
): number {
  if (depth < -0.5 * mpp) return BACKGROUND;
  const { shape, frame } = pieces[contour.piece[point]!]!;
  const kind = contour.kind[point]!;
  if (kind !== TORN) {
    const lining = kind === CRYPT ? shape.cryptLining : shape.villusLining;
    if (depth < lining) return kind === CRYPT ? CRYPT_LINING : VILLUS_LINING;
  }
  frame.locate(x, y);
  const wave = smoothNoise();
  const below =
    shape.musclePosition - frame.t + 2.2 * wave.at(frame.s * 0.5 + 31, contour.piece[point]! * 40);
  if (below < 0) return LAMINA;
  const thickness = shape.muscleThickness * (1 + 0.18 * wave.at(frame.s * 0.35, 128));
  return below < thickness ? MUSCLE : SUBMUCOSA;
}

/** Fills the concentrations of all tissue. */
export function stainTissue(
  canvas: Canvas,
  contour: Contour,
  pieces: readonly Piece[],
  biology: Biology,
  generator: Generator,
): void {
  const brush = new GroundBrush(biology, generator);
  for (let y = 0, pixel = 0; y < canvas.height; y++)
    for (let x = 0; x < canvas.width; x++, pixel++) {
      const region = canvas.region[pixel]!;
      if (region === BACKGROUND) continue;
      const point = canvas.nearest[pixel]!;
      const piece = pieces[contour.piece[point]!]!;
      brush.paint(region, x * canvas.mpp, y * canvas.mpp, canvas.depth[pixel]!, point, piece, canvas.mpp);
      const cover = Math.min(1, canvas.depth[pixel]! / canvas.mpp + 0.5);
      canvas.haematoxylin[pixel] = brush.haematoxylin * cover;
      canvas.eosin[pixel] = brush.eosin * cover;
    }
}

/** The ground colours of the tissue; results of the last {@link paint} are left in its two fields. */
class GroundBrush {
  haematoxylin = 0;
  eosin = 0;
  readonly #smooth: NoiseTile = smoothNoise();
  readonly #fine: NoiseTile = fineNoise();
  readonly #offsetX: number;
  readonly #offsetY: number;
  readonly #oedema: number;
  readonly #basophilia: number;

  constructor(biology: Biology, generator: Generator) {
    this.#offsetX = generator.uniform(0, 256);
    this.#offsetY = generator.uniform(0, 256);
    this.#oedema = biology.oedema;
    this.#basophilia = biology.basophilia;
  }

  /** @param x,y position in µm; `depth` µm below the surface; `point` the nearest contour point. */
  paint(region: number, x: number, y: number, depth: number, point: number, piece: Piece, mpp: number): void {
    const u = x + this.#offsetX;
    const v = y + this.#offsetY;
    if (region === VILLUS_LINING || region === CRYPT_LINING)
      this.#lining(region, u, v, depth, point, piece.shape, mpp);
    else if (region === LAMINA) this.#lamina(u, v);
    else {
      piece.frame.locate(x / mpp + 0.5, y / mpp + 0.5);
      if (region === MUSCLE) this.#muscle(piece.frame.s + this.#offsetX, piece.frame.t + this.#offsetY);
      else this.#submucosa(piece.frame.s + this.#offsetX, piece.frame.t + this.#offsetY);
    }
  }

  #lining(
    region: number,
    u: number,
    v: number,
    depth: number,
    point: number,
    shape: Shape,
    mpp: number,
  ): void {
    const crypt = region === CRYPT_LINING;
    const lining = crypt ? shape.cryptLining : shape.villusLining;
    const up = depth / lining;
    // Streaks along the cells: the texture is read at the place along the surface, stretched in depth.
    const streak = this.#fine.at(point * mpp * 0.55, depth * 0.12 + 40);
    const grain = this.#fine.at(u * 1.3, v * 1.3);
    this.haematoxylin = (crypt ? 0.17 : 0.1) * this.#basophilia + 0.03 * up + 0.018 * grain;
    this.eosin = (crypt ? 0.23 : 0.29) - 0.05 * up + 0.03 * streak + 0.02 * grain;
    if (depth < 1.6) {
      // Brush border, or the faint rim of a crypt's lumen.
      this.eosin += crypt ? 0.04 : 0.12;
      this.haematoxylin += crypt ? 0 : 0.03;
    }
    if (depth > lining - 1.4) this.eosin += 0.06;
  }

  #lamina(u: number, v: number): void {
    const cloud = this.#smooth.at(u * 0.9, v * 0.9);
    const fibre = this.#fine.at(u * 0.5 + 3 * cloud, v * 0.5 - 2 * cloud);
    const grain = this.#fine.at(u * 1.1 + 90, v * 1.1);
    const loose = Math.max(0, -0.3 - 0.6 * fibre - 0.4 * cloud) * 0.16 * this.#oedema;
    this.eosin = Math.max(0.01, 0.2 + 0.035 * fibre + 0.02 * grain - loose);
    this.haematoxylin = Math.max(0, 0.075 + 0.02 * cloud + 0.012 * grain - 0.4 * loose);
  }

  #muscle(s: number, t: number): void {
    const strand = this.#fine.at(s * 0.07, t * 0.75);
    const wave = this.#smooth.at(s * 0.4, t * 0.4);
    this.eosin = 0.36 + 0.05 * strand + 0.02 * wave;
    this.haematoxylin = 0.07 + 0.012 * strand;
  }

  #submucosa(s: number, t: number): void {
    const bend = this.#smooth.at(s * 0.35, t * 0.35);
    const bundle = this.#fine.at(s * 0.12 + bend * 1.2, t * 0.34 + bend * 2.6);
    const strand = this.#fine.at(s * 0.3 + bend * 2, t * 1.1 + bend * 5);
    const thick = Math.max(0, 0.6 + 0.55 * bundle + 0.25 * strand);
    this.eosin = Math.min(0.34, 0.02 + 0.2 * thick);
    this.haematoxylin = 0.012 + 0.02 * thick;
  }
}
