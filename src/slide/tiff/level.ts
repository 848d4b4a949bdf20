// A TIFF picture as a level of tiles: finds a tile's bytes and hands them to whoever decodes them. Strips are tiles of
// full width. Nothing is kept here; the cache is the slide's.
import {
  type CompressedTile,
  type Decoders,
  type PixelWindow,
  readJpegHeader,
  type StatedColour,
} from "../../codec/index.ts";
import { whenRead } from "../source.ts";
import type { ByteSource, TiledLevel } from "../types.ts";
import { compressionOf } from "./compression.ts";
import type { TiffImage } from "./image.ts";
import { PlainStrip } from "./plain-strip.ts";
import { PlainTiles } from "./plain-tiles.ts";
import { isOnePlainStrip, requireReadable } from "./readability.ts";
import { copyWindow } from "./samples.ts";
import { TAG } from "./tags.ts";
import { readTileBytes } from "./tile-bytes.ts";

/** JPEG tables are some hundred bytes; more than this is damage. */
const TABLES_BYTES = 65_536;

/**
 * Makes a level of a picture.
 *
 * @param label what errors call it: "level 0", "label".
 * @param size the picture's true size, where a format pads it; never larger than the picture.
 * @throws LowmagError `unsupported-format` with the reason when its pixels cannot be read.
 */
export async function openTiffLevel(
  source: ByteSource,
  image: TiffImage,
  decoders: Decoders,
  label: string,
  size: { readonly width: number; readonly height: number } = image,
): Promise<TiledLevel> {
  requireReadable(image);
  const name = `${source.name} ${label}`;
  const { kind, name: compression } = compressionOf(image.compression)!;
  const shape = { width: size.width, height: size.height, compression };
  if (isOnePlainStrip(image)) {
    const strip = new PlainStrip(source, image, name);
    const { tileWidth, tileHeight } = strip;
    return { ...shape, tileWidth, tileHeight, readTile: (_, row, window) => strip.readTile(row, window) };
  }
  const { tileWidth, tileHeight } = image;
  if (kind === "jpeg" || kind === "jpeg2000") {
    const tables = kind === "jpeg" ? await image.directory.bytes(TAG.jpegTables, TABLES_BYTES) : undefined;
    const tiles = new EncodedTiles(source, image, decoders, name, tables);
    return {
      ...shape,
      tileWidth,
      tileHeight,
      readTile: (c, r, window, into) => tiles.readTile(c, r, window, into),
      ...(kind === "jpeg" && image.tiled ? { readJpegTile: (c, r) => tiles.readJpeg(c, r) } : {}),
    };
  }
  const tiles = new PlainTiles(source, image, decoders, name);
  return { ...shape, tileWidth, tileHeight, readTile: (c, r, window) => tiles.readTile(c, r, window) };
}

/** Bytes of a stream for which room is kept. */
const LARGEST_ROOM = 2 ** 20;

/** Tiles that are JPEG or JPEG 2000 streams. */
class EncodedTiles {
  readonly #jpeg2000: boolean;
  readonly #colour: StatedColour;
  #room = new Uint8Array(0);

  constructor(
    private readonly source: ByteSource,
    private readonly image: TiffImage,
    private readonly decoders: Decoders,
    private readonly name: string,
    private readonly tables: Uint8Array | undefined,
  ) {
    this.#jpeg2000 = compressionOf(image.compression)!.kind === "jpeg2000";
    this.#colour = statedColour(image);
  }

  readTile(
    column: number,
    row: number,
    window?: PixelWindow,
    into?: Uint8Array,
  ): Uint8Array | null | Promise<Uint8Array | null> {
    const { image } = this;
    const where = () => `${this.name} tile ${column}, ${row}`;
    const bytes = readTileBytes(this.source, image, row * image.columns + column, where, this.#roomFor);
    return whenRead(bytes, (data) => (data === null ? null : this.#decode(data, row, where(), window, into)));
  }

  /** A tile of a tiled picture as it is stored. */
  readJpeg(column: number, row: number): CompressedTile | null | Promise<CompressedTile | null> {
    const { image, tables } = this;
    const where = () => `${this.name} tile ${column}, ${row}`;
    const { tileWidth: width, tileHeight: height } = image;
    const bytes = readTileBytes(this.source, image, row * image.columns + column, where);
    return whenRead(bytes, (data) =>
      data === null ? null : { data, tables, width, height, colour: this.#colour, where: where() },
    );
  }

  /** Room for a stream, which is decoded before the next is read; none for streams that are large. */
  #roomFor = (length: number): Uint8Array | undefined => {
    if (length > LARGEST_ROOM) return undefined;
    if (this.#room.length < length) this.#room = new Uint8Array(Math.min(LARGEST_ROOM, 2 * length));
    return this.#room;
  };

  #decode(
    data: Uint8Array,
    row: number,
    where: string,
    window: PixelWindow | undefined,
    into: Uint8Array | undefined,
  ): Uint8Array {
    const { image } = this;
    const { tileWidth: width, tileHeight } = image;
    const isJpeg = !this.#jpeg2000 || (data[0] === 0xff && data[1] === 0xd8);
    const left = image.height - row * tileHeight;
    const height =
      image.tiled || left >= tileHeight ? tileHeight : this.#lastStrip(data, left, isJpeg, where);
    const decoder = isJpeg ? this.decoders.jpeg : this.decoders.jpeg2000;
    const tile = { data, tables: this.tables, width, height, colour: this.#colour, where };
    if (height === tileHeight) return decoder.decode(tile, window, into);
    if (window !== undefined && window.top + window.height <= height) return decoder.decode(tile, window);
    return copyTop(decoder.decode(tile), width, tileHeight, window);
  }

  /** Rows in the last strip's stream: those that are left, or with some writers a whole strip's. */
  #lastStrip(data: Uint8Array, left: number, isJpeg: boolean, where: string): number {
    const { tileHeight } = this.image;
    return isJpeg && readJpegHeader(data, where, this.tables).height === tileHeight ? tileHeight : left;
  }
}

/** A shorter strip as the tile it stands for, white below, or the window of that. */
function copyTop(
  rows: Uint8Array,
  width: number,
  height: number,
  window: PixelWindow | undefined,
): Uint8Array {
  const whole = new Uint8Array(3 * width * height).fill(255);
  whole.set(rows);
  return window === undefined ? whole : copyWindow(whole, width, 3, window);
}

function statedColour(image: TiffImage): StatedColour {
  if (image.compression === 33003) return "ycbcr";
  if (image.compression === 33005) return "rgb";
  if (image.photometric === 6) return "ycbcr";
  return image.photometric === 2 ? "rgb" : "grey";
}
