// A picture that is decoded as a whole, as the one level of a slide.
import type { RgbImage } from "../pixels/index.ts";
import type { TiledLevel } from "./types.ts";

const TILE = 512;

/** @param pixels the decoded picture, asked for with every tile: whoever gives it keeps it. */
export function pictureLevel(
  { width, height }: { readonly width: number; readonly height: number },
  compression: string,
  pixels: () => Promise<RgbImage>,
): TiledLevel {
  return {
    width,
    height,
    tileWidth: TILE,
    tileHeight: TILE,
    compression,
    readTile: async (column, row, window = { left: 0, top: 0, width: TILE, height: TILE }) =>
      cut(await pixels(), column * TILE + window.left, row * TILE + window.top, window.width, window.height),
  };
}

/** A part of the image; what lies outside is left black, for nobody looks there. */
function cut(image: RgbImage, left: number, top: number, width: number, height: number): Uint8Array {
  const out = new Uint8Array(3 * width * height);
  const columns = Math.min(width, image.width - left);
  for (let y = 0; y < Math.min(height, image.height - top); y++) {
    const from = 3 * ((top + y) * image.width + left);
    out.set(image.data.subarray(from, from + 3 * columns), 3 * y * width);
  }
  return out;
}
