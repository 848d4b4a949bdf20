// Slides held in memory with pixels that a test knows, and a record of every tile that was asked for.
import type { PixelWindow } from "../../src/codec/index.ts";
import type { PixelSize, RgbImage } from "../../src/pixels/index.ts";
import type { SlideContent, TiledLevel } from "../../src/slide/index.ts";

/** One request for a tile. */
export interface TileRequest {
  readonly level: number;
  readonly column: number;
  readonly row: number;
  readonly window: PixelWindow | undefined;
}

/** How a {@link memoryContent} behaves. */
export interface MemoryOptions {
  readonly mpp?: PixelSize | null;
  readonly tileWidth?: number;
  readonly tileHeight?: number;
  /** Answers with promises. */
  readonly waits?: boolean;
  /** Tiles that the slide does not hold. */
  readonly missing?: (column: number, row: number) => boolean;
  /** Runs before every tile; may throw. */
  readonly onTile?: (request: TileRequest) => void;
  /** Writes where it is told, as decoders do; otherwise every tile comes in a buffer of its own. */
  readonly writesInto?: boolean;
}

/** A content of levels given as images, and the requests it received. */
export function memoryContent(
  images: readonly RgbImage[],
  options: MemoryOptions = {},
): { content: SlideContent; requests: TileRequest[] } {
  const requests: TileRequest[] = [];
  const levels = images.map((image, level): TiledLevel => {
    const tileWidth = options.tileWidth ?? 16;
    const tileHeight = options.tileHeight ?? 16;
    return {
      width: image.width,
      height: image.height,
      tileWidth,
      tileHeight,
      compression: "none",
      readTile(column, row, window, into) {
        const request = { level, column, row, window };
        requests.push(request);
        const answer = () => {
          options.onTile?.(request);
          if (options.missing?.(column, row)) return null;
          const part = window ?? { left: 0, top: 0, width: tileWidth, height: tileHeight };
          const pixels = crop(image, column * tileWidth + part.left, row * tileHeight + part.top, part);
          if (options.writesInto !== true || into === undefined) return pixels;
          into.set(pixels);
          return into;
        };
        return options.waits === true ? Promise.resolve().then(answer) : answer();
      },
    };
  });
  const content: SlideContent = {
    name: "memory",
    format: "image",
    vendor: "",
    levels,
    mpp: options.mpp === undefined ? { x: 0.5, y: 0.5 } : options.mpp,
    mppSource: options.mpp === null ? null : "vendor",
    objective: null,
    bounds: null,
    properties: {},
    associated: [],
    notes: [],
    readAssociated: () => Promise.reject(new Error("none")),
    readIccProfile: async () => null,
    close: async () => undefined,
  };
  return { content, requests };
}

/** An image from a function of (x, y, channel). */
export function imageOf(
  width: number,
  height: number,
  value: (x: number, y: number, channel: number) => number,
): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++) data[at++] = value(x, y, channel);
  return { width, height, data };
}

/** Pixels without a pattern that any mistake could repeat. */
export function noise(width: number, height: number, seed = 1): RgbImage {
  return imageOf(width, height, (x, y, channel) => {
    let h = (x * 374761393 + y * 668265263 + channel * 974634541 + seed * 2246822519) | 0;
    h = Math.imul(h ^ (h >>> 13), 1274126177);
    return (h ^ (h >>> 16)) & 255;
  });
}

/** A part of an image; white where the image does not reach. */
export function crop(
  image: RgbImage,
  left: number,
  top: number,
  size: { width: number; height: number },
): Uint8Array {
  return imageOf(size.width, size.height, (x, y, channel) => {
    const inside = x + left >= 0 && x + left < image.width && y + top >= 0 && y + top < image.height;
    return inside ? image.data[3 * ((y + top) * image.width + x + left) + channel]! : 255;
  }).data;
}
