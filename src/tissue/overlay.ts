// A thumbnail with the pieces drawn in, for a person to look at: outlines, boxes and numbers.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { DIGIT_HEIGHT, DIGIT_WIDTH, digitRows } from "./digits.ts";
import type { TissueMask, TissuePiece } from "./types.ts";

type Colour = readonly [number, number, number];

const OUTLINE: Colour = [0, 120, 60];
const CRUMB: Colour = [230, 120, 0];
const BOX: Colour = [30, 80, 220];
const INK: Colour = [0, 0, 0];
const PAPER: Colour = [255, 255, 255];

/** A window to draw, in mask pixels, with the number that stands in its corner. */
export interface DrawnBox {
  readonly box: PixelWindow;
  readonly number: number | null;
}

/**
 * Draws pieces on a thumbnail: tissue of pieces outlined in green (2 pixels, inside the tissue), tissue that belongs to no piece in
 * orange, the cut windows as thin blue boxes, and each piece's number at its window's upper left corner.
 *
 * @param thumbnail the picture that the mask was found on.
 * @param boxes what was cut out, where that is not the pieces (tiles, regions).
 * @returns a new picture of the same size.
 * @throws LowmagError `shape-mismatch` when thumbnail and mask differ in size.
 */
export function drawOverlay(
  thumbnail: RgbImage,
  mask: TissueMask,
  pieces: readonly TissuePiece[],
  boxes: readonly DrawnBox[] = pieces,
): RgbImage {
  const { width, height } = thumbnail;
  if (width !== mask.width || height !== mask.height)
    throw fail("shape-mismatch", {
      where: "drawOverlay",
      expected: `a thumbnail of ${mask.width} x ${mask.height} pixels, as the mask`,
      got: `${width} x ${height}`,
    });
  const canvas = new Canvas({ width, height, data: thumbnail.data.slice() });
  const owners = pieces[0]?.map.owners;
  drawOutlines(canvas, mask, (k) => owners !== undefined && owners[k]! > 0);
  for (const { box } of boxes) canvas.frame(box, BOX);
  const scale = Math.max(1, Math.round(Math.min(width, height) / 400));
  for (const { number, box } of boxes)
    if (number !== null) canvas.number(number, box.left + 2, box.top + 2, scale);
  return canvas.image;
}

/** Paints tissue pixels that have a pixel of another kind within two steps. */
function drawOutlines(canvas: Canvas, mask: TissueMask, isPiece: (k: number) => boolean): void {
  const { width, height, data } = mask;
  const kind = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]!;
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      if (data[k] === 0) continue;
      const inner = kind(x - 2, y) && kind(x + 2, y) && kind(x, y - 2) && kind(x, y + 2);
      const close = inner && kind(x - 1, y) && kind(x + 1, y) && kind(x, y - 1) && kind(x, y + 1);
      if (!close) canvas.paint(x, y, isPiece(k) ? OUTLINE : CRUMB);
    }
  }
}

/** Paints on a picture; what lies outside is not painted. */
class Canvas {
  constructor(readonly image: RgbImage) {}

  paint(x: number, y: number, [red, green, blue]: Colour): void {
    const { width, height, data } = this.image;
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const at = 3 * (y * width + x);
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }

  frame({ left, top, width, height }: PixelWindow, colour: Colour): void {
    for (let x = left; x < left + width; x++) {
      this.paint(x, top, colour);
      this.paint(x, top + height - 1, colour);
    }
    for (let y = top; y < top + height; y++) {
      this.paint(left, y, colour);
      this.paint(left + width - 1, y, colour);
    }
  }

  rectangle(left: number, top: number, width: number, height: number, colour: Colour): void {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++) this.paint(x, y, colour);
  }

  /** Black digits on white; `scale` pixels per dot. */
  number(value: number, left: number, top: number, scale: number): void {
    const digits = [...String(value)];
    const step = (DIGIT_WIDTH + 1) * scale;
    this.rectangle(left, top, digits.length * step + scale, (DIGIT_HEIGHT + 2) * scale, PAPER);
    for (const [i, digit] of digits.entries())
      for (const [row, dots] of digitRows(digit).entries())
        for (const [column, dot] of [...dots].entries())
          if (dot === "#")
            this.rectangle(
              left + i * step + (column + 1) * scale,
              top + (row + 1) * scale,
              scale,
              scale,
              INK,
            );
  }
}
