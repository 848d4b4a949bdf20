// A part of a picture.
import type { RgbImage } from "./rgb-image.ts";

/** A window of an image, in whole pixels inside it: a copy, or the image itself where the window is all of it. */
export function cropImage(
  image: RgbImage,
  { left, top, width, height }: Readonly<Record<"left" | "top" | "width" | "height", number>>,
): RgbImage {
  if (width === image.width && height === image.height) return image;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, data };
}
