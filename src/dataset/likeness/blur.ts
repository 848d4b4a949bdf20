// Gaussian blurs of a grey picture, each made from the one before. The border is continued.
import type { GreyPicture } from "./grey-picture.ts";

/** Blurred grey values, row by row. */
export type Blurred = Float32Array;

/**
 * The picture at each blur.
 *
 * @param sigmas standard deviations in pixels, rising.
 */
export function blurLevels({ width, height, data }: GreyPicture, sigmas: readonly number[]): Blurred[] {
  let level: Blurred = Float32Array.from(data);
  let before = 0;
  return sigmas.map((sigma) => {
    const kernel = gaussian(Math.sqrt(sigma * sigma - before * before));
    // Twice along rows, each time written as columns: the second time the picture lies as before.
    level = blurRows(blurRows(level, width, height, kernel), height, width, kernel);
    before = sigma;
    return level;
  });
}

/** Half a kernel, from its middle outwards, up to three standard deviations; the whole sums to 1. */
function gaussian(sigma: number): Float64Array {
  const half = Float64Array.from({ length: Math.ceil(3 * sigma) + 1 }, (_, i) =>
    Math.exp(-0.5 * (i / sigma) ** 2),
  );
  const sum = half.reduce((total, value) => total + 2 * value, -half[0]!);
  return half.map((value) => value / sum);
}

/** Blurs along the rows and transposes. */
function blurRows(source: Blurred, width: number, height: number, kernel: Float64Array): Blurred {
  const reach = kernel.length - 1;
  const row = new Float64Array(width + 2 * reach);
  const target = new Float32Array(source.length);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    for (let i = 0; i < row.length; i++)
      row[i] = source[start + Math.min(width - 1, Math.max(0, i - reach))]!;
    for (let x = 0; x < width; x++) {
      const centre = x + reach;
      let sum = kernel[0]! * row[centre]!;
      for (let k = 1; k <= reach; k++) sum += kernel[k]! * (row[centre - k]! + row[centre + k]!);
      target[x * height + y] = sum;
    }
  }
  return target;
}
