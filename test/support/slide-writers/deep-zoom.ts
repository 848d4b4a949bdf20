// Deep Zoom: a small XML file beside a folder of tiles, halved level by level down to one pixel, with or without overlap.

import { encodePng } from "../../../src/image/index.ts";
import type { RgbImage } from "../../../src/pixels/index.ts";
import { resampleArea } from "../../../src/pixels/index.ts";
import { encodeBaselineJpeg } from "./jpeg.ts";

/** How a Deep Zoom image is written. */
export interface DeepZoomRequest {
  readonly image: RgbImage;
  readonly tileSize: number;
  readonly overlap: number;
  readonly format: "png" | "jpeg";
}

/** The files, paths with "/" separators: `slide.dzi` and `slide_files/<level>/<column>_<row>.<format>`. */
export async function writeDeepZoom(
  request: DeepZoomRequest,
): Promise<readonly { name: string; bytes: Uint8Array }[]> {
  const { image, tileSize, overlap, format } = request;
  const dzi =
    `<?xml version="1.0" encoding="UTF-8"?><Image xmlns="http://schemas.microsoft.com/deepzoom/2008" Format="${format}" ` +
    `Overlap="${overlap}" TileSize="${tileSize}"><Size Width="${image.width}" Height="${image.height}"/></Image>`;
  const files = [{ name: "slide.dzi", bytes: new TextEncoder().encode(dzi) }];
  const finest = Math.ceil(Math.log2(Math.max(image.width, image.height)));
  for (let level = finest; level >= 0; level--) {
    const scale = 2 ** (finest - level);
    const pixels = resampleArea(image, Math.ceil(image.width / scale), Math.ceil(image.height / scale));
    for (let row = 0; row * tileSize < pixels.height; row++)
      for (let column = 0; column * tileSize < pixels.width; column++) {
        const tile = cut(pixels, column, row, tileSize, overlap);
        const bytes =
          format === "png"
            ? await encodePng(tile)
            : encodeBaselineJpeg(tile, { quality: 95, marker: "jfif" });
        files.push({ name: `slide_files/${level}/${column}_${row}.${format}`, bytes: new Uint8Array(bytes) });
      }
  }
  return files;
}

/** A tile reaches `overlap` pixels into its neighbours, and ends with the level. */
function cut(image: RgbImage, column: number, row: number, tileSize: number, overlap: number): RgbImage {
  const left = Math.max(0, column * tileSize - overlap);
  const top = Math.max(0, row * tileSize - overlap);
  const right = Math.min(image.width, (column + 1) * tileSize + overlap);
  const bottom = Math.min(image.height, (row + 1) * tileSize + overlap);
  const [width, height] = [right - left, bottom - top];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, data };
}
