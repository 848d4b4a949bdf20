// From bytes to what a network reads: interleaved 8-bit pixels to planar floats [3, H, W], mirrored and standardised
// on the way. A byte has 256 values, so the arithmetic is a table look-up.
import { fail } from "../base/index.ts";
import type { RgbImage } from "./rgb-image.ts";

/** Mirror images of a picture. */
export interface Flips {
  /** Left and right change places. */
  readonly flipHorizontal: boolean;
  /** Top and bottom change places. */
  readonly flipVertical: boolean;
}

/** Mean and standard deviation per channel, of values in 0..1. */
export interface Standardisation {
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

const NO_FLIPS: Flips = { flipHorizontal: false, flipVertical: false };

/**
 * Writes an image as planes: v / 255, or (v / 255 - mean) / std when a standardisation is given.
 *
 * @param planes receives [3, H, W]; its length must be `3 * width * height`.
 */
export function writePlanes(
  image: RgbImage,
  planes: Float32Array,
  flips: Flips = NO_FLIPS,
  standardisation?: Standardisation,
): void {
  checkPlanes("writePlanes", image, planes);
  const { width, height, data } = image;
  const pixels = width * height;
  const [reds, greens, blues] = tables(standardisation);
  const step = flips.flipHorizontal ? -3 : 3;
  for (let row = 0, to = 0; row < height; row++) {
    const sourceRow = flips.flipVertical ? height - 1 - row : row;
    let from = 3 * (sourceRow * width + (flips.flipHorizontal ? width - 1 : 0));
    for (const end = to + width; to < end; to++, from += step) {
      planes[to] = reds[data[from]!]!;
      planes[to + pixels] = greens[data[from + 1]!]!;
      planes[to + 2 * pixels] = blues[data[from + 2]!]!;
    }
  }
}

/** Throws `shape-mismatch` unless the planes hold the image's pixels. */
export function checkPlanes(where: string, { width, height }: RgbImage, planes: Float32Array): void {
  if (planes.length === 3 * width * height) return;
  throw fail("shape-mismatch", {
    where,
    expected: `${3 * width * height} floats for ${width} x ${height} pixels`,
    got: `${planes.length}`,
  });
}

/** The mirror image, as a new image. */
export function flipImage(image: RgbImage, flips: Flips): RgbImage {
  const { width, height, data } = image;
  const out = new Uint8Array(data.length);
  for (let row = 0, to = 0; row < height; row++) {
    const sourceRow = flips.flipVertical ? height - 1 - row : row;
    for (let column = 0; column < width; column++, to += 3) {
      const from = 3 * (sourceRow * width + (flips.flipHorizontal ? width - 1 - column : column));
      out[to] = data[from]!;
      out[to + 1] = data[from + 1]!;
      out[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: out };
}

function tables(standardisation: Standardisation | undefined): [Float32Array, Float32Array, Float32Array] {
  const table = (channel: 0 | 1 | 2) => {
    const mean = standardisation?.mean[channel] ?? 0;
    const std = standardisation?.std[channel] ?? 1;
    return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / std);
  };
  return [table(0), table(1), table(2)];
}
