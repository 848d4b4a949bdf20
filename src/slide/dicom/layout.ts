// Which frame shows which tile: counted for TILED_FULL, looked up for TILED_SPARSE (PS3.3, C.7.6.17.3).

import { damaged, unsupported } from "../errors.ts";
import type { DataSet } from "./data-set.ts";
import type { Geometry } from "./instance.ts";
import { DICOM_LIMITS, TAG } from "./tags.ts";

/** The frame (from 0) of a tile, or -1 for a tile that the file does not hold. */
export type TileLayout = (column: number, row: number) => number;

/**
 * TILED_FULL: rows of tiles from the top left, then focal planes, then optical paths. Of several focal planes the middle
 * one is shown, with a note.
 *
 * @throws LowmagError `unsupported-format` for several optical paths; `corrupt-data` when the number of frames does not
 *   fit.
 */
export function fullLayout(
  dataSet: DataSet,
  geometry: Geometry & { readonly frames: number },
): { layout: TileLayout; notes: string[] } {
  const { frames } = geometry;
  const { columns, rows } = gridOf(geometry);
  const paths = dataSet.binary(TAG.numberOfOpticalPaths, "unsigned") ?? 1;
  const planes = dataSet.binary(TAG.focalPlanes, "unsigned") ?? 1;
  if (paths > 1) throw severalPaths(dataSet.where, `${paths} optical paths`);
  if (frames !== columns * rows * planes)
    throw damaged(dataSet.where, `${columns} x ${rows} tiles in ${planes} focal planes`, `${frames} frames`);
  const middle = Math.floor(planes / 2) * columns * rows;
  const notes = planes > 1 ? [`Of ${planes} focal planes the middle one is read.`] : [];
  return { layout: (column, row) => middle + row * columns + column, notes };
}

/** TILED_SPARSE: the place of each frame as its groups say it. */
export class SparseLayout {
  readonly #columns: number[] = [];
  readonly #rows: number[] = [];
  /** Frames that state their place. */
  positions = 0;
  #frames = 0;

  constructor(private readonly where: string) {}

  /** Takes in the groups of one frame. */
  add(groups: DataSet, index: number): void {
    if (index >= DICOM_LIMITS.frames)
      throw damaged(this.where, `at most ${DICOM_LIMITS.frames} frames`, "more");
    const [position] = groups.items(TAG.planePosition);
    const column = position?.binary(TAG.columnPosition, "signed");
    const row = position?.binary(TAG.rowPosition, "signed");
    this.#columns[index] = column ?? 0;
    this.#rows[index] = row ?? 0;
    this.#frames = index + 1;
    if (column !== undefined && row !== undefined) this.positions += 1;
  }

  /**
   * @throws LowmagError `corrupt-data` for frames without a place or outside the image; `unsupported-format` for frames
   *   that do not lie on a grid of tiles, or several at one place (focal planes, optical paths).
   */
  finish(geometry: Geometry & { readonly frames: number }): TileLayout {
    const { frames } = geometry;
    if (this.#frames !== frames || this.positions !== frames)
      throw damaged(this.where, `a place for each of ${frames} frames`, `${this.positions}`);
    const { columns, rows } = gridOf(geometry);
    const places = new Map<number, number>();
    for (let frame = 0; frame < frames; frame++) {
      const column = this.#cell(this.#columns[frame]!, geometry.tileWidth, columns, frame);
      const row = this.#cell(this.#rows[frame]!, geometry.tileHeight, rows, frame);
      const place = row * columns + column;
      if (places.has(place)) throw severalPaths(this.where, `two frames for tile ${column}, ${row}`);
      places.set(place, frame);
    }
    return (column, row) => places.get(row * columns + column) ?? -1;
  }

  /** The cell of the grid that begins at a pixel (counted from 1). */
  #cell(position: number, tile: number, cells: number, frame: number): number {
    const cell = (position - 1) / tile;
    if (!(cell >= 0 && cell < cells))
      throw damaged(this.where, `frame ${frame + 1} inside the image`, `pixel ${position}`);
    if (Number.isInteger(cell)) return cell;
    throw unsupported(
      this.where,
      `frames on a grid of ${tile} pixels`,
      `frame ${frame + 1} at pixel ${position}`,
      "Convert the slide to TILED_FULL.",
    );
  }
}

function gridOf({ width, height, tileWidth, tileHeight }: Geometry): { columns: number; rows: number } {
  return { columns: Math.ceil(width / tileWidth), rows: Math.ceil(height / tileHeight) };
}

function severalPaths(where: string, got: string): Error {
  return unsupported(
    where,
    "one frame for each tile",
    got,
    "Export the optical path and focal plane to be read as a slide of its own.",
  );
}
