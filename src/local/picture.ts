// An ordinary image file (PNG, JPEG, WebP) as a slide of one level. Its pixels are decoded once, when first asked for,
// and kept until the slide is closed; so its size is bounded.
import { fail } from "../base/index.ts";
import { decodeImage, type ImageFormat, readImageHeader } from "../image/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import type { SlideContent } from "../slide/index.ts";

/** Most pixels of an ordinary image that is opened as a slide: 400 MB of RGB. */
export const MOST_PICTURE_PIXELS = 2 ** 27;

const TILE = 512;
const NAMES: Readonly<Record<ImageFormat, string>> = { png: "PNG", jpeg: "JPEG", webp: "WebP", tiff: "TIFF" };

/** Opens an ordinary image. Errors as `readImageHeader`. */
export async function openPicture(path: string): Promise<SlideContent> {
  const options = { maxPixels: MOST_PICTURE_PIXELS };
  const { width, height, mpp, format } = await readImageHeader(path, options);
  let decoded: Promise<RgbImage> | null = null;
  const pixels = () => {
    decoded ??= decodeImage(path, options).then(({ image }) => image);
    return decoded;
  };
  return {
    name: path,
    format: "image",
    vendor: "",
    levels: [
      {
        width,
        height,
        tileWidth: TILE,
        tileHeight: TILE,
        compression: NAMES[format],
        readTile: async (column, row, window = { left: 0, top: 0, width: TILE, height: TILE }) =>
          cut(
            await pixels(),
            column * TILE + window.left,
            row * TILE + window.top,
            window.width,
            window.height,
          ),
      },
    ],
    mpp,
    mppSource: mpp === null ? null : "resolution-tag",
    objective: null,
    bounds: null,
    properties: {},
    associated: [],
    notes: [],
    readAssociated: async (name) => {
      throw fail("invalid-argument", {
        where: path,
        expected: "no associated picture: it has none",
        got: `"${name}"`,
      });
    },
    readIccProfile: async () => null,
    close: async () => {
      decoded = null;
    },
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
