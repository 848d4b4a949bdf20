// What a TIFF directory says of its picture: geometry, storage, kind of samples. Checked here before anything is
// allocated for it; whether lowmag can show such pixels is decided later (`readability`), so that it can still be listed.
import { fail } from "../../base/index.ts";
import type { TiffDirectory } from "./directory.ts";
import type { NumberTable } from "./number-table.ts";
import { TAG, TIFF_LIMITS } from "./tags.ts";

/** One picture of a TIFF file. */
export interface TiffImage {
  readonly directory: TiffDirectory;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Tiles, or strips as tiles of full width. */
  readonly tiled: boolean;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly columns: number;
  readonly rows: number;
  readonly offsets: NumberTable;
  readonly byteCounts: NumberTable;
  /** As numbered by TIFF: 1 none, 5 LZW, 7 JPEG, … */
  readonly compression: number;
  readonly photometric: number;
  readonly samples: number;
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating point. */
  readonly sampleFormat: number;
  /** 1: samples side by side; 2: a plane each. */
  readonly planar: number;
  readonly predictor: number;
  /** Meaning of the samples beyond colour: 1 premultiplied alpha, 2 alpha, 0 unknown; `undefined` without any. */
  readonly extra: number | undefined;
  /** NewSubfileType: bit 0 a reduced copy; Aperio's macro is 9. */
  readonly subfileType: number;
}

/**
 * Reads and checks what a directory says.
 *
 * @throws LowmagError `corrupt-data` for sizes that cannot be and tables that lack tiles; `unsupported-format` for tiles
 *   or strips too large to decode one by one.
 */
export async function readTiffImage(directory: TiffDirectory): Promise<TiffImage> {
  const width = await side(directory, TAG.imageWidth, "ImageWidth", TIFF_LIMITS.side);
  const height = await side(directory, TAG.imageLength, "ImageLength", TIFF_LIMITS.side);
  const kind = await readKind(directory);
  const tiled = directory.has(TAG.tileWidth) || directory.has(TAG.tileOffsets);
  const tile = tiled ? await tileSize(directory) : await stripSize(directory, width, height);
  const columns = Math.ceil(width / tile.width);
  const rows = Math.ceil(height / tile.height);
  const needed = columns * rows * (kind.planar === 2 ? kind.samples : 1);
  const offsets = table(directory, tiled ? TAG.tileOffsets : TAG.stripOffsets, needed);
  const byteCounts = table(directory, tiled ? TAG.tileByteCounts : TAG.stripByteCounts, needed);
  const shape = { width, height, tiled, tileWidth: tile.width, tileHeight: tile.height, columns, rows };
  return { directory, ...shape, offsets, byteCounts, ...kind };
}

/** The bytes of one decoded tile as the file stores its samples (one plane of it when planar). */
export function storedTileBytes(image: TiffImage, rows = image.tileHeight): number {
  const samples = image.planar === 2 ? 1 : image.samples;
  return Math.ceil((image.tileWidth * samples * image.bits) / 8) * rows;
}

type SampleKind = Pick<
  TiffImage,
  | "compression"
  | "photometric"
  | "samples"
  | "bits"
  | "sampleFormat"
  | "planar"
  | "predictor"
  | "extra"
  | "subfileType"
>;

async function readKind(directory: TiffDirectory): Promise<SampleKind> {
  const samples = await directory.number(TAG.samplesPerPixel, 1);
  if (!(samples >= 1 && samples <= 64))
    throw damaged(directory, "SamplesPerPixel from 1 to 64", `${samples}`);
  const bits = (await directory.numbers(TAG.bitsPerSample, 64, true)) ?? Float64Array.of(1);
  if (!bits.every((value) => value === bits[0]) || !(bits[0]! >= 1 && bits[0]! <= 64))
    throw damaged(directory, "samples of one size, 1 to 64 bits", [...bits.subarray(0, 8)].join(", "));
  return {
    compression: await directory.number(TAG.compression, 1),
    photometric: await directory.number(TAG.photometric, samples >= 3 ? 2 : 1),
    samples,
    bits: bits[0]!,
    sampleFormat: await directory.number(TAG.sampleFormat, 1),
    planar: await directory.number(TAG.planarConfiguration, 1),
    predictor: await directory.number(TAG.predictor, 1),
    extra: await directory.number(TAG.extraSamples, undefined),
    subfileType: await directory.number(TAG.newSubfileType, 0),
  };
}

async function tileSize(directory: TiffDirectory): Promise<{ width: number; height: number }> {
  const { tileSide, leastTileSide } = TIFF_LIMITS;
  const width = await side(directory, TAG.tileWidth, "TileWidth", tileSide, leastTileSide);
  const height = await side(directory, TAG.tileLength, "TileLength", tileSide, leastTileSide);
  return { width, height };
}

async function stripSize(
  directory: TiffDirectory,
  width: number,
  height: number,
): Promise<{ width: number; height: number }> {
  const stated = await directory.number(TAG.rowsPerStrip, height);
  if (!(stated >= 1)) throw damaged(directory, "RowsPerStrip of 1 or more", `${stated}`);
  return { width, height: Math.min(stated, height) };
}

async function side(
  directory: TiffDirectory,
  tag: number,
  name: string,
  most: number,
  least = 1,
): Promise<number> {
  const value = await directory.number(tag, undefined);
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value;
  throw damaged(directory, `${name} from ${least} to ${most}`, value === undefined ? "none" : `${value}`);
}

function table(directory: TiffDirectory, tag: number, needed: number): NumberTable {
  const numbers = directory.table(tag);
  if (numbers !== undefined && numbers.length >= needed) return numbers;
  throw damaged(directory, `tag ${tag} to list ${needed} tiles or strips`, `${numbers?.length ?? 0}`);
}

function damaged(directory: TiffDirectory, expected: string, got: string): Error {
  return fail("corrupt-data", {
    where: directory.where,
    expected,
    got,
    fix: "The file is damaged. Copy or export it again.",
  });
}
