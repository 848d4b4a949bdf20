// Otsu's threshold (1979) from a histogram of bytes: the cut that makes the variance between the two classes largest.

/**
 * Otsu's threshold of a histogram: class 0 is values <= t, class 1 values > t. Of equal cuts the lowest is taken.
 *
 * @param histogram counts of the values 0, 1, 2, ...
 * @returns `null` where fewer than two values occur: there is nothing to cut.
 */
export function otsuThreshold(histogram: Float64Array): number | null {
  let total = 0;
  let sum = 0;
  for (const [value, count] of histogram.entries()) {
    total += count;
    sum += value * count;
  }
  let below = 0;
  let belowSum = 0;
  let best: number | null = null;
  let bestVariance = 0;
  for (const [value, count] of histogram.entries()) {
    below += count;
    belowSum += value * count;
    if (below === 0) continue;
    if (below === total) break;
    const difference = belowSum / below - (sum - belowSum) / (total - below);
    const variance = below * (total - below) * difference * difference;
    if (variance > bestVariance) {
      bestVariance = variance;
      best = value;
    }
  }
  return best;
}

/** Counts of the values 0..255 where `skip` is 0 (or everywhere). */
export function histogramOf(values: Uint8Array, skip?: Uint8Array): Float64Array {
  const histogram = new Float64Array(256);
  for (let k = 0; k < values.length; k++)
    if (skip === undefined || skip[k] === 0) histogram[values[k]!]! += 1;
  return histogram;
}
