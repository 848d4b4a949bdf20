// A level of an NDPI file: one JPEG as large as the level, cut by restart markers. Tiles are some rows of intervals; to
// show one, its intervals (and their neighbours, where chroma is subsampled and the decoder looks across the border) are
// put into a small JPEG of their own, so that pixels equal those of the whole JPEG.
import type { Decoders, PixelWindow } from "../../codec/index.ts";
import { joinBytes } from "../join-bytes.ts";
import type { TiledLevel } from "../types.ts";
import type { IntervalIndex } from "./interval-index.ts";

/** The geometry of a level's intervals. */
export interface IntervalGrid {
  /** Pixels of the level. */
  readonly width: number;
  readonly height: number;
  /** Pixels of one interval: some MCUs wide, one MCU high. */
  readonly intervalWidth: number;
  readonly intervalHeight: number;
  /** Intervals per row, and rows. */
  readonly columns: number;
  readonly rows: number;
  /** Whether chroma is subsampled, so that the decoder looks at neighbours. */
  readonly subsampledX: boolean;
  readonly subsampledY: boolean;
}

/** What all small JPEGs begin with: SOI to SOS of the large one. */
export interface StripHeader {
  readonly bytes: Uint8Array;
  /** Where its frame marker begins. */
  readonly frameOffset: number;
}

/** Rows of pixels that a tile has at least (unless it would grow too large). */
const TILE_ROWS = 256;
const TILE_PIXELS = 2 ** 20;

/** Columns and rows of intervals, from inclusive to exclusive. */
interface Block {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A level of tiles that are one interval wide and some rows of intervals high. */
export function stripLevel(
  grid: IntervalGrid,
  header: StripHeader,
  index: IntervalIndex,
  decoders: Decoders,
  where: string,
): TiledLevel {
  const { width, height, intervalWidth, intervalHeight } = grid;
  const fitting = Math.floor(TILE_PIXELS / (intervalWidth * intervalHeight));
  const group = Math.max(1, Math.min(Math.ceil(TILE_ROWS / intervalHeight), fitting));
  const tileHeight = group * intervalHeight;
  const tile = { left: 0, top: 0, width: intervalWidth, height: tileHeight };
  return {
    width,
    height,
    tileWidth: intervalWidth,
    tileHeight,
    compression: "JPEG",
    async readTile(column, row, window = tile) {
      const left = column * intervalWidth + window.left;
      const top = row * tileHeight + window.top;
      const inside = {
        left,
        top,
        width: Math.min(window.width, width - left),
        height: Math.min(window.height, height - top),
      };
      const rgb = new Uint8Array(3 * window.width * window.height);
      if (inside.width < 1 || inside.height < 1) return rgb;
      const block = blockOf(grid, column, inside);
      const data = await buildJpeg(grid, header, index, block);
      const at = { left: block.left * intervalWidth, top: block.top * intervalHeight };
      const size = sizeOf(grid, block);
      const part = { ...inside, left: left - at.left, top: top - at.top };
      const name = `${where} tile ${column}, ${row}`;
      const pixels = decoders.jpeg.decode({ data, ...size, colour: "ycbcr", where: name }, part);
      return placed(pixels, inside, window, rgb);
    },
  };
}

/** The intervals that a window needs. */
function blockOf(grid: IntervalGrid, column: number, window: PixelWindow): Block {
  const { intervalHeight, columns, rows, subsampledX, subsampledY } = grid;
  const beside = subsampledX ? 1 : 0;
  const above = subsampledY ? 1 : 0;
  return {
    left: Math.max(0, column - beside),
    right: Math.min(columns, column + 1 + beside),
    top: Math.max(0, Math.floor(window.top / intervalHeight) - above),
    bottom: Math.min(rows, Math.ceil((window.top + window.height) / intervalHeight) + above),
  };
}

/** Pixels of a block; the level's edge cuts it as it cuts the large JPEG. */
function sizeOf(grid: IntervalGrid, block: Block): { width: number; height: number } {
  const { width, height, intervalWidth, intervalHeight } = grid;
  return {
    width: Math.min(width, block.right * intervalWidth) - block.left * intervalWidth,
    height: Math.min(height, block.bottom * intervalHeight) - block.top * intervalHeight,
  };
}

/** The header with the block's size, its intervals with markers numbered anew, and an end. */
async function buildJpeg(
  grid: IntervalGrid,
  header: StripHeader,
  index: IntervalIndex,
  block: Block,
): Promise<Uint8Array> {
  const across = block.right - block.left;
  const pieces: Uint8Array[] = [sizedHeader(header, sizeOf(grid, block))];
  // Rows as wide as the level follow each other in the file.
  const whole = across === grid.columns;
  const runs = whole ? 1 : block.bottom - block.top;
  const perRun = whole ? across * (block.bottom - block.top) : across;
  let number = 0;
  for (let run = 0; run < runs; run++) {
    const first = (block.top + run) * grid.columns + block.left;
    const { bytes, ends } = await index.read(first, perRun);
    const copy = bytes.slice();
    for (const end of ends) copy[end - 1] = 0xd0 + (number++ % 8);
    pieces.push(copy);
  }
  const jpeg = joinBytes(pieces);
  jpeg.set([0xff, 0xd9], jpeg.length - 2);
  return jpeg;
}

function sizedHeader(
  { bytes, frameOffset }: StripHeader,
  size: { width: number; height: number },
): Uint8Array {
  const sized = bytes.slice();
  const view = new DataView(sized.buffer, sized.byteOffset, sized.byteLength);
  view.setUint16(frameOffset + 5, size.height);
  view.setUint16(frameOffset + 7, size.width);
  return sized;
}

/** Rows of the part inside the level at the upper left of the window. */
function placed(pixels: Uint8Array, inside: PixelWindow, window: PixelWindow, rgb: Uint8Array): Uint8Array {
  if (inside.width === window.width && inside.height === window.height) return pixels;
  for (let y = 0; y < inside.height; y++)
    rgb.set(pixels.subarray(3 * y * inside.width, 3 * (y + 1) * inside.width), 3 * y * window.width);
  return rgb;
}
