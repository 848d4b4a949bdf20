// Into how many bands the gradient of a first layer is best split, as measured; see results/experiments.md.

/**
 * Pixels of images that one band should hold: what passes through fits a core's cache, its operators cost more than calls, and
 * a graph of so many bands is loaded in half a second.
 */
const BAND_PIXELS = 2 ** 17;
/** Larger images have larger bands: beyond this many, more bands save memory but no time. */
const ENOUGH = 16;
const LARGE_BAND_PIXELS = 2 ** 18;
const MOST = 64;
/** Rows of an image that every band must have. */
const LEAST_ROWS = 16;

/** @param images [width, height] of images in pixels; the largest decides, as far as the lowest has rows. */
export function bandCount(images: Iterable<readonly [number, number]>): number {
  let [pixels, rows] = [0, Number.POSITIVE_INFINITY];
  for (const [width, height] of images)
    [pixels, rows] = [Math.max(pixels, width * height), Math.min(rows, height)];
  const wanted = Math.max(Math.min(ENOUGH, pixels / BAND_PIXELS), Math.min(MOST, pixels / LARGE_BAND_PIXELS));
  return Math.max(1, Math.floor(Math.min(wanted, rows / LEAST_ROWS)));
}
