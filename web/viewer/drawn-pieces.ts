// The pieces as they are drawn: their outlines in the colour of what they were called, tiles as boxes.
import type { PiecePrediction, SlideOverlay, SlidePrediction } from "../../src/classify/index.ts";
import { classColour, textColourOn } from "./colours.ts";
import type { PieceLabel } from "./piece-labels.ts";

/** A piece as it is drawn. */
export interface DrawnPiece {
  readonly number: number;
  /** In pixels of level 0. */
  readonly box: PiecePrediction["box"];
  /** `null` for tiles, which are drawn as boxes. */
  readonly outline: Path2D | null;
  readonly colour: string;
  /** Lies around the line, so that it is seen on tissue and on glass. */
  readonly halo: string;
}

export function drawnPieces(prediction: SlidePrediction, overlay: SlideOverlay): readonly DrawnPiece[] {
  const outlines = new Map(overlay.outlines.map(({ piece, polygons }) => [piece, polygons]));
  return prediction.pieces.map(({ number, box, label }) => {
    const index = prediction.model.classes.indexOf(label);
    const polygons = outlines.get(number);
    const outline = polygons === undefined ? null : pathOf(polygons);
    return { number, box, outline, colour: classColour(index), halo: textColourOn(index) };
  });
}

/** Whether a place in pixels of level 0 lies in a piece. */
export function holdsPoint({ box, outline }: DrawnPiece, x: number, y: number): boolean {
  const inBox = x >= box.left && y >= box.top && x < box.left + box.width && y < box.top + box.height;
  return inBox && (outline === null || measuring().isPointInPath(outline, x, y, "evenodd"));
}

/** Draws a piece's outline, or its box. The context is in pixels of level 0, `step` of them to a point. */
export function strokePiece(
  context: CanvasRenderingContext2D,
  { outline, box, colour, halo }: DrawnPiece,
  step: number,
  marked: boolean,
): void {
  const lines = [
    [marked ? 5.5 : 2.8, halo],
    [marked ? 3.6 : 1.6, colour],
  ] as const;
  for (const [width, style] of lines) {
    context.lineWidth = width * step;
    context.strokeStyle = style;
    if (outline === null) context.strokeRect(box.left, box.top, box.width, box.height);
    else context.stroke(outline);
  }
}

function pathOf(polygons: SlideOverlay["outlines"][number]["polygons"]): Path2D {
  const path = new Path2D();
  for (const { outer, holes } of polygons) for (const ring of [outer, ...holes]) addRing(path, ring);
  return path;
}

function addRing(path: Path2D, ring: Float64Array): void {
  for (let i = 0; i + 1 < ring.length; i += 2) {
    if (i === 0) path.moveTo(ring[0]!, ring[1]!);
    else path.lineTo(ring[i]!, ring[i + 1]!);
  }
  path.closePath();
}

export function pieceLabels(prediction: SlidePrediction): readonly PieceLabel[] {
  const { classes } = prediction.model;
  return prediction.pieces.map((piece) => {
    const index = classes.indexOf(piece.label);
    const share = Math.round(100 * (piece.probabilities[index] ?? 0));
    const text = `${piece.number}  ${piece.label} ${share} %`;
    return {
      number: piece.number,
      box: piece.box,
      text,
      colour: classColour(index),
      textColour: textColourOn(index),
    };
  });
}

let measure: CanvasRenderingContext2D | null = null;

/** A context for asking about paths only. */
function measuring(): CanvasRenderingContext2D {
  measure ??= document.createElement("canvas").getContext("2d");
  return measure!;
}
