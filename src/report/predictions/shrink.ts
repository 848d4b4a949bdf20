// The thumbnail that pictures of a slide are drawn on, and where the slide's pixels fall on it.
import type { PixelWindow } from "../../codec/index.ts";
import { type RgbImage, resampleArea } from "../../pixels/index.ts";

/** Pixels on the longer side of a picture of a slide. */
export const PICTURE_SIDE = 1200;

/** A picture of the whole slide. */
export interface SlidePicture {
  readonly image: RgbImage;
  /** Pixels of the picture per pixel of level 0. */
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Shrinks a thumbnail of the whole slide until no side is longer than `side`; never enlarges it. */
export function shrinkThumbnail(
  thumbnail: RgbImage,
  slide: { readonly width: number; readonly height: number },
  side: number,
): SlidePicture {
  const share = Math.min(1, side / Math.max(thumbnail.width, thumbnail.height));
  const shrunk = (pixels: number) => Math.max(1, Math.round(pixels * share));
  const image = resampleArea(thumbnail, shrunk(thumbnail.width), shrunk(thumbnail.height));
  return { image, scaleX: image.width / slide.width, scaleY: image.height / slide.height };
}

/** A window of level 0 as whole pixels of the picture, at least one each way. */
export function onPicture(
  { scaleX, scaleY }: SlidePicture,
  { left, top, width, height }: PixelWindow,
): PixelWindow {
  const [x, y] = [Math.round(left * scaleX), Math.round(top * scaleY)];
  return {
    left: x,
    top: y,
    width: Math.max(1, Math.round((left + width) * scaleX) - x),
    height: Math.max(1, Math.round((top + height) * scaleY) - y),
  };
}
