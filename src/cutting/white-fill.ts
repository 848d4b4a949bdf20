// What lies outside a piece and its fringe becomes white: the network sees the background, so other pieces, dirt and the
// tint of the glass must not differ from slide to slide. The mask is coarser than the image; its edge is interpolated.
import type { PixelWindow } from "../codec/index.ts";
import type { PixelSize, RgbImage } from "../pixels/index.ts";

/** Which pixels of a mask are kept, inside a window of it. */
export interface KeptMask extends PixelWindow {
  /** One byte per pixel of the window, row-major: 1 is kept. */
  readonly data: Uint8Array;
}

/**
 * Paints the pixels outside the kept mask white, in place. An image pixel is kept where the mask, interpolated linearly
 * between the centres of its pixels, is at least one half.
 *
 * @param box where the image lies, in pixels of level 0.
 * @param perPixel level-0 pixels per image pixel.
 * @param scale level-0 pixels per mask pixel.
 */
export function fillWhite(
  image: RgbImage,
  kept: KeptMask,
  box: PixelWindow,
  perPixel: PixelSize,
  scale: PixelSize,
): void {
  const across = between(image.width, box.left, perPixel.x, scale.x, kept.left, kept.width);
  const down = between(image.height, box.top, perPixel.y, scale.y, kept.top, kept.height);
  for (let j = 0; j < image.height; j++) {
    const upper = down.cell[j]! * kept.width;
    const lower = Math.min(kept.height - 1, down.cell[j]! + 1) * kept.width;
    const below = down.fraction[j]!;
    for (let i = 0; i < image.width; i++) {
      const left = across.cell[i]!;
      const right = Math.min(kept.width - 1, left + 1);
      const [a, b] = [kept.data[upper + left]!, kept.data[upper + right]!];
      const [c, d] = [kept.data[lower + left]!, kept.data[lower + right]!];
      const held = a + b + c + d; // 0 or 4 but for the mask's edge
      if (held === 4) continue;
      const beside = across.fraction[i]!;
      const [top, bottom] = [a * (1 - beside) + b * beside, c * (1 - beside) + d * beside];
      if (held > 0 && top * (1 - below) + bottom * below >= 0.5) continue;
      const at = 3 * (j * image.width + i);
      image.data[at] = 255;
      image.data[at + 1] = 255;
      image.data[at + 2] = 255;
    }
  }
}

/** For each image pixel along one axis: the mask pixel whose centre is at or before its own centre, and how far behind. */
interface Places {
  readonly cell: Int32Array;
  readonly fraction: Float64Array;
}

function between(
  count: number,
  start: number,
  step: number,
  scale: number,
  first: number,
  length: number,
): Places {
  const cell = new Int32Array(count);
  const fraction = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const position = (start + (i + 0.5) * step) / scale - first - 0.5;
    const inside = Math.min(length - 1, Math.max(0, position));
    cell[i] = Math.floor(inside);
    fraction[i] = inside - cell[i]!;
  }
  return { cell, fraction };
}
