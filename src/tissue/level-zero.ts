// From mask pixels to the pixels of the slide's finest level, and back: one place that does the division.
import type { PixelWindow } from "../codec/index.ts";

/** Size of a raster in pixels. */
export interface RasterSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A window of mask pixels as a window of level-0 pixels, rounded outwards and clipped to the slide.
 *
 * @param mask the mask's size; it covers the whole slide.
 * @param slide the size of level 0.
 */
export function toLevelZero(box: PixelWindow, mask: RasterSize, slide: RasterSize): PixelWindow {
  const [left, width] = span(box.left, box.width, slide.width / mask.width, slide.width);
  const [top, height] = span(box.top, box.height, slide.height / mask.height, slide.height);
  return { left, top, width, height };
}

function span(start: number, length: number, scale: number, limit: number): [start: number, length: number] {
  const first = Math.max(0, Math.floor(start * scale + 1e-9));
  const last = Math.min(limit, Math.ceil((start + length) * scale - 1e-9));
  return [first, last - first];
}
