// Makes of what a format offers the one `Slide` that everybody uses: levels with exact downsamples, regions through a
// bounded cache, and a µm/px that the caller may state.
import { fail, throwIfCancelled } from "../base/index.ts";
import { type PixelWindow, standaloneJpeg } from "../codec/index.ts";
import { isPlausibleMpp, type PixelSize, type RgbImage } from "../pixels/index.ts";
import { RegionComposer } from "./region.ts";
import type { ComposedLevel } from "./region-parts.ts";
import { TileCache } from "./tile-cache.ts";
import type { ReadOptions, Slide, SlideContent, SlideLevel, TiledLevel } from "./types.ts";

/** Bytes of decoded tiles that a slide keeps unless told otherwise: 64 MiB, two rows of tiles of a wide slide. */
export const DEFAULT_CACHE_BYTES = 64 * 2 ** 20;

/** The largest region that one read returns: 2 GiB of RGB. */
const LARGEST_REGION = 2 ** 31;

/** Options of {@link createSlide}. */
export interface SlideOptions {
  /** Bytes of decoded tiles to keep. Default {@link DEFAULT_CACHE_BYTES}. */
  readonly cacheBytes?: number | undefined;
  /** µm/px of level 0, whatever the file says; one number for square pixels. */
  readonly mpp?: number | PixelSize | undefined;
}

/**
 * Opens the content of any format as a slide.
 *
 * @throws LowmagError `invalid-argument` for a stated µm/px that no microscope has (0.05 to 20 are believed) or a cache
 *   of a negative size.
 */
export function createSlide(content: SlideContent, options: SlideOptions = {}): Slide {
  const cacheBytes = options.cacheBytes ?? DEFAULT_CACHE_BYTES;
  if (!(cacheBytes >= 0))
    throw fail("invalid-argument", { where: "cacheBytes", expected: "0 or more", got: `${cacheBytes}` });
  const stated = statedMpp(options.mpp);
  const composer = new RegionComposer(new TileCache(cacheBytes));
  const composed = composeLevels(content.levels);
  const levels = slideLevels(content.levels);
  const readRegion = async (
    index: number,
    window: PixelWindow,
    read: ReadOptions = {},
  ): Promise<RgbImage> => {
    const level = composed[index];
    if (level === undefined) throw noLevel(content.name, index, composed.length);
    checkWindow(content.name, window);
    const check = () => throwIfCancelled(read.signal, content.name);
    check();
    const { width, height } = window;
    const into = outputFor(content.name, read.into, 3 * width * height);
    return { width, height, data: await composer.read(level, window, check, into) };
  };
  const close = async (): Promise<void> => {
    composer.clear();
    await content.close();
  };
  return {
    ...facts(content),
    ...(stated === null ? {} : { mpp: stated, mppSource: "option" as const }),
    levels,
    readRegion,
    readJpegTile: (index, column, row) => storedJpeg(content, index, column, row),
    readAssociated: (name) => content.readAssociated(name),
    readIccProfile: () => content.readIccProfile(),
    close,
  };
}

function facts(content: SlideContent) {
  const { name, format, vendor, mpp, mppSource, objective, bounds, properties, associated, notes } = content;
  return { name, format, vendor, mpp, mppSource, objective, bounds, properties, associated, notes };
}

function statedMpp(mpp: number | PixelSize | undefined): PixelSize | null {
  if (mpp === undefined) return null;
  const size = typeof mpp === "number" ? { x: mpp, y: mpp } : mpp;
  if (isPlausibleMpp(size.x) && isPlausibleMpp(size.y)) return { x: size.x, y: size.y };
  throw fail("invalid-argument", {
    where: "mpp",
    expected: "µm per pixel from 0.05 to 20",
    got: `${size.x} x ${size.y}`,
  });
}

function composeLevels(levels: readonly TiledLevel[]): readonly ComposedLevel[] {
  let firstKey = 0;
  return levels.map((level) => {
    const columns = Math.ceil(level.width / level.tileWidth);
    const composed = { level, columns, firstKey };
    firstKey += columns * Math.ceil(level.height / level.tileHeight);
    return composed;
  });
}

function slideLevels(levels: readonly TiledLevel[]): readonly SlideLevel[] {
  return levels.map(({ width, height, tileWidth, tileHeight, compression }) => ({
    width,
    height,
    downsampleX: levels[0]!.width / width,
    downsampleY: levels[0]!.height / height,
    tileWidth,
    tileHeight,
    compression,
  }));
}

async function storedJpeg({ name, levels }: SlideContent, index: number, column: number, row: number) {
  const level = levels[index];
  if (level === undefined) throw noLevel(name, index, levels.length);
  const stored = isWholeTile(level, column, row) ? await level.readJpegTile?.(column, row) : null;
  return stored == null ? null : standaloneJpeg(stored);
}

/** Whether there is such a tile and all of it lies in the level: what a file keeps beyond the edge is nobody's to see. */
function isWholeTile({ width, height, tileWidth, tileHeight }: TiledLevel, column: number, row: number) {
  const whole = Number.isSafeInteger(column) && Number.isSafeInteger(row) && column >= 0 && row >= 0;
  return whole && (column + 1) * tileWidth <= width && (row + 1) * tileHeight <= height;
}

/** A window is whole pixels, at least one, and no larger than memory bears. */
function checkWindow(name: string, { left, top, width, height }: PixelWindow): void {
  const whole = [left, top, width, height].every(Number.isSafeInteger);
  if (whole && width >= 1 && height >= 1 && 3 * width * height <= LARGEST_REGION) return;
  throw fail("invalid-argument", {
    where: name,
    expected: "a window of whole pixels, at least 1 x 1 and at most 2 GiB of RGB",
    got: `${width} x ${height} at ${left}, ${top}`,
    fix: "Read large regions piece by piece, or at a coarser level.",
  });
}

/** The caller's buffer, if there is one and it fits. */
export function outputFor(name: string, into: Uint8Array | undefined, bytes: number): Uint8Array | undefined {
  if (into === undefined || into.length === bytes) return into;
  throw fail("invalid-argument", {
    where: name,
    expected: `a buffer of ${bytes} bytes to write to`,
    got: `${into.length}`,
  });
}

function noLevel(name: string, index: number, levels: number): Error {
  return fail("invalid-argument", {
    where: name,
    expected: `a level from 0 to ${levels - 1}`,
    got: `${index}`,
  });
}
