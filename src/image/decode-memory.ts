// How much memory decoding a picture takes, told from its header: a small file can hold very many pixels.
import type { Metadata } from "sharp";

/**
 * Bytes that decoding takes at its peak, besides the file itself. Measured with libvips 8.18 on pictures of 11,500 x
 * 11,500: baseline JPEG and PNG 3.1 bytes a pixel, progressive JPEG (4:2:0) 5.9, WebP 7.7, PNG of 16 bits with alpha 10.6.
 */
export function decodeMemory(metadata: Metadata): number {
  const { width, height, channels, depth, format, isProgressive } = metadata;
  const bytes = depth === "ushort" ? 2 : 1;
  const colours = channels < 3 ? channels + 2 : channels;
  const samples = colours * bytes;
  const rgb = samples === 3 ? 0 : 3;
  return width * height * (samples + rgb + decoderBytes(format, isProgressive === true, channels * bytes));
}

/** What the decoder holds of each pixel, where it cannot go row by row. */
function decoderBytes(format: string, progressive: boolean, stored: number): number {
  if (format === "webp") return 5;
  if (!progressive) return 0;
  return format === "jpeg" ? 2 * stored : stored;
}
