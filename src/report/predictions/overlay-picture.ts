// The slide with what the model called its pieces: each outlined and numbered in the colour of its class, or, for a grid
// of tiles, each tile tinted.
import type { Ring } from "../../annotation/index.ts";
import type { PiecePrediction, SlideOverlay, SlidePrediction } from "../../classify/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { Canvas, type CanvasColour, numberSize } from "../../tissue/index.ts";
import { classColour } from "../palette.ts";
import { onPicture, PICTURE_SIDE, type SlidePicture, shrinkThumbnail } from "./shrink.ts";

const WHITE: CanvasColour = [255, 255, 255];
/** How much of a tile's colour is its class's. */
const TINT = 0.34;
/** Outlines are this share of the picture's longer side, so that they are still seen on a card. */
const LINE_SHARE = 1 / 240;

/**
 * Draws the pieces of a prediction on the slide's thumbnail: outline, box and number in the colour of the class that each
 * was given, as the page's legend has them. Pieces without an outline (tiles) are tinted instead and not numbered.
 *
 * @param thumbnail of the whole slide, at any scale.
 * @param side the picture's longer side in pixels at most.
 * @returns a new picture; the thumbnail is not changed.
 */
export function drawPredictionOverlay(
  thumbnail: RgbImage,
  prediction: SlidePrediction,
  overlay: SlideOverlay,
  side: number = PICTURE_SIDE,
): RgbImage {
  const picture = shrinkThumbnail(thumbnail, prediction.facts, side);
  const canvas = new Canvas(picture.image);
  const thickness = Math.max(2, Math.round(Math.max(picture.image.width, picture.image.height) * LINE_SHARE));
  const colours = new Map(
    prediction.pieces.map((piece) => [piece.number, colourOfClass(prediction.model.classes, piece.label)]),
  );
  if (overlay.outlines.length === 0) tintPieces(canvas, picture, prediction.pieces, colours);
  for (const { piece, polygons } of overlay.outlines)
    for (const { outer, holes } of polygons)
      for (const ring of [outer, ...holes])
        drawRing(canvas, picture, ring, colours.get(piece) ?? WHITE, thickness);
  if (overlay.outlines.length > 0) markPieces(canvas, picture, prediction.pieces, colours, thickness);
  return canvas.image;
}

/** The colour of a class on pictures: the one it has on the page on a light ground. */
export function colourOfClass(classes: readonly string[], label: string): CanvasColour {
  const hex = Number.parseInt(classColour(Math.max(0, classes.indexOf(label))).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

type Colours = ReadonlyMap<number, CanvasColour>;

function tintPieces(
  canvas: Canvas,
  picture: SlidePicture,
  pieces: readonly PiecePrediction[],
  colours: Colours,
): void {
  for (const { number, box } of pieces) {
    const window = onPicture(picture, box);
    const colour = colours.get(number)!;
    canvas.tint(window, colour, TINT);
    if (Math.min(window.width, window.height) >= 8) canvas.frame(window, colour);
  }
}

function drawRing(
  canvas: Canvas,
  { scaleX, scaleY }: SlidePicture,
  ring: Ring,
  colour: CanvasColour,
  thickness: number,
): void {
  const count = ring.length / 2;
  const point = (k: number) =>
    [ring[2 * (k % count)]! * scaleX, ring[2 * (k % count) + 1]! * scaleY] as const;
  for (let k = 0; k < count; k++) canvas.line(point(k), point(k + 1), colour, thickness);
}

/** Thin boxes, then the numbers, so that no box runs through a number. */
function markPieces(
  canvas: Canvas,
  picture: SlidePicture,
  pieces: readonly PiecePrediction[],
  colours: Colours,
  thickness: number,
): void {
  const windows = pieces.map(({ box }) => onPicture(picture, box));
  for (const [k, { number }] of pieces.entries())
    canvas.frame(windows[k]!, colours.get(number)!, Math.max(1, Math.round(thickness / 4)));
  for (const [k, { number }] of pieces.entries()) {
    const { left, top, width, height } = windows[k]!;
    const room = Math.min(width, height) / 20;
    const scale = Math.max(1, Math.min(thickness, Math.round(room)));
    const size = numberSize(number, scale);
    // Above its box where there is room, so that it hides no tissue of its own.
    const y = top >= size.height ? top - size.height : top;
    const x = Math.max(0, Math.min(left, picture.image.width - size.width));
    canvas.number(number, x, y, scale, WHITE, colours.get(number)!);
  }
}
