// Colour jitter as it is defined, in plain float64 arithmetic stored as float32: what the kernel is held to.
import type { ColourJitter } from "../../src/pixels/index.ts";

// torchvision's luma weights (ITU-R BT.601, rounded).
const RED = 0.2989;
const GREEN = 0.587;
const BLUE = 0.114;

/** Applies the operations in their order, in place. `planes` is [3, H, W] with values in 0..1, and stays so. */
export function plainJitter(planes: Float32Array, jitter: ColourJitter): void {
  for (const operation of jitter.order) {
    const factor = jitter[operation];
    if (operation === "brightness" && factor !== 1) adjustBrightness(planes, factor);
    else if (operation === "contrast" && factor !== 1) adjustContrast(planes, factor);
    else if (operation === "saturation" && factor !== 1) adjustSaturation(planes, factor);
    else if (operation === "hue" && factor !== 0) adjustHue(planes, factor);
  }
}

/** v -> clamp(factor v). */
function adjustBrightness(planes: Float32Array, factor: number): void {
  for (let k = 0; k < planes.length; k++) planes[k] = clamp(factor * planes[k]!);
}

/** v -> clamp(factor v + (1 - factor) m), m the mean grey of the image as it is now. */
function adjustContrast(planes: Float32Array, factor: number): void {
  const offset = (1 - factor) * meanGrey(planes);
  for (let k = 0; k < planes.length; k++) planes[k] = clamp(factor * planes[k]! + offset);
}

/** v -> clamp(factor v + (1 - factor) g), g the grey of the pixel. */
function adjustSaturation(planes: Float32Array, factor: number): void {
  const pixels = planes.length / 3;
  const rest = 1 - factor;
  for (let p = 0, q = pixels, s = 2 * pixels; p < pixels; p++, q++, s++) {
    const red = planes[p]!;
    const green = planes[q]!;
    const blue = planes[s]!;
    const grey = rest * (RED * red + GREEN * green + BLUE * blue);
    planes[p] = clamp(factor * red + grey);
    planes[q] = clamp(factor * green + grey);
    planes[s] = clamp(factor * blue + grey);
  }
}

/**
 * Turns the hue by `factor` of the circle. Equal to torchvision's RGB -> HSV -> RGB, written without cases on the way
 * back: with h in sixths, v the largest channel and c the chroma (v - smallest), the channel at angle n is
 * v - c clamp(min(k, 4 - k), 0, 1), k = (n + h) mod 6, n = 5, 3, 1 for red, green, blue.
 */
function adjustHue(planes: Float32Array, factor: number): void {
  const pixels = planes.length / 3;
  const turn = 6 * factor + 6;
  for (let p = 0, q = pixels, s = 2 * pixels; p < pixels; p++, q++, s++) {
    const red = planes[p]!;
    const green = planes[q]!;
    const blue = planes[s]!;
    const largest = Math.max(red, green, blue);
    const smallest = Math.min(red, green, blue);
    const chroma = largest - smallest;
    if (chroma === 0) continue; // grey has no hue
    let sixths =
      turn +
      (largest === red
        ? (green - blue) / chroma
        : largest === green
          ? 2 + (blue - red) / chroma
          : 4 + (red - green) / chroma);
    sixths -= sixths >= 12 ? 12 : sixths >= 6 ? 6 : 0;
    planes[p] = largest - chroma * share(5 + sixths);
    planes[q] = largest - chroma * share(3 + sixths);
    planes[s] = largest - chroma * share(1 + sixths);
  }
}

/** clamp(min(k, 4 - k), 0, 1) for k taken modulo 6, k in [0, 12). */
function share(k: number): number {
  const wrapped = k >= 6 ? k - 6 : k;
  const tent = wrapped < 2 ? wrapped : 4 - wrapped;
  return Math.max(0, Math.min(1, tent));
}

/** Mean over the image of the grey value, summed in float64. */
function meanGrey(planes: Float32Array): number {
  const pixels = planes.length / 3;
  let sum = 0;
  for (let p = 0, q = pixels, s = 2 * pixels; p < pixels; p++, q++, s++)
    sum += RED * planes[p]! + GREEN * planes[q]! + BLUE * planes[s]!;
  return sum / pixels;
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value));
}
