// Light through the slide: concentrations become optical density by Beer-Lambert, light falls unevenly, the lens blurs,
// the sensor adds a little noise.

import type { RgbImage } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import type { Canvas } from "./canvas.ts";
import { fineNoise } from "./noise.ts";
import type { Staining } from "./patient.ts";

/** 10^-density for densities 0..4 in steps of 1/1024. */
const TRANSMISSION = Float32Array.from({ length: 4097 }, (_, i) => 10 ** (-i / 1024));

/** How light falls: even light is what a scanner's flat-field correction leaves. */
export interface Optics {
  readonly evenLight?: boolean;
  /** Factor on the blur; above 4 or so the picture is out of focus. Default 1. */
  readonly defocus?: number;
}

/** Renders a canvas as an 8-bit sRGB image. */
export function developImage(
  canvas: Canvas,
  staining: Staining,
  generator: Generator,
  { evenLight = false, defocus = 1 }: Optics = {},
): RgbImage {
  const { width, height, mpp } = canvas;
  const data = new Uint8Array(width * height * 3);
  const plane = new Float32Array(width * height);
  const light = evenLight ? EVEN_LIGHT : drawLight(width, height, generator);
  const blur = (defocus * staining.blur * generator.uniform(0.85, 1.3)) / mpp;
  const grainX = generator.integer(256);
  const grainY = generator.integer(256);
  const noise = fineNoise();
  for (let channel = 0; channel < 3; channel++) {
    transmit(canvas, staining, channel as 0 | 1 | 2, plane);
    blurPlane(plane, width, height, blur);
    for (let y = 0, pixel = 0; y < height; y++) {
      const rowLight = light.base + light.perRow * y;
      for (let x = 0; x < width; x++, pixel++) {
        const grain = 0.6 * noise.grain(x * 3 + grainX, y * 3 + grainY + 7 * channel);
        const value = plane[pixel]! * (rowLight + light.perColumn * x) + grain;
        data[3 * pixel + channel] = value < 0 ? 0 : value > 255 ? 255 : value + 0.5;
      }
    }
  }
  return { width, height, data };
}

/** One channel's intensity, 0..255, before the lens. */
function transmit(canvas: Canvas, staining: Staining, channel: 0 | 1 | 2, plane: Float32Array): void {
  const { haematoxylin, eosin } = canvas;
  const { thickness } = staining;
  const perH = staining.haematoxylin[channel] * staining.haematoxylinStrength * thickness * 1024;
  const perE = staining.eosin[channel] * staining.eosinStrength * thickness * 1024;
  const white = staining.white[channel];
  for (let i = 0; i < plane.length; i++) {
    const density = haematoxylin[i]! * perH + eosin[i]! * perE;
    plane[i] = white * TRANSMISSION[density > 4096 ? 4096 : density < 0 ? 0 : density | 0]!;
  }
}

const EVEN_LIGHT = { base: 1, perColumn: 0, perRow: 0 };

function drawLight(
  width: number,
  height: number,
  generator: Generator,
): { base: number; perColumn: number; perRow: number } {
  const acrossX = generator.normal(0, 0.012);
  const acrossY = generator.normal(0, 0.012);
  return { base: 1 - (acrossX + acrossY) / 2, perColumn: acrossX / width, perRow: acrossY / height };
}

/**
 * Blurs a plane in place by a Gaussian of `sigma` pixels: repeated passes of the kernel (a, 1-2a, a), whose variance
 * is 2a, along rows and columns, with the border repeated.
 */
function blurPlane(plane: Float32Array, width: number, height: number, sigma: number): void {
  let variance = Math.min(16, sigma * sigma);
  while (variance > 0.01) {
    const a = Math.min(0.25, variance / 2);
    variance -= 2 * a;
    for (let y = 0; y < height; y++) blurLine(plane, y * width, 1, width, a);
    blurColumns(plane, width, height, a);
  }
}

function blurLine(plane: Float32Array, start: number, step: number, count: number, a: number): void {
  let before = plane[start]!;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const here = plane[at]!;
    const after = i + 1 < count ? plane[at + step]! : here;
    plane[at] = here + a * (before - 2 * here + after);
    before = here;
  }
}

/** Columns, row by row: keeps to the order of memory. */
function blurColumns(plane: Float32Array, width: number, height: number, a: number): void {
  const before = plane.slice(0, width);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    const next = y + 1 < height ? row + width : row;
    for (let x = 0; x < width; x++) {
      const here = plane[row + x]!;
      const after = plane[next + x]!;
      plane[row + x] = here + a * (before[x]! - 2 * here + after);
      before[x] = here;
    }
  }
}
