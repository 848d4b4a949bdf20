// Deep Zoom: `x.dzi` beside `x_files/<level>/<column>_<row>.<format>`. Every path is made of numbers that were checked,
// and no link may lead out of the folder.
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fail } from "../base/index.ts";
import type { Decoders, PixelWindow } from "../codec/index.ts";
import { decodeImage } from "../image/index.ts";
import type { SlideContent, TiledLevel } from "../slide/index.ts";
import { bareContent } from "./bare-content.ts";
import { type DeepZoomHeader, MOST_DEEP_ZOOM_XML, readDeepZoomHeader } from "./deep-zoom-header.ts";
import { unreadable } from "./file-source.ts";

/** Bytes of one tile's file. */
const MOST_TILE_BYTES = 64 * 2 ** 20;

/**
 * Opens a Deep Zoom image by its XML file. Levels from the finest to the first that fits into one tile are offered;
 * coarser ones that are missing are left out with a note.
 *
 * @throws LowmagError as `readDeepZoomHeader`; `not-found` when the folder of tiles is not there; `corrupt-data` when it
 *   lies outside the folder of the XML file.
 */
export async function openDeepZoom(path: string, decoders: Decoders): Promise<SlideContent> {
  if (statSync(path).size > MOST_DEEP_ZOOM_XML)
    throw damaged(path, `an XML file of at most ${MOST_DEEP_ZOOM_XML} bytes`, "a larger one");
  const header = readDeepZoomHeader(readFileSync(path, "utf8"), path);
  const folder = tileFolder(path);
  const finest = Math.ceil(Math.log2(Math.max(header.width, header.height)));
  const levels: TiledLevel[] = [];
  const missing: number[] = [];
  for (let level = finest; level >= 0; level--) {
    const [width, height] = levelSize(header, finest - level);
    if (existsSync(join(folder, String(level))))
      levels.push(levelOf(header, folder, level, [width, height], decoders, path));
    else missing.push(level);
    if (width <= header.tileSize && height <= header.tileSize) break;
  }
  if (missing.includes(finest))
    throw damaged(path, `tiles of the finest level in ${join(folder, String(finest))}`, "no such folder");
  return contentOf(path, levels, missing);
}

function contentOf(path: string, levels: readonly TiledLevel[], missing: readonly number[]): SlideContent {
  return {
    ...bareContent(path),
    format: "deep-zoom",
    levels,
    mpp: null,
    mppSource: null,
    notes: missing.length === 0 ? [] : [`Levels ${missing.join(", ")} of the Deep Zoom image are missing.`],
    close: async () => undefined,
  };
}

/** The real path of the folder of tiles, inside the folder of the XML file. */
function tileFolder(path: string): string {
  const folder = path.replace(/\.[^./\\]*$/, "_files");
  let real: string;
  try {
    real = realpathSync(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
  if (isInside(real, realpathSync(dirname(path)))) return real;
  throw damaged(path, "its tiles beside it", "a link out of the folder");
}

function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function levelSize({ width, height }: DeepZoomHeader, halvings: number): [number, number] {
  return [Math.ceil(width / 2 ** halvings), Math.ceil(height / 2 ** halvings)];
}

function levelOf(
  header: DeepZoomHeader,
  folder: string,
  level: number,
  [width, height]: readonly [number, number],
  decoders: Decoders,
  name: string,
): TiledLevel {
  const { tileSize, overlap, format, extension, sparse } = header;
  /** Where a tile's picture begins and ends along one side, with its overlaps. */
  const span = (index: number, side: number) => ({
    start: Math.max(0, index * tileSize - overlap),
    end: Math.min(side, (index + 1) * tileSize + overlap),
  });
  return {
    width,
    height,
    tileWidth: tileSize,
    tileHeight: tileSize,
    compression: { png: "PNG", jpeg: "JPEG", webp: "WebP" }[format],
    async readTile(column, row, window = { left: 0, top: 0, width: tileSize, height: tileSize }) {
      const where = `${name} level ${level} tile ${column}, ${row}`;
      const data = readTileFile(join(folder, String(level), `${column}_${row}.${extension}`), folder, where);
      if (data === null && sparse) return null;
      if (data === null) throw damaged(where, "the tile's file", "none: the copy is incomplete");
      const [x, y] = [span(column, width), span(row, height)];
      const size = { width: x.end - x.start, height: y.end - y.start };
      // The window in pixels of the picture, cut at the picture's edge.
      const left = column * tileSize - x.start + window.left;
      const top = row * tileSize - y.start + window.top;
      const inside = {
        left,
        top,
        width: Math.min(window.width, size.width - left),
        height: Math.min(window.height, size.height - top),
      };
      if (inside.width < 1 || inside.height < 1) return new Uint8Array(3 * window.width * window.height);
      const pixels =
        format === "jpeg"
          ? decoders.jpeg.decode({ data, ...size, colour: "unknown", where }, inside)
          : await decodeWindow(data, size, inside, where);
      return padded(pixels, inside, window);
    },
  };
}

/** The bytes of a tile's file, or `null` where there is none. */
function readTileFile(path: string, folder: string, where: string): Uint8Array | null {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw unreadable(path, error);
  }
  if (!isInside(real, folder)) throw damaged(where, "a file among the tiles", "a link out of the folder");
  const { size } = statSync(real);
  if (size > MOST_TILE_BYTES) throw damaged(where, `at most ${MOST_TILE_BYTES} bytes`, `${size}`);
  try {
    return readFileSync(real);
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function decodeWindow(
  data: Uint8Array,
  size: { width: number; height: number },
  window: PixelWindow,
  where: string,
): Promise<Uint8Array> {
  const { image } = await decodeImage(data, { name: where, maxPixels: size.width * size.height });
  if (image.width !== size.width || image.height !== size.height)
    throw damaged(where, `a picture of ${size.width} x ${size.height}`, `${image.width} x ${image.height}`);
  return cut(image.data, image.width, window);
}

function cut(data: Uint8Array, width: number, window: PixelWindow): Uint8Array {
  const out = new Uint8Array(3 * window.width * window.height);
  for (let y = 0; y < window.height; y++) {
    const from = 3 * ((window.top + y) * width + window.left);
    out.set(data.subarray(from, from + 3 * window.width), 3 * y * window.width);
  }
  return out;
}

/** Rows of `inside` at the upper left of `window`; what lies outside the level is unspecified. */
function padded(pixels: Uint8Array, inside: PixelWindow, window: PixelWindow): Uint8Array {
  if (inside.width === window.width && inside.height === window.height) return pixels;
  const out = new Uint8Array(3 * window.width * window.height);
  for (let y = 0; y < inside.height; y++)
    out.set(pixels.subarray(3 * y * inside.width, 3 * (y + 1) * inside.width), 3 * y * window.width);
  return out;
}

function damaged(where: string, expected: string, got: string): Error {
  return fail("corrupt-data", { where, expected, got, fix: "Copy or export the Deep Zoom image again." });
}
