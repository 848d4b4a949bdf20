// Writes a slide as others' software reads it: a tiled pyramidal TIFF. Each level is made from the one above by exact
// area means over the ratio of their sizes (floor(side / step) pixels), so every level's scale is what its size says. The
// picture is asked for in bands of one row of tiles, and written as it comes: memory is about two such bands.
import { fail, throwIfCancelled } from "../base/index.ts";
import { type FileInParts, writeFileInParts } from "../machine/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";
import { PyramidLevel } from "./pyramid-level.ts";
import { directoryBytes, LARGEST_CLASSIC, type LevelFacts, linkBytes, tiffHeader } from "./pyramid-tags.ts";
import { type TileCompression, TileEncoder } from "./tile-encoder.ts";

/** The picture to be written. */
export interface PyramidSource {
  /** Size of level 0 in pixels, each side up to 2^31 - 1. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel of level 0. */
  readonly mpp: PixelSize;
  /** Pixels of a part of level 0, asked for once each, from top to bottom: whole rows. */
  read(left: number, top: number, width: number, height: number): RgbImage | Promise<RgbImage>;
}

/** How it is written. */
export interface PyramidOptions {
  /** JPEG (default: quality 85, 4:2:0) or deflate, which is lossless. */
  readonly compression?: TileCompression;
  /** Side of a tile: a multiple of 16. Default 256. */
  readonly tileSize?: number;
  /** How much smaller each level is than the one above. Default 2. */
  readonly step?: 2 | 4;
  /** 64-bit offsets. Default: when the uncompressed pyramid would not fit the 4 GiB of classic TIFF. */
  readonly bigTiff?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** What was written. */
export interface PyramidSummary {
  /** Level sizes, finest first. */
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  readonly bytes: number;
}

/**
 * Writes a pyramid, under a temporary name until it is whole. The coarsest level is the first whose sides both fit in a
 * tile. The same pixels give the same bytes.
 *
 * @throws LowmagError `invalid-argument` for sizes that cannot be; `not-writable`; `cancelled`; `out-of-memory` never:
 *   memory does not grow with the height.
 */
export async function writePyramid(
  path: string,
  source: PyramidSource,
  options: PyramidOptions = {},
): Promise<PyramidSummary> {
  const { tileSize = 256, step = 2, signal } = options;
  checkSizes(source, tileSize);
  const sizes = levelSizes(source, tileSize, step);
  const samples = sizes.reduce((sum, { width, height }) => sum + 3 * width * height, 0);
  const bigTiff = options.bigTiff ?? samples > LARGEST_CLASSIC;
  const encoder = new TileEncoder(options.compression ?? { kind: "jpeg" });
  let bytes = 0;
  await writeFileInParts(path, async (file) => {
    await file.append(tiffHeader(bigTiff));
    const levels = sizes.map(({ width, height }) => new PyramidLevel(width, height, tileSize, encoder, file));
    levels.forEach((level, i) => {
      level.below = levels[i + 1];
    });
    for (let top = 0; top < source.height; top += tileSize) {
      throwIfCancelled(signal, path);
      const rows = Math.min(tileSize, source.height - top);
      await levels[0]!.push((await source.read(0, top, source.width, rows)).data);
    }
    await writeDirectories(file, levels, source, { bigTiff, tileSize, encoder });
    bytes = file.size;
  });
  return { levels: sizes, bytes };
}

/** The levels' sizes: each side divided by the step and cut down to whole pixels, until both fit in a tile. */
function levelSizes(
  { width, height }: PyramidSource,
  tileSize: number,
  step: number,
): { width: number; height: number }[] {
  const sizes = [{ width, height }];
  for (let last = sizes[0]!; Math.max(last.width, last.height) > tileSize; last = sizes.at(-1)!)
    sizes.push({
      width: Math.max(1, Math.floor(last.width / step)),
      height: Math.max(1, Math.floor(last.height / step)),
    });
  return sizes;
}

async function writeDirectories(
  file: FileInParts,
  levels: readonly PyramidLevel[],
  { width, height, mpp }: PyramidSource,
  { bigTiff, tileSize, encoder }: { bigTiff: boolean; tileSize: number; encoder: TileEncoder },
): Promise<void> {
  // The link to the first directory stands in the header, to each other one at the end of the one before.
  let link = bigTiff ? 8 : 4;
  for (const [i, level] of levels.entries()) {
    const facts: LevelFacts = {
      width: level.width,
      height: level.height,
      tileSize,
      reduced: i > 0,
      mpp: { x: (mpp.x * width) / level.width, y: (mpp.y * height) / level.height },
      encoding: encoder.tags,
      offsets: level.offsets,
      byteCounts: level.byteCounts,
    };
    const start = file.size + (file.size % 2);
    if (start > file.size) await file.append(new Uint8Array(1));
    const { bytes, directory, next } = directoryBytes(facts, start, bigTiff);
    await file.append(bytes);
    await file.patch(link, linkBytes(directory, bigTiff));
    link = next;
  }
}

function checkSizes({ width, height, mpp }: PyramidSource, tileSize: number): void {
  const check = (ok: boolean, name: string, expected: string, got: unknown) => {
    if (!ok) throw fail("invalid-argument", { where: `writePyramid: ${name}`, expected, got: `${got}` });
  };
  const isSide = (side: number) => Number.isInteger(side) && side >= 1 && side < 2 ** 31;
  check(isSide(width), "width", "a whole number of pixels, at least 1", width);
  check(isSide(height), "height", "a whole number of pixels, at least 1", height);
  check(mpp.x > 0 && Number.isFinite(mpp.x), "mpp", "µm per pixel above 0", mpp.x);
  check(mpp.y > 0 && Number.isFinite(mpp.y), "mpp", "µm per pixel above 0", mpp.y);
  const tileFits = Number.isInteger(tileSize) && tileSize % 16 === 0 && tileSize >= 16 && tileSize <= 4096;
  check(tileFits, "tileSize", "a multiple of 16 from 16 to 4096", tileSize);
}
