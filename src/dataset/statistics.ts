// Mean and spread of the training split's colours, for standardisation. Exact: from histograms of bytes.
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { derivedFact } from "./derived-facts.ts";
import { inParallel } from "./in-parallel.ts";
import type { PixelCache } from "./pixel-cache.ts";
import type { ChannelStatistics, Dataset, TissueImage } from "./types.ts";

/** Images decoded at a time where the cache does not hold them; larger ones one by one, for the memory they take. */
const LANES = 4;
const LARGE_PIXELS = 2 ** 24;

/** Options of {@link computeStatistics}. */
export interface StatisticsOptions {
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
}

/**
 * Mean and population standard deviation per channel over all pixels (scaled to 0..1) of some images at one µm/px.
 * Every pixel counts alike, so large images weigh more. Kept in the cache's folder: measured once for the same images.
 *
 * @param indices indexes into `dataset.images`; give the training split only.
 * @throws LowmagError `invalid-argument` for no images, or when a channel has the same value in every pixel.
 */
export async function computeStatistics(
  dataset: Dataset,
  indices: readonly number[],
  mpp: number,
  cache: PixelCache,
  options: StatisticsOptions = {},
): Promise<ChannelStatistics> {
  const images = indices.map((index) => dataset.images[index]!);
  const entries = images.map((image) => cache.entryName(image, mpp));
  const measure = () => measureColours(images, mpp, cache, options);
  return await derivedFact({ folder: cache.folder, kind: "colours-1", entries }, measure);
}

async function measureColours(
  images: readonly TissueImage[],
  mpp: number,
  cache: PixelCache,
  options: StatisticsOptions,
): Promise<ChannelStatistics> {
  const counts = new Float64Array(3 * 256);
  const meter = new ProgressMeter("measuring colours", images.length, options.onProgress);
  const large = images.some(({ width, height }) => width * height > LARGE_PIXELS);
  await inParallel(images, large ? 1 : LANES, async (image) => {
    throwIfCancelled(options.signal, "computeStatistics");
    countValues(await cache.pixels(image, mpp), counts);
    meter.advance();
  });
  const channels = [0, 1, 2].map((channel) => moments(counts.subarray(256 * channel, 256 * (channel + 1))));
  if (images.length === 0 || channels.some(({ std }) => std === 0))
    throw fail("invalid-argument", {
      where: "computeStatistics",
      expected: "training images whose colours vary",
      got: images.length === 0 ? "no images" : "one value in every pixel of a channel",
    });
  const [red, green, blue] = channels;
  return {
    mean: [red!.mean, green!.mean, blue!.mean],
    std: [red!.std, green!.std, blue!.std],
  };
}

function countValues({ data }: RgbImage, counts: Float64Array): void {
  for (let k = 0; k < data.length; k += 3) {
    counts[data[k]!]! += 1;
    counts[256 + data[k + 1]!]! += 1;
    counts[512 + data[k + 2]!]! += 1;
  }
}

/** Sums of whole numbers below 2^53 are exact, so the result does not depend on the order of the images. */
function moments(histogram: Float64Array): { mean: number; std: number } {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const [value, times] of histogram.entries()) {
    count += times;
    sum += value * times;
    squares += value * value * times;
  }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean * mean);
  return { mean: mean / 255, std: Math.sqrt(variance) / 255 };
}
