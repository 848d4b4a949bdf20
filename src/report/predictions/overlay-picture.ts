// The slide with what the model called its pieces: each outlined and numbered in the colour of its class, or, for a grid
// of tiles, each tile tinted.
import type { Ring } from "../../annotation/index.ts";
import type { PiecePrediction, SlideOverlay, SlidePrediction } from "../../classify/index.ts";
import type { PixelWindow } from "../../codec/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { Canvas, type CanvasColour, numberSize } from "../../tissue/index.ts";
import { classColour } from "../palette.ts";
import { onPicture, PICTURE_SIDE, type SlidePicture, shrinkThumbnail } from "./shrink.ts";

const WHITE: CanvasColour = [255, 255, 255];
/** How much of a tile's colour is its class's. */
const TINT = 0.45;
/** Outlines are this share of the picture's longer side, so that they are still seen on a card. */
const LINE_SHARE = 1 / 300;
/** No outline is thicker than this share of its piece. */
const LINE_OF_PIECE = 1 / 40;
/** Boxes are thinner, but still there when a browser shrinks the picture. */
const BOX_SHARE = 1 / 450;
/** A dot of the largest numbers is this share of the picture's longer side. */
const DOT_SHARE = 1 / 240;

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
  const colours = new Map(
    prediction.pieces.map((piece) => [piece.number, colourOfClass(prediction.model.classes, piece.label)]),
  );
  if (overlay.outlines.length === 0) tintPieces(canvas, picture, prediction.pieces, colours);
  else {
    const widths = lineWidths(picture, prediction.pieces);
    for (const { piece, polygons } of overlay.outlines)
      for (const { outer, holes } of polygons) {
        const [colour, width] = [colours.get(piece) ?? WHITE, widths.get(piece) ?? 1];
        drawRing(canvas, picture, outer, colour, width);
        // Holes are many and small: half the width leaves them open.
        for (const hole of holes) drawRing(canvas, picture, hole, colour, Math.ceil(width / 2));
      }
    markPieces(canvas, picture, prediction.pieces, colours);
  }
  return canvas.image;
}

/** The colour of a class on pictures: the one it has on the page on a light ground. */
export function colourOfClass(classes: readonly string[], label: string): CanvasColour {
  const hex = Number.parseInt(classColour(Math.max(0, classes.indexOf(label))).slice(1), 16);
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

type Colours = ReadonlyMap<number, CanvasColour>;

/** Thick enough to be seen on a card, thin enough not to hide a small piece. */
function lineWidths(picture: SlidePicture, pieces: readonly PiecePrediction[]): ReadonlyMap<number, number> {
  const most = Math.max(2, Math.round(Math.max(picture.image.width, picture.image.height) * LINE_SHARE));
  return new Map(
    pieces.map(({ number, box }) => {
      const { width, height } = onPicture(picture, box);
      return [number, Math.max(1, Math.min(most, Math.round(Math.min(width, height) * LINE_OF_PIECE)))];
    }),
  );
}

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

/** Thin boxes, then the numbers, so that no box runs through a number and no number hides another. */
function markPieces(
  canvas: Canvas,
  picture: SlidePicture,
  pieces: readonly PiecePrediction[],
  colours: Colours,
): void {
  const windows = pieces.map(({ box }) => onPicture(picture, box));
  const rim = Math.max(1, Math.round(Math.max(picture.image.width, picture.image.height) * BOX_SHARE));
  for (const [k, { number }] of pieces.entries()) canvas.frame(windows[k]!, colours.get(number)!, rim);
  const taken: PixelWindow[] = [];
  for (const [k, { number }] of pieces.entries()) {
    const { scale, place } = placeNumber(number, windows[k]!, picture.image, taken);
    taken.push(place);
    canvas.number(number, place.left, place.top, scale, WHITE, colours.get(number)!);
  }
}

/** At the upper left corner of a box, above it where there is room, so that it hides no tissue; beside what is there. */
function placeNumber(
  number: number,
  { left, top, width, height }: PixelWindow,
  picture: RgbImage,
  taken: readonly PixelWindow[],
): { scale: number; place: PixelWindow } {
  const most = Math.round(Math.max(picture.width, picture.height) * DOT_SHARE);
  const scale = Math.max(1, Math.min(most, Math.round(Math.min(width, height) / 20)));
  const size = numberSize(number, scale);
  let x = Math.max(0, Math.min(left, picture.width - size.width));
  const y = top >= size.height ? top - size.height : Math.max(0, top);
  const place = () => ({ left: x, top: y, ...size });
  for (let other = clash(taken, place()); other !== undefined; other = clash(taken, place()))
    x = other.left + other.width + 1;
  return { scale, place: place() };
}

function clash(taken: readonly PixelWindow[], place: PixelWindow): PixelWindow | undefined {
  return taken.find(
    ({ left, top, width, height }) =>
      left < place.left + place.width &&
      place.left < left + width &&
      top < place.top + place.height &&
      place.top < top + height,
  );
}
