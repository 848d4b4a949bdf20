// An ordinary image file (PNG, JPEG, WebP) as a slide of one level. Its pixels are decoded once, when first asked for,
// and kept until the slide is closed; so its size is bounded.
import { statSync } from "node:fs";
import { fail } from "../base/index.ts";
import { decodeImage, type ImageFormat, readImageHeader } from "../image/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { pictureLevel, type SlideContent } from "../slide/index.ts";
import { bareContent } from "./bare-content.ts";

/** Most pixels of an ordinary image that is opened as a slide: 400 MB of RGB. */
const MOST_PICTURE_PIXELS = 2 ** 27;
/** What an image may take while it is decoded, its file included. */
const MOST_DECODE_BYTES = 416 * 2 ** 20;

const NAMES: Readonly<Record<ImageFormat, string>> = { png: "PNG", jpeg: "JPEG", webp: "WebP", tiff: "TIFF" };

/**
 * Opens an ordinary image.
 *
 * @throws LowmagError as `readImageHeader`; `unsupported-format` for one that would take too much memory to decode.
 */
export async function openPicture(path: string): Promise<SlideContent> {
  const options = { maxPixels: MOST_PICTURE_PIXELS };
  const { size } = statSync(path);
  if (size > MOST_DECODE_BYTES) throw tooLarge(path, `a file of ${size} bytes`);
  const { width, height, mpp, format, decodeBytes } = await readImageHeader(path, options);
  if (size + decodeBytes > MOST_DECODE_BYTES)
    throw tooLarge(
      path,
      `${width} x ${height} pixels that take about ${Math.round(decodeBytes / 2 ** 20)} MB`,
    );
  let decoded: Promise<RgbImage> | null = null;
  const pixels = () => {
    decoded ??= decodeImage(path, options).then(({ image }) => image);
    return decoded;
  };
  return {
    ...bareContent(path),
    format: "image",
    levels: [pictureLevel({ width, height }, NAMES[format], pixels)],
    mpp,
    mppSource: mpp === null ? null : "resolution-tag",
    notes: [],
    close: async () => {
      decoded = null;
    },
  };
}

function tooLarge(where: string, got: string): Error {
  return fail("unsupported-format", {
    where,
    expected: `an image that takes at most ${MOST_DECODE_BYTES / 2 ** 20} MB to decode`,
    got,
    fix: "Make a pyramid of it: `vips tiffsave in.png out.tif --tile --pyramid --compression jpeg`.",
  });
}
