// One level of an NDPI file: its strip, its JPEG's header, and whether restart markers cut it into rows of intervals or it
// is small enough to be decoded whole.
import { type Decoders, type JpegHeader, readJpegHeader } from "../../codec/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { damaged } from "../errors.ts";
import type { TiffImage } from "../tiff/image.ts";
import type { ByteSource, TiledLevel } from "../types.ts";
import { unsupportedNdpi } from "./errors.ts";
import { IntervalIndex } from "./interval-index.ts";
import { NDPI_TAG } from "./ndpi-file.ts";
import type { NdpiPage } from "./pages.ts";
import { type IntervalGrid, stripLevel } from "./strip-level.ts";

/** Levels without usable restart markers are decoded whole up to this many pixels. */
const MOST_WHOLE_PIXELS = 2 ** 25;
const MOST_HEADER = 2 ** 18;
const MOST_INTERVALS = 2 ** 24;
/** The largest side of a JPEG that libjpeg decodes. */
const MOST_JPEG_SIDE = 65_500;

interface Strip {
  readonly offset: number;
  readonly length: number;
}

/** The one strip of a picture: its place in the file. */
async function stripOf(image: TiffImage, source: ByteSource): Promise<Strip> {
  const { directory } = image;
  if (image.tiled || image.rows !== 1 || image.columns !== 1)
    throw unsupportedNdpi(directory.where, "one strip per level", `${image.rows * image.columns} parts`);
  const offset = await image.offsets.at(0);
  const stated = await image.byteCounts.at(0);
  if (offset + stated <= source.size && stated > 0) return { offset, length: stated };
  throw damaged(
    directory.where,
    `the file to hold ${offset + stated} bytes`,
    `${source.size}: the copy is incomplete (truncated), or a number in it is damaged`,
  );
}

/**
 * Opens a level.
 *
 * @throws LowmagError `unsupported-format` for what is no JPEG, or a large one without restart markers; `corrupt-data`.
 */
export async function openLevel(
  { image }: NdpiPage,
  source: ByteSource,
  decoders: Decoders,
  where: string,
): Promise<TiledLevel> {
  if (image.compression !== 7)
    throw unsupportedNdpi(where, "JPEG (compression 7)", `compression ${image.compression}`);
  const strip = await stripOf(image, source);
  const head = await source.read(strip.offset, Math.min(strip.length, MOST_HEADER));
  const header = readJpegHeader(head, where);
  checkFrame(header.width, image.width, "wide", where);
  checkFrame(header.height, image.height, "high", where);
  const grid = gridOf(image, header);
  if (grid === null) return wholeLevel(image, strip, source, decoders, where);
  const intervals = grid.columns * grid.rows;
  if (intervals > MOST_INTERVALS || 3 * intervals > strip.length + 3)
    throw damaged(where, `a JPEG of ${intervals} restart intervals`, `${strip.length} bytes`);
  const index = new IntervalIndex({
    source,
    ...strip,
    scanOffset: header.scanOffset,
    pixels: image.width * image.height,
    intervals,
    starts: image.directory.table(NDPI_TAG.intervalStarts),
    startsUpper: image.directory.table(NDPI_TAG.intervalStartsUpper),
    where,
  });
  const bytes = head.slice(0, header.scanOffset);
  return stripLevel(grid, { bytes, frameOffset: header.frameOffset }, index, decoders, where);
}

/** How restart markers cut a JPEG; `null` where they do not cut it into whole rows that can be decoded alone. */
function gridOf({ width, height }: TiffImage, header: JpegHeader): IntervalGrid | null {
  const widest = Math.max(...header.components.map(({ horizontal }) => horizontal));
  const highest = Math.max(...header.components.map(({ vertical }) => vertical));
  const { restartInterval } = header;
  const columns = Math.ceil(width / (8 * widest)) / restartInterval;
  const intervalWidth = Math.min(restartInterval * 8 * widest, width);
  const reach = columns > 1 && widest > 1 ? 3 * intervalWidth : intervalWidth;
  const cut = restartInterval > 0 && Number.isInteger(columns) && header.process !== "progressive";
  if (!cut || reach > MOST_JPEG_SIDE) return null;
  return {
    width,
    height,
    intervalWidth,
    intervalHeight: 8 * highest,
    columns,
    rows: Math.ceil(height / (8 * highest)),
    subsampledX: widest > 1,
    subsampledY: highest > 1,
  };
}

/** The frame's side: as the directory says, its lower 16 bits, or 0 where it does not fit. */
function checkFrame(frame: number, side: number, direction: string, where: string): void {
  if (frame === side || frame === 0 || (side > 0xffff && frame === side % 65_536)) return;
  throw damaged(where, `a JPEG ${side} pixels ${direction}`, `${frame}`);
}

/** A level as one tile: small levels without restart markers. */
function wholeLevel(
  image: TiffImage,
  strip: Strip,
  source: ByteSource,
  decoders: Decoders,
  where: string,
): TiledLevel {
  const { width, height } = image;
  if (width * height > MOST_WHOLE_PIXELS || Math.max(width, height) > MOST_JPEG_SIDE)
    throw unsupportedNdpi(
      where,
      `restart markers that part a JPEG of more than ${MOST_WHOLE_PIXELS} pixels into rows`,
      `${width} x ${height} without them`,
    );
  const most = 4 * width * height + 2 ** 20;
  if (strip.length > most) throw damaged(where, `at most ${most} bytes of JPEG`, `${strip.length}`);
  return {
    width,
    height,
    tileWidth: width,
    tileHeight: height,
    compression: "JPEG",
    readTile: async (_column, _row, window) => {
      const data = await source.read(strip.offset, strip.length);
      return decoders.jpeg.decode({ data, width, height, colour: "ycbcr", where }, window);
    },
  };
}

/** A picture beside the tissue. Errors as {@link openLevel}. */
export async function readPicture(
  { image }: NdpiPage,
  source: ByteSource,
  decoders: Decoders,
  where: string,
): Promise<RgbImage> {
  const strip = await stripOf(image, source);
  if (image.compression === 7) {
    const data = await wholeLevel(image, strip, source, decoders, where).readTile(0, 0);
    return { width: image.width, height: image.height, data: data! };
  }
  const { width, height, samples, bits } = image;
  if (image.compression !== 1 || samples !== 1 || bits !== 8 || width * height > MOST_WHOLE_PIXELS)
    throw unsupportedNdpi(
      where,
      "a JPEG or 8-bit grey picture",
      `compression ${image.compression}, ${bits} bits`,
    );
  const grey = await source.read(strip.offset, width * height);
  const data = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) data.fill(grey[i]!, 3 * i, 3 * i + 3);
  return { width, height, data };
}
