// Class activation on the slide: where the cells of a network's last feature map, or the tiles of a grid, lie in pixels of
// level 0, and which of them hold tissue.
import { fail } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import type { Cut } from "../cutting/index.ts";
import type { PixelSize } from "../pixels/index.ts";
import type { HoldsTissue } from "./slide-plan.ts";
import type { ActivationMap, NetworkAnswer } from "./types.ts";

/**
 * Image pixels from one cell of the last feature map to the next. Every stride-2 step of the networks (stem, max-pool and
 * three stages, each padded by half its kernel) keeps the first pixel as centre: cell (i, j) is centred on pixel
 * (32 j, 32 i), so at (32 j + 0.5, 32 i + 0.5) in coordinates whose pixels are squares.
 */
export const CELL_PIXELS = 32;

/** Cells along a side of an image. */
export function cellsAlong(pixels: number): number {
  return Math.ceil(pixels / CELL_PIXELS);
}

/** The activation over one piece, in which every value is a probability in steps of 1/255. */
export function pieceActivation(
  { number, box, width, height }: Pick<Cut, "number" | "box" | "width" | "height">,
  perPixel: PixelSize,
  answer: NetworkAnswer,
  holds: HoldsTissue,
): ActivationMap {
  const { columns, rows } = answer;
  if (columns !== cellsAlong(width) || rows !== cellsAlong(height))
    throw fail("shape-mismatch", {
      where: `class activation of piece ${number}`,
      expected: `${cellsAlong(width)} x ${cellsAlong(height)} cells, one per ${CELL_PIXELS} pixels of ${width} x ${height}`,
      got: `${columns} x ${rows}`,
    });
  const place = {
    left: box.left + (0.5 - CELL_PIXELS / 2) * perPixel.x,
    top: box.top + (0.5 - CELL_PIXELS / 2) * perPixel.y,
    cellWidth: CELL_PIXELS * perPixel.x,
    cellHeight: CELL_PIXELS * perPixel.y,
  };
  const covered = new Uint8Array(columns * rows);
  for (let k = 0; k < covered.length; k++)
    covered[k] = holds(cellBox(place, k % columns, Math.floor(k / columns))) ? 1 : 0;
  return { piece: number, ...place, columns, rows, covered, values: inSteps(answer.places) };
}

/** Where cells lie. */
type CellPlaces = Pick<ActivationMap, "left" | "top" | "cellWidth" | "cellHeight">;

/** The box of one cell in pixels of level 0. */
export function cellBox(
  { left, top, cellWidth, cellHeight }: CellPlaces,
  column: number,
  row: number,
): PixelWindow {
  return {
    left: left + column * cellWidth,
    top: top + row * cellHeight,
    width: cellWidth,
    height: cellHeight,
  };
}

/** Probabilities as whole steps of 1/255. */
function inSteps(probabilities: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(probabilities, (p) => Math.round(255 * Math.min(1, Math.max(0, p))));
}

/** Collects a grid of tiles: one cell per tile, as large as the grid's step, around the tile's centre. */
export class TileActivation {
  readonly #map: ActivationMap;

  /** @param step level-0 pixels from tile to tile. */
  constructor(
    tiles: readonly Cut[],
    private readonly step: PixelSize,
    classes: number,
  ) {
    const { left, top, right, bottom } = extentOf(tiles);
    const { width, height } = tiles[0]!.box;
    const columns = 1 + Math.round((right - left) / step.x);
    const rows = 1 + Math.round((bottom - top) / step.y);
    this.#map = {
      piece: null,
      left: left + (width - step.x) / 2,
      top: top + (height - step.y) / 2,
      cellWidth: step.x,
      cellHeight: step.y,
      columns,
      rows,
      covered: new Uint8Array(columns * rows),
      values: new Uint8Array(classes * columns * rows),
    };
    this.#origin = { x: left, y: top };
  }

  readonly #origin: PixelSize;

  /** Sets the cell of a tile. */
  add({ box }: Cut, probabilities: Float32Array): void {
    const { columns, rows, covered, values } = this.#map;
    const column = Math.round((box.left - this.#origin.x) / this.step.x);
    const row = Math.round((box.top - this.#origin.y) / this.step.y);
    const cell = row * columns + column;
    covered[cell] = 1;
    for (const [k, value] of inSteps(probabilities).entries()) values[k * columns * rows + cell] = value;
  }

  /** All tiles so far; cells of no tile are not covered. */
  get map(): ActivationMap {
    return this.#map;
  }
}

/** The first and the last places of tiles. */
function extentOf(tiles: readonly Cut[]): { left: number; top: number; right: number; bottom: number } {
  const extent = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { box } of tiles) {
    extent.left = Math.min(extent.left, box.left);
    extent.top = Math.min(extent.top, box.top);
    extent.right = Math.max(extent.right, box.left);
    extent.bottom = Math.max(extent.bottom, box.top);
  }
  return extent;
}
