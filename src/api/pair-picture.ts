// Two images as one picture for a person to judge: the first, the second, and the second laid on the first where it is known
// how it lies.
import type { LeakPair, PixelMap } from "../dataset/index.ts";
import { decodeImage, encodeJpeg } from "../image/index.ts";
import { type RgbImage, resampleArea, rgbImage } from "../pixels/index.ts";
import type { LeakPicture } from "../report/index.ts";

/** Longest side of each image in pixels, and white between them. */
const SIDE = 224;
const GAP = 8;
/** What the second does not show. */
const OUTSIDE = [200, 200, 200];

/** The picture of a pair. Errors as of decoding the images. */
export async function pairPicture({ first, second, map }: LeakPair): Promise<LeakPicture> {
  const [one, other] = [await smallCopy(first.path), await smallCopy(second.path)];
  const panels = [one.copy, other.copy];
  if (map !== null) panels.push(laidOn(one, other, map));
  const picture = sideBySide(panels);
  return { jpeg: await encodeJpeg(picture, 82), width: picture.width, height: picture.height };
}

interface SmallCopy {
  readonly copy: RgbImage;
  /** Stored pixels per pixel of the copy, across and down. */
  readonly across: number;
  readonly down: number;
}

async function smallCopy(path: string): Promise<SmallCopy> {
  const { image } = await decodeImage(path);
  const factor = Math.min(1, SIDE / Math.max(image.width, image.height));
  const side = (pixels: number) => Math.max(1, Math.round(pixels * factor));
  const copy = resampleArea(image, side(image.width), side(image.height));
  return { copy, across: image.width / copy.width, down: image.height / copy.height };
}

/** The second seen through the map, in the first's frame. */
function laidOn(one: SmallCopy, other: SmallCopy, [xx, xy, x0, yx, yy, y0]: PixelMap): RgbImage {
  const { width, height } = one.copy;
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) * one.across - 0.5, (y + 0.5) * one.down - 0.5];
      const column = Math.floor((xx * u + xy * v + x0 + 0.5) / other.across);
      const row = Math.floor((yx * u + yy * v + y0 + 0.5) / other.down);
      data.set(pixelAt(other.copy, column, row), 3 * (y * width + x));
    }
  return rgbImage(width, height, data);
}

function pixelAt({ width, height, data }: RgbImage, column: number, row: number): ArrayLike<number> {
  if (column < 0 || row < 0 || column >= width || row >= height) return OUTSIDE;
  return data.subarray(3 * (row * width + column), 3 * (row * width + column) + 3);
}

function sideBySide(panels: readonly RgbImage[]): RgbImage {
  const width = panels.reduce((sum, panel) => sum + panel.width + GAP, -GAP);
  const height = Math.max(...panels.map((panel) => panel.height));
  const data = new Uint8Array(3 * width * height).fill(255);
  let left = 0;
  for (const panel of panels) {
    const row = 3 * panel.width;
    for (let y = 0; y < panel.height; y++)
      data.set(panel.data.subarray(y * row, (y + 1) * row), 3 * (y * width + left));
    left += panel.width + GAP;
  }
  return rgbImage(width, height, data);
}
