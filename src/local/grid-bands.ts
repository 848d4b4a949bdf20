// How a grid is shared out among threads: in bands so narrow that the tiles which two rows of pieces share stay in a small
// cache, however wide the slide, and so many that threads finish at about the same time.
import type { SlideLevel } from "../slide/index.ts";
import type { GridShape } from "./grid-geometry.ts";
import type { GridRun } from "./grid-protocol.ts";

/** A part of the grid that one thread reads. Ends are exclusive. */
export interface Band {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstColumn: number;
  readonly endColumn: number;
}

/** Bytes that a thread hands over at a time. */
const RUN_BYTES = 4 * 2 ** 20;
/** Rows of a band that make the tiles at its borders, which two threads decode, count little. */
const BAND_ROWS = 24;
/** Bytes of decoded tiles that a thread keeps: about, and at most for tiles of any size. */
const KEPT = 32 * 2 ** 20;
const MOST_KEPT = 128 * 2 ** 20;

/**
 * How many columns of pieces a band may have so that the tiles under a row of them, and those above that it shares with the
 * row before, fit into {@link KEPT}; and how many bytes that then takes.
 *
 * @param scale pixels of the level per pixel of a piece.
 */
export function tilesAtATime(
  { tileWidth, tileHeight }: Pick<SlideLevel, "tileWidth" | "tileHeight">,
  scale: number,
  size: number,
  stride: number,
): { readonly columns: number; readonly bytes: number } {
  const rows = Math.ceil((size * scale) / tileHeight) + 1.5;
  const perPixel = 3 * tileHeight * rows;
  const columns = Math.max(1, Math.floor((KEPT / perPixel - 2 * tileWidth) / (stride * scale)));
  const width = Math.ceil(((columns - 1) * stride + size) * scale) + 2 * tileWidth;
  return { columns, bytes: Math.min(MOST_KEPT, Math.ceil(width * perPixel)) };
}

/** As many bands as threads, or a multiple of it where rows are plenty, to even out what differs between them. */
export function bandsOf(
  { rows, columns }: Pick<GridShape, "rows" | "columns">,
  workers: number,
  mostColumns: number,
): Band[] {
  const strips = Math.ceil(columns / mostColumns);
  const perWorker = Math.max(1, Math.min(8, Math.floor(rows / (workers * BAND_ROWS))));
  const down = edges(rows, Math.min(rows, workers * perWorker));
  const across = edges(columns, strips);
  return down.flatMap(([firstRow, endRow]) =>
    across.map(([firstColumn, endColumn]) => ({ firstRow, endRow, firstColumn, endColumn })),
  );
}

/** Cuts a length into parts of about the same size. */
function edges(length: number, parts: number): [number, number][] {
  const edge = (part: number) => Math.round((part * length) / parts);
  return Array.from({ length: parts }, (_, part) => [edge(part), edge(part + 1)]);
}

/** The runs of the bands that are taken off the list, one after the other. */
export function* allRuns(bands: Band[], size: number): Generator<GridRun, undefined> {
  const perRun = Math.max(1, Math.floor(RUN_BYTES / (3 * size * size)));
  for (let band = bands.shift(); band !== undefined; band = bands.shift())
    for (let row = band.firstRow; row < band.endRow; row++)
      for (let column = band.firstColumn; column < band.endColumn; column += perRun)
        yield { row, column, count: Math.min(perRun, band.endColumn - column) };
  return undefined;
}
