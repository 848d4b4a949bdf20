// Which tiles lie under a box of a level, and which part of each is wanted.
import type { PixelWindow } from "../codec/index.ts";
import type { TiledLevel } from "./types.ts";

/** A level's tiles as the composer sees them. */
export interface ComposedLevel {
  readonly level: TiledLevel;
  /** Tiles per row. */
  readonly columns: number;
  /** The number of tiles of all finer levels: makes keys unique over the slide. */
  readonly firstKey: number;
}

/** One tile's part in a region, in pixels of the level. */
export interface Part {
  readonly column: number;
  readonly row: number;
  readonly key: number;
  /** The wanted part, inside the tile and inside the level. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The tiles under a box of a level, row by row, made as they are asked for: there can be millions. */
export class Parts {
  readonly #firstColumn: number;
  readonly #firstRow: number;
  readonly #perRow: number;
  readonly count: number;

  constructor(
    private readonly composed: ComposedLevel,
    private readonly left: number,
    private readonly top: number,
    private readonly right: number,
    private readonly bottom: number,
  ) {
    const { tileWidth, tileHeight } = composed.level;
    this.#firstColumn = Math.floor(left / tileWidth);
    this.#firstRow = Math.floor(top / tileHeight);
    this.#perRow = Math.ceil(right / tileWidth) - this.#firstColumn;
    this.count = this.#perRow * (Math.ceil(bottom / tileHeight) - this.#firstRow);
  }

  at(index: number): Part {
    const { level, columns, firstKey } = this.composed;
    const column = this.#firstColumn + (index % this.#perRow);
    const row = this.#firstRow + Math.floor(index / this.#perRow);
    return {
      column,
      row,
      key: firstKey + row * columns + column,
      left: Math.max(this.left, column * level.tileWidth),
      top: Math.max(this.top, row * level.tileHeight),
      right: Math.min(this.right, (column + 1) * level.tileWidth),
      bottom: Math.min(this.bottom, (row + 1) * level.tileHeight),
    };
  }

  some(test: (part: Part) => boolean): boolean {
    for (let index = 0; index < this.count; index++) if (test(this.at(index))) return true;
    return false;
  }
}

/** A part as a window of its level. */
export function windowOf({ left, top, right, bottom }: Part): PixelWindow {
  return { left, top, width: right - left, height: bottom - top };
}

/** Pixels of the tile at (x, y) that lie in the level. */
export function tileInside(
  { width, height, tileWidth, tileHeight }: TiledLevel,
  x: number,
  y: number,
): number {
  return Math.min(tileWidth, width - x) * Math.min(tileHeight, height - y);
}
