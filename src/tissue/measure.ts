// One byte per pixel that is small on glass and large on tissue, by several ideas of what tells them apart.
import type { RgbImage } from "../pixels/index.ts";
import { estimateWhite, whiteTables } from "./background.ts";
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

/** Measures a picture; see {@link findTissue} for the methods. Glass is brought to white first. */
export function measure(image: RgbImage, method: TissueMethod, textureSide: number): Uint8Array {
  const tables = whiteTables(estimateWhite(image));
  switch (method) {
    case "saturation":
      return perPixel(
        image,
        tables,
        (red, green, blue) => Math.max(red, green, blue) - Math.min(red, green, blue),
      );
    case "grey":
      return perPixel(image, tables, (red, green, blue) => 255 - luma(red, green, blue));
    case "optical-density":
      return perPixel(image, tables, meanDensity);
    case "texture":
      return localDeviation(perPixel(image, tables, luma), image, textureSide);
  }
}

function perPixel(
  { data }: RgbImage,
  [reds, greens, blues]: readonly [Uint8Array, Uint8Array, Uint8Array],
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
function localDeviation(values: Uint8Array, { width, height }: RgbImage, side: number): Uint8Array {
  const mean = boxMean(values, width, height, side);
  return boxMean(
    values.map((value, k) => Math.abs(value - mean[k]!)),
    width,
    height,
    side,
  );
}
