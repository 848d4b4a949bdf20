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

/** Pixels of a grey copy, at most: as many as 192 x 192, in the picture's own proportions. */
export const GREY_AREA = 192 * 192;

/** The longest side of a grey copy: a strip of tissue is squeezed rather than kept at one pixel's height. */
const LONGEST_SIDE = 1024;

/** Makes the copy; a picture that is small already keeps its pixels. */
export function greyPicture(image: RgbImage): GreyPicture {
  const [width, height] = greySize(image.width, image.height);
  const { data: rgb } = resampleArea(image, width, height);
  const data = new Uint8Array(width * height);
  for (let i = 0, k = 0; i < data.length; i++, k += 3) {
    const red = rgb[k]!;
    const green = rgb[k + 1]!;
    const blue = rgb[k + 2]!;
    data[i] = (Math.max(red, green, blue) + Math.min(red, green, blue) + 1) >> 1;
  }
  return { width, height, data };
}

function greySize(width: number, height: number): [number, number] {
  const factor = Math.min(1, Math.sqrt(GREY_AREA / (width * height)));
  const side = (pixels: number) => Math.min(pixels, LONGEST_SIDE, Math.max(1, Math.round(pixels * factor)));
  return [side(width), side(height)];
}
