// Lays strips of mucosa: across the field of an image, which cuts them off, or one whole, which gets as much room as it
// needs.
import type { Generator } from "../random/index.ts";
import type { TissueCues } from "./classes.ts";
import { Contour } from "./contour.ts";
import { Frame } from "./frame.ts";
import { drawOutline } from "./outline.ts";
import type { SyntheticPatient } from "./patient.ts";
import { architectureScale, drawShape, type Shape } from "./shape.ts";
import type { Piece } from "./tissue-map.ts";

/** Where strips are laid: sizes in px. */
export interface Field {
  readonly patient: SyntheticPatient;
  readonly width: number;
  readonly height: number;
  /** µm per pixel. */
  readonly mpp: number;
}

/** What lies where, before anything is painted. Lengths in µm as drawn. */
export interface LaidPieces {
  readonly contour: Contour;
  readonly pieces: readonly Piece[];
  readonly scale: number;
  readonly villusHeight: number;
  readonly cryptDepth: number;
}

/** Lays one strip of mucosa, or several where the field is tall enough, across the field. */
export function layPieces(parameters: Field, cues: TissueCues, generator: Generator): LaidPieces {
  const { patient, width, height, mpp } = parameters;
  const field = Math.min(width, height) * mpp;
  const scale = architectureScale(field);
  const angle = generator.uniform(0, 2 * Math.PI);
  const mirrored = generator.bernoulli(0.5);
  const contour = new Contour();
  const pieces: Piece[] = [];
  const heights: number[] = [];
  const depths: number[] = [];
  const rows = Math.max(1, Math.floor(field / 950));
  for (let row = 0; row < rows; row++) {
    const length = Math.hypot(width, height) * mpp * generator.uniform(0.65, 1);
    const shape = drawShape(patient, cues, scale, length, generator);
    const offset = ((row + 0.5) / rows - 0.5) * field + generator.normal(0, 0.02 * field);
    const frame = placePiece(parameters, shape, { angle, mirrored, offset }, generator);
    const outline = drawOutline(shape, generator);
    for (const path of outline.paths) contour.addPath(path, frame, row);
    pieces.push({ shape, frame });
    heights.push(outline.villusHeight);
    depths.push(outline.cryptDepth);
  }
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { contour, pieces, scale, villusHeight: mean(heights), cryptDepth: mean(depths) };
}

function placePiece(
  { width, height, mpp }: Field,
  shape: Shape,
  place: { angle: number; mirrored: boolean; offset: number },
  generator: Generator,
): Frame {
  const shift = place.offset / mpp;
  const slide = generator.normal(0, 0.03) * Math.min(width, height);
  const { angle, mirrored } = place;
  return new Frame(
    {
      centreX: width / 2 + shift * Math.sin(angle) + slide * Math.cos(angle),
      centreY: height / 2 - shift * Math.cos(angle) + slide * Math.sin(angle),
      middle: (shape.villusHeight + shape.bottom) / 2,
      angle,
      mirrored,
      curvature: generator.uniform(-0.25, 0.9) / (900 * shape.scale + 250),
      ripple: generator.uniform(1, 6) * (0.5 + shape.scale),
    },
    mpp,
    generator,
  );
}

/** A strip that lies whole in its field, with the field's size. */
export interface LaidWhole extends LaidPieces {
  readonly width: number;
  readonly height: number;
}

/** A strip that bends further than this, radians, would meet itself. */
const MOST_BEND = 1.4;

/**
 * Lays one strip of about `side` px, whole, in a field that ends `margin` µm from its outline.
 */
export function layWholePiece(
  { patient, side, mpp, margin }: { patient: SyntheticPatient; side: number; mpp: number; margin: number },
  cues: TissueCues,
  generator: Generator,
): LaidWhole {
  const scale = architectureScale(side * mpp);
  const length = side * mpp * generator.uniform(0.75, 1.15);
  const shape = drawShape(patient, cues, scale, length, generator);
  const bend = generator.uniform(-0.25, 0.9) / (900 * scale + 250);
  const place = {
    centreX: 0,
    centreY: 0,
    middle: (shape.villusHeight + shape.bottom) / 2,
    angle: generator.uniform(0, 2 * Math.PI),
    mirrored: generator.bernoulli(0.5),
    curvature: Math.sign(bend) * Math.min(Math.abs(bend), MOST_BEND / length),
    ripple: generator.uniform(1, 6) * (0.5 + scale),
  };
  const frame = new Frame(place, mpp, generator);
  const outline = drawOutline(shape, generator);
  const contour = new Contour();
  for (const path of outline.paths) contour.addPath(path, frame, 0);
  const [left, right] = rangeOf(contour.x);
  const [top, bottom] = rangeOf(contour.y);
  const room = margin / mpp;
  const [dx, dy] = [Math.ceil(room - left), Math.ceil(room - top)];
  contour.move(dx, dy);
  return {
    contour,
    pieces: [{ shape, frame: frame.moved(dx, dy) }],
    scale,
    villusHeight: outline.villusHeight,
    cryptDepth: outline.cryptDepth,
    width: Math.ceil(right + dx + room),
    height: Math.ceil(bottom + dy + room),
  };
}

function rangeOf(values: readonly number[]): [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}
