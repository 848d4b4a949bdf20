// One byte per pixel that is small on glass and large on tissue, by several ideas of what tells them apart.
import type { BalancedPicture } from "./balanced.ts";
import { boxMean } from "./raster.ts";
import type { TissueMethod } from "./types.ts";

/** Limits inside which Otsu's threshold is believed, in units of the measure. */
export interface ThresholdLimits {
  readonly low: number;
  readonly high: number;
}

/**
 * Below `low` lies what bare glass does by itself (tint, vignetting, JPEG noise, stitching steps); above `high` lies
 * tissue, however pale: Otsu goes there when hardly any glass is in view and splits pale tissue from dark.
 */
export const THRESHOLD_LIMITS: Readonly<Record<TissueMethod, ThresholdLimits>> = {
  saturation: { low: 10, high: 16 },
  grey: { low: 12, high: 28 },
  "optical-density": { low: 12, high: 24 },
  texture: { low: 3, high: 6 },
};

/** Measures a picture whose glass is white; see {@link findTissue} for the methods. */
export function measure(picture: BalancedPicture, method: TissueMethod, textureSide: number): Uint8Array {
  switch (method) {
    case "saturation":
      return picture.chroma;
    case "grey":
      return perPixel(picture, (red, green, blue) => 255 - luma(red, green, blue));
    case "optical-density":
      return perPixel(picture, meanDensity);
    case "texture":
      return localDeviation(perPixel(picture, luma), picture, textureSide);
  }
}

function perPixel(
  { data, tables: [reds, greens, blues] }: BalancedPicture,
  of: (red: number, green: number, blue: number) => number,
): Uint8Array {
  const out = new Uint8Array(data.length / 3);
  for (let k = 0, p = 0; p < out.length; k += 3, p++)
    out[p] = of(reds[data[k]!]!, greens[data[k + 1]!]!, blues[data[k + 2]!]!);
  return out;
}

/** ITU-R BT.601 luma, rounded. */
function luma(red: number, green: number, blue: number): number {
  return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}

/** Mean optical density of the three channels in steps of 1/400, at most 255 (a density of 0.64). */
function meanDensity(red: number, green: number, blue: number): number {
  return Math.min(255, Math.round((DENSITY[red]! + DENSITY[green]! + DENSITY[blue]!) / 3));
}

/** 400 times -log10(v / 255); a value of 0 counts as 1. */
const DENSITY = Float64Array.from({ length: 256 }, (_, value) => -400 * Math.log10(Math.max(1, value) / 255));

/** Mean absolute difference from the mean of the square window around, itself averaged over such a window. */
function localDeviation(values: Uint8Array, { width, height }: BalancedPicture, side: number): Uint8Array {
  const mean = boxMean(values, width, height, side);
  const apart = new Uint8Array(values.length);
  for (let k = 0; k < apart.length; k++) apart[k] = Math.abs(values[k]! - mean[k]!);
  return boxMean(apart, width, height, side);
}
