// A thumbnail with the pieces drawn in, for a person to look at: outlines, boxes and numbers.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { Canvas, type CanvasColour } from "./canvas.ts";
import type { TissueMask, TissuePiece } from "./types.ts";

const OUTLINE: CanvasColour = [0, 120, 60];
const CRUMB: CanvasColour = [230, 120, 0];
const BOX: CanvasColour = [30, 80, 220];

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
