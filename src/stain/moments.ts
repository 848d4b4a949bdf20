// Means and standard deviations of an image's colours, and moving one image's to another's: Reinhard's (2001) transfer.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { COLOUR_SPACES } from "./colour-spaces.ts";
import type { ColourSpaceName, Moments, Triple } from "./types.ts";

/**
 * Mean and population standard deviation of each channel over the pixels that `counts` says count; a grey's missing
 * hue does not count. `null` for fewer than `least` pixels.
 */
export function measureMoments(
  { data }: RgbImage,
  space: ColourSpaceName,
  counts: (pixel: number) => boolean,
  least: number,
): Moments | null {
  const { fromRgb } = COLOUR_SPACES[space];
  const channels = new Float64Array(3);
  const sums = new Float64Array(9); // count, sum, sum of squares of each channel
  let pixels = 0;
  for (let k = 0, p = 0; k < data.length; k += 3, p++) {
    if (!counts(p)) continue;
    pixels++;
    fromRgb(data[k]!, data[k + 1]!, data[k + 2]!, channels);
    for (let c = 0; c < 3; c++) {
      const value = channels[c]!;
      if (Number.isNaN(value)) continue;
      sums[3 * c]! += 1;
      sums[3 * c + 1]! += value;
      sums[3 * c + 2]! += value * value;
    }
  }
  if (pixels < least) return null;
  const mean = (c: number) => sums[3 * c + 1]! / Math.max(1, sums[3 * c]!);
  const std = (c: number) =>
    Math.sqrt(Math.max(0, sums[3 * c + 2]! / Math.max(1, sums[3 * c]!) - mean(c) ** 2));
  return { mean: [mean(0), mean(1), mean(2)], std: [std(0), std(1), std(2)] };
}

/** The smallest standard deviation that is divided by, as a share of the one aimed at: contrasts grow tenfold at most. */
const LEAST_RATIO = 0.1;

/** Changes an image so that channels with the moments `from` get the moments `to`: (v - from) to / from + to. */
export function moveMoments(image: RgbImage, space: ColourSpaceName, from: Moments, to: Moments): RgbImage {
  const scale = from.std.map((std, c) => to.std[c]! / Math.max(std, LEAST_RATIO * to.std[c]!, 1e-12));
  const shift = scale.map((factor, c) => to.mean[c]! - factor * from.mean[c]!);
  return mapChannels(image, space, scale, shift, to.mean);
}

/** v -> scale v + shift in each channel of a space; a grey, which has no hue, gets the hue of `missing`. */
export function mapChannels(
  { width, height, data }: RgbImage,
  space: ColourSpaceName,
  scale: readonly number[],
  shift: readonly number[],
  missing: Triple = [0, 0, 0],
): RgbImage {
  const { fromRgb, toRgb } = COLOUR_SPACES[space];
  const channels = new Float64Array(3);
  const out = new Uint8Array(data.length);
  for (let k = 0; k < data.length; k += 3) {
    fromRgb(data[k]!, data[k + 1]!, data[k + 2]!, channels);
    for (let c = 0; c < 3; c++) {
      const value = channels[c]!;
      channels[c] = Number.isNaN(value) ? missing[c]! : scale[c]! * value + shift[c]!;
    }
    toRgb(channels, out, k);
  }
  return { width, height, data: out };
}

/**
 * Haematoxylin, eosin and DAB: alpha v + beta on each stain of an image (Tellez 2018).
 *
 * @param alpha factors around 1; @param beta optical densities (decadic) around 0.
 */
export function jitterStains(image: RgbImage, alpha: Triple, beta: Triple): RgbImage {
  if (![...alpha, ...beta].every(Number.isFinite))
    throw fail("invalid-argument", {
      where: "jitterStains",
      expected: "finite factors and shifts",
      got: `${alpha} and ${beta}`,
    });
  return mapChannels(image, "hed", alpha, beta);
}
