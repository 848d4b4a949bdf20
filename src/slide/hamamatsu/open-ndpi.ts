// Opens a Hamamatsu NDPI slide: which directories are levels, the macro image, the map; how each level's JPEG is cut.
import { fail } from "../../base/index.ts";
import type { Decoders } from "../../codec/index.ts";
import { readJpegHeader } from "../../codec/index.ts";
import {
  isPlausibleMpp,
  MICROMETRES_PER,
  type PixelSize,
  pixelSizeFromDensity,
  type RgbImage,
} from "../../pixels/index.ts";
import type { TiffDirectory } from "../tiff/directory.ts";
import { readTiffImage, type TiffImage } from "../tiff/image.ts";
import { isTiff } from "../tiff/read-tiff.ts";
import { TAG } from "../tiff/tags.ts";
import type { AssociatedKind, ByteSource, SlideContent, TiledLevel } from "../types.ts";
import { IntervalIndex } from "./interval-index.ts";
import { NDPI_TAG, readNdpi } from "./ndpi-file.ts";
import { stripLevel } from "./strip-level.ts";

/** A directory with what Hamamatsu says of it. */
interface NdpiPage {
  readonly image: TiffImage;
  /** Objective power of a level; -1 the macro image, -2 the map. */
  readonly lens: number;
  /** nm. */
  readonly focalPlane: number;
}

/** Levels without usable restart markers are decoded whole up to this many pixels. */
const MOST_WHOLE_PIXELS = 2 ** 25;
const MOST_HEADER = 2 ** 18;
const MOST_INTERVALS = 2 ** 24;
/** The largest side of a JPEG that libjpeg decodes. */
const MOST_JPEG_SIDE = 65_500;

/** True for an NDPI file. Throws `corrupt-data` for one whose directories are damaged. */
export async function isNdpi(head: Uint8Array, source: ByteSource): Promise<boolean> {
  return isTiff(head) && (await readNdpi(source)) !== null;
}

/**
 * Opens a file that `isNdpi` recognised. Closing the slide closes the source.
 *
 * @throws LowmagError `corrupt-data` for damaged or truncated files; `unsupported-format` for levels that are no JPEG, or
 *   one too large without restart markers.
 */
export async function openNdpiSlide(source: ByteSource, decoders: Decoders): Promise<SlideContent> {
  const file = await readNdpi(source);
  if (file === null) throw unsupported(source.name, "a Hamamatsu NDPI file", "another kind");
  const notes: string[] = [];
  const pages: NdpiPage[] = [];
  for (const directory of file.directories) pages.push(await readPage(directory));
  const planned = levelsOf(pages, source.name, notes);
  const levels: TiledLevel[] = [];
  for (const [i, page] of planned.entries())
    levels.push(await openLevel(page, source, decoders, `${source.name} level ${i}`));
  const finest = planned[0]!;
  const mpp = await pixelSize(finest.image.directory, notes);
  const pictures = picturesOf(pages);
  return {
    name: source.name,
    format: "hamamatsu",
    vendor: "Hamamatsu",
    levels,
    mpp,
    mppSource: mpp === null ? null : "resolution-tag",
    objective: finest.lens,
    bounds: null,
    properties: await propertiesOf(finest),
    associated: [...pictures].map(([name, { image, lens }]) => ({
      name,
      kind: kindOf(lens),
      width: image.width,
      height: image.height,
    })),
    notes,
    readAssociated: async (name) => {
      const page = pictures.get(name);
      if (page === undefined) throw noSuchPicture(source.name, name, [...pictures.keys()]);
      return await readPicture(page, source, decoders, `${source.name} ${name}`);
    },
    readIccProfile: async () => null,
    close: () => source.close(),
  };
}

async function readPage(directory: TiffDirectory): Promise<NdpiPage> {
  const lens = await directory.number(NDPI_TAG.sourceLens, Number.NaN);
  const focalPlane = await directory.number(NDPI_TAG.focalPlane, 0);
  return { image: await readTiffImage(directory), lens, focalPlane };
}

/** Directories of an objective, in focus, each size once; finest first. */
function levelsOf(pages: readonly NdpiPage[], where: string, notes: string[]): NdpiPage[] {
  const scans = pages.filter(({ lens }) => lens > 0);
  const planes = new Set(scans.map(({ focalPlane }) => focalPlane));
  // The plane nearest to the one in focus.
  const [plane] = [...planes].sort((a, b) => Math.abs(a) - Math.abs(b) || a - b);
  if (planes.size > 1) notes.push(`Of ${planes.size} focal planes the one in focus is read.`);
  const levels = scans
    .filter(({ focalPlane }) => focalPlane === plane)
    .sort((a, b) => b.image.width - a.image.width)
    .filter(({ image }, i, all) => image.width !== all[i - 1]?.image.width);
  if (levels.length > 0) return levels;
  throw fail("corrupt-data", {
    where,
    expected: "a directory that names an objective (tag 65421)",
    got: `${pages.length} others`,
    fix: "The file is damaged or its copy is incomplete. Copy or export it again.",
  });
}

function kindOf(lens: number): AssociatedKind {
  return lens === -1 ? "macro" : "other";
}

function picturesOf(pages: readonly NdpiPage[]): Map<string, NdpiPage> {
  const named = new Map<string, NdpiPage>();
  for (const page of pages) {
    const name = page.lens === -1 ? "macro" : page.lens === -2 ? "map" : "";
    if (name !== "" && !named.has(name)) named.set(name, page);
  }
  return named;
}

/** The one strip of a picture: its place in the file. */
async function stripOf(image: TiffImage, source: ByteSource): Promise<{ offset: number; length: number }> {
  const { directory } = image;
  if (image.tiled || image.rows !== 1 || image.columns !== 1)
    throw unsupported(directory.where, "one strip per level", `${image.rows * image.columns} parts`);
  const offset = await image.offsets.at(0);
  const stated = await image.byteCounts.at(0);
  if (offset + stated <= source.size && stated > 0) return { offset, length: stated };
  throw fail("corrupt-data", {
    where: directory.where,
    expected: `the file to hold ${offset + stated} bytes`,
    got: `${source.size}: the copy is incomplete (truncated), or a number in it is damaged`,
    fix: "Copy or download the file again.",
  });
}

async function openLevel(
  { image }: NdpiPage,
  source: ByteSource,
  decoders: Decoders,
  where: string,
): Promise<TiledLevel> {
  if (image.compression !== 7)
    throw unsupported(where, "JPEG (compression 7)", `compression ${image.compression}`);
  const strip = await stripOf(image, source);
  const head = await source.read(strip.offset, Math.min(strip.length, MOST_HEADER));
  const header = readJpegHeader(head, where);
  checkFrame(header.width, image.width, "wide", where);
  checkFrame(header.height, image.height, "high", where);
  const widest = Math.max(...header.components.map(({ horizontal }) => horizontal));
  const highest = Math.max(...header.components.map(({ vertical }) => vertical));
  const perLine = Math.ceil(image.width / (8 * widest));
  const { restartInterval } = header;
  const columns = perLine / restartInterval;
  const intervalWidth = Math.min(restartInterval * 8 * widest, image.width);
  const reach = columns > 1 && widest > 1 ? 3 * intervalWidth : intervalWidth;
  if (
    restartInterval === 0 ||
    !Number.isInteger(columns) ||
    header.process === "progressive" ||
    reach > MOST_JPEG_SIDE
  )
    return wholeLevel(image, strip, source, decoders, where);
  const grid = {
    width: image.width,
    height: image.height,
    intervalWidth,
    intervalHeight: 8 * highest,
    columns,
    rows: Math.ceil(image.height / (8 * highest)),
    subsampledX: widest > 1,
    subsampledY: highest > 1,
  };
  const intervals = grid.columns * grid.rows;
  if (intervals > MOST_INTERVALS || 3 * intervals > strip.length + 3)
    throw fail("corrupt-data", {
      where,
      expected: `a JPEG of ${intervals} restart intervals`,
      got: `${strip.length} bytes`,
      fix: "The file is damaged. Copy or export it again.",
    });
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

/** The frame's side: as the directory says, its lower 16 bits, or 0 where it does not fit. */
function checkFrame(frame: number, side: number, direction: string, where: string): void {
  if (frame === side || frame === 0 || (side > 0xffff && frame === side % 65_536)) return;
  throw fail("corrupt-data", {
    where,
    expected: `a JPEG ${side} pixels ${direction}`,
    got: `${frame}`,
    fix: "The file is damaged. Copy or export it again.",
  });
}

/** A level as one tile: small levels without restart markers. */
function wholeLevel(
  image: TiffImage,
  strip: { offset: number; length: number },
  source: ByteSource,
  decoders: Decoders,
  where: string,
): TiledLevel {
  const { width, height } = image;
  if (width * height > MOST_WHOLE_PIXELS || Math.max(width, height) > MOST_JPEG_SIDE)
    throw unsupported(
      where,
      `restart markers that part a JPEG of more than ${MOST_WHOLE_PIXELS} pixels into rows`,
      `${width} x ${height} without them`,
    );
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

async function readPicture(
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
    throw unsupported(
      where,
      "a JPEG or 8-bit grey picture",
      `compression ${image.compression}, ${bits} bits`,
    );
  const grey = await source.read(strip.offset, width * height);
  const data = new Uint8Array(3 * grey.length);
  for (let i = 0; i < grey.length; i++) data.fill(grey[i]!, 3 * i, 3 * i + 3);
  return { width, height, data };
}

/** µm/px from the resolution tags, which Hamamatsu writes per centimetre. */
async function pixelSize(directory: TiffDirectory, notes: string[]): Promise<PixelSize | null> {
  const unit = await directory.number(TAG.resolutionUnit, 2);
  const length = unit === 3 ? MICROMETRES_PER.centimetre : unit === 2 ? MICROMETRES_PER.inch : 0;
  const x = pixelSizeFromDensity(length, await directory.number(TAG.xResolution, 0));
  const y = pixelSizeFromDensity(length, await directory.number(TAG.yResolution, 0));
  if (isPlausibleMpp(x) && isPlausibleMpp(y)) return { x, y };
  notes.push("The resolution tags state no µm/px that is believed.");
  return null;
}

async function propertiesOf({ image, lens }: NdpiPage): Promise<Record<string, string>> {
  const facts: Record<string, string> = { "hamamatsu.SourceLens": `${lens}` };
  const listed = { "hamamatsu.Model": TAG.model, "hamamatsu.Software": TAG.software };
  for (const [name, tag] of Object.entries(listed)) {
    const text = (await image.directory.text(tag))?.replace(/\p{Cc}/gu, "").slice(0, 200);
    if (text !== undefined && text !== "") facts[name] = text;
  }
  return facts;
}

function unsupported(where: string, expected: string, got: string): Error {
  return fail("unsupported-format", {
    where,
    expected,
    got,
    fix: "Convert the slide to a tiled TIFF first.",
  });
}

function noSuchPicture(where: string, name: string, known: readonly string[]): Error {
  return fail("invalid-argument", {
    where,
    expected: known.length === 0 ? "no associated picture: it has none" : `one of ${known.join(", ")}`,
    got: `"${name}"`,
  });
}
