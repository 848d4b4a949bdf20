// A class-activation map as a picture, in the colours of the legend.
import type { SlideOverlay } from "../../src/classify/index.ts";

/** Colours of the scale from 0 to 1. */
const STOPS = [
  [255, 247, 188],
  [254, 217, 118],
  [253, 141, 60],
  [227, 26, 28],
  [128, 0, 38],
] as const;

/** The colour of a probability. @param value 0 to 1 */
export function heatColour(value: number): readonly [number, number, number] {
  const at = Math.min(1, Math.max(0, value)) * (STOPS.length - 1);
  const index = Math.min(STOPS.length - 2, Math.floor(at));
  const [low, high] = [STOPS[index]!, STOPS[index + 1]!];
  const mix = (channel: 0 | 1 | 2) =>
    Math.round(low[channel] + (at - index) * (high[channel] - low[channel]));
  return [mix(0), mix(1), mix(2)];
}

/** The cells of a class inside `box`, nearest cell to each pixel, as RGBA; transparent outside covered cells. */
export function heatPicture(
  overlay: SlideOverlay,
  classIndex: number,
  box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  size: { readonly width: number; readonly height: number },
): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(4 * size.width * size.height);
  for (const map of overlay.maps) {
    for (let y = 0; y < size.height; y++) {
      const row = Math.floor((box.top + ((y + 0.5) / size.height) * box.height - map.top) / map.cellHeight);
      if (row < 0 || row >= map.rows) continue;
      for (let x = 0; x < size.width; x++) {
        const column = Math.floor(
          (box.left + ((x + 0.5) / size.width) * box.width - map.left) / map.cellWidth,
        );
        if (column < 0 || column >= map.columns) continue;
        const cell = row * map.columns + column;
        if (map.covered[cell] !== 1) continue;
        const value = map.values[classIndex * map.columns * map.rows + cell] ?? 0;
        pixels.set([...heatColour(value / 255), 255], 4 * (y * size.width + x));
      }
    }
  }
  return pixels;
}
