// Stored samples to 8-bit RGB: grey and RGB of 8 or 16 bits, with or without alpha, each value rounded once. Only the
// window that is asked for is converted.
import type { PixelWindow } from "../../codec/index.ts";
import { toRgb } from "../../pixels/index.ts";

/** How the samples of one tile lie in memory. */
export interface SampleLayout {
  /** Pixels per row of the tile. */
  readonly rowPixels: number;
  /** Samples per pixel: 1 grey, 3 RGB, 4 RGB and one more. */
  readonly samples: number;
  readonly bits: 8 | 16;
  /** Of 16-bit samples. */
  readonly littleEndian: boolean;
  /** White is zero. */
  readonly inverted: boolean;
  /** What the fourth sample is. */
  readonly alpha: "straight" | "premultiplied" | "ignored";
}

/** RGB of a window of a tile. Never a view of `stored`. */
export function samplesToRgb(stored: Uint8Array, layout: SampleLayout, window: PixelWindow): Uint8Array {
  const bytesPerPixel = (layout.samples * layout.bits) / 8;
  if (layout.samples === 3 && layout.bits === 8 && !layout.inverted)
    return copyWindow(stored, layout.rowPixels, bytesPerPixel, window);
  const bytes = copyWindow(stored, layout.rowPixels, bytesPerPixel, window);
  const values = layout.bits === 16 ? sixteenBits(bytes, layout.littleEndian) : bytes;
  if (layout.samples === 1) return greyToRgb(values, layout.inverted);
  if (layout.samples === 3) return toRgb(values, 3);
  return withAlpha(values, layout.alpha);
}

/** Rows of a window out of rows of a tile. */
export function copyWindow(
  from: Uint8Array,
  rowPixels: number,
  bytesPerPixel: number,
  { left, top, width, height }: PixelWindow,
): Uint8Array {
  const stride = rowPixels * bytesPerPixel;
  if (left === 0 && width === rowPixels) return from.slice(top * stride, (top + height) * stride);
  const row = width * bytesPerPixel;
  const out = new Uint8Array(row * height);
  for (let y = 0, at = top * stride + left * bytesPerPixel; y < height; y++, at += stride)
    out.set(from.subarray(at, at + row), y * row);
  return out;
}

function sixteenBits(bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const values = new Uint16Array(bytes.length >> 1);
  const low = littleEndian ? 0 : 1;
  for (let k = 0, at = 0; k < values.length; k++, at += 2)
    values[k] = bytes[at + low]! | (bytes[at + 1 - low]! << 8);
  return values;
}

function greyToRgb(values: Uint8Array | Uint16Array, inverted: boolean): Uint8Array {
  const scale = values instanceof Uint16Array ? 257 : 1;
  const rgb = new Uint8Array(3 * values.length);
  for (let k = 0, to = 0; k < values.length; k++, to += 3) {
    const grey = Math.floor(values[k]! / scale + 0.5);
    rgb.fill(inverted ? 255 - grey : grey, to, to + 3);
  }
  return rgb;
}

function withAlpha(values: Uint8Array | Uint16Array, alpha: SampleLayout["alpha"]): Uint8Array {
  if (alpha === "straight") return toRgb(values, 4);
  const white = values instanceof Uint16Array ? 65_535 : 255;
  const rgb = new Uint8Array(3 * (values.length >> 2));
  for (let from = 0, to = 0; from < values.length; from += 4, to += 3) {
    const light = alpha === "premultiplied" ? white - values[from + 3]! : 0;
    for (let channel = 0; channel < 3; channel++)
      rgb[to + channel] = Math.floor((255 * Math.min(white, values[from + channel]! + light)) / white + 0.5);
  }
  return rgb;
}
