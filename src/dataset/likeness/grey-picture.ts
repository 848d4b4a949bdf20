// A small grey copy of a picture, by which pictures are compared. Grey is the mean of the largest and the smallest of R, G
// and B (the lightness of HSL): a shift of hue leaves both as they are, and in H&E the smallest is nearly always green,
// where both stains show.
import { type RgbImage, resampleArea } from "../../pixels/index.ts";

/** Grey values 0 to 255, row by row. */
export interface GreyPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Pixels of a grey copy: as many as 192 x 192, in the picture's own proportions. */
export const GREY_AREA = 192 * 192;

/** The longest side of a grey copy: a strip of tissue is squeezed rather than kept at one pixel's height. */
const LONGEST_SIDE = 1024;
/** A small picture is enlarged, so that spots have the size in pixels that they have in larger copies, but not more than this. */
const MOST_ENLARGED = 4;

/** Makes the copy. */
export function greyPicture(image: RgbImage): GreyPicture {
  const [width, height] = greySize(image.width, image.height);
  const [across, down] = [Math.min(width, image.width), Math.min(height, image.height)];
  const grey = lightness(resampleArea(image, across, down));
  return enlarge(grey, width, height);
}

function greySize(width: number, height: number): [number, number] {
  const factor = Math.min(MOST_ENLARGED, Math.sqrt(GREY_AREA / (width * height)));
  const side = (pixels: number) => Math.min(LONGEST_SIDE, Math.max(1, Math.round(pixels * factor)));
  return [side(width), side(height)];
}

function lightness({ width, height, data: rgb }: RgbImage): GreyPicture {
  const data = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < data.length; i++, k += 3) {
    const red = rgb[k]!;
    const green = rgb[k + 1]!;
    const blue = rgb[k + 2]!;
    data[i] = (Math.max(red, green, blue) + Math.min(red, green, blue) + 1) >> 1;
  }
  return { width, height, data };
}

function enlarge(grey: GreyPicture, width: number, height: number): GreyPicture {
  if (grey.width === width && grey.height === height) return grey;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = ((x + 0.5) * grey.width) / width - 0.5;
      const v = ((y + 0.5) * grey.height) / height - 0.5;
      data[y * width + x] = Math.round(bilinear(grey, u, v));
    }
  return { width, height, data };
}

/** The grey value between four pixels, the border continued. */
export function bilinear(
  {
    width,
    height,
    data,
  }: { readonly width: number; readonly height: number; readonly data: Uint8Array | Float32Array },
  x: number,
  y: number,
): number {
  const u = x < 0 ? 0 : x > width - 1 ? width - 1 : x;
  const v = y < 0 ? 0 : y > height - 1 ? height - 1 : y;
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [dx, dy] = [u - left, v - top];
  const at = top * width + left;
  const right = left + 1 < width ? 1 : 0;
  const below = at + (top + 1 < height ? width : 0);
  const upper = data[at]! * (1 - dx) + data[at + right]! * dx;
  return upper * (1 - dy) + (data[below]! * (1 - dx) + data[below + right]! * dx) * dy;
}
