// The pixel size that a file states about itself: TIFF resolution tags, PNG pHYs, JPEG JFIF density.
// Most files carry a screen or printer default (72, 96, 300 dpi) that says nothing about tissue, so only values that
// a microscope could have produced are believed. EXIF resolution is not read: cameras write defaults there too.
import { isPlausibleMpp, MICROMETRES_PER, type PixelSize, pixelSizeFromDensity } from "../pixels/index.ts";
import type { ImageFormat } from "./format.ts";

/** Reads the pixel size stated in the file's header, or `null` when there is none worth believing. Never throws. */
export function statedPixelSize(bytes: Uint8Array, format: ImageFormat): PixelSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === "png") return plausible(fromPng(view));
    if (format === "jpeg") return plausible(fromJfif(view));
    if (format === "tiff") return plausible(fromTiff(view));
  } catch (error) {
    // A header that points outside the file states nothing; whether the pixels can be read is the decoder's question.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function plausible(size: PixelSize | null): PixelSize | null {
  return size !== null && isPlausibleMpp(size.x) && isPlausibleMpp(size.y) ? size : null;
}

/** PNG: chunk pHYs (pixels per unit x, y; unit 1 = metre), which stands before the first IDAT. */
function fromPng(view: DataView): PixelSize | null {
  for (let offset = 8; offset + 8 <= view.byteLength; ) {
    const length = view.getUint32(offset);
    const type = view.getUint32(offset + 4);
    if (type === 0x49444154) return null; // IDAT
    if (type === 0x70485973) {
      if (length !== 9 || view.getUint8(offset + 16) !== 1) return null;
      return perLength(MICROMETRES_PER.metre, view.getUint32(offset + 8), view.getUint32(offset + 12));
    }
    offset += 12 + length;
  }
  return null;
}

/** JPEG: the JFIF segment (APP0): unit 1 = per inch, 2 = per centimetre, 0 = an aspect ratio only. */
function fromJfif(view: DataView): PixelSize | null {
  for (let offset = 2; offset + 4 <= view.byteLength; ) {
    const marker = view.getUint16(offset);
    if (marker === 0xffda || marker < 0xff00) return null; // the scan begins, or not a marker
    const isJfif = marker === 0xffe0 && view.getUint32(offset + 4) === 0x4a464946;
    if (isJfif) {
      const unit = view.getUint8(offset + 11);
      if (unit !== 1 && unit !== 2) return null;
      const length = unit === 1 ? MICROMETRES_PER.inch : MICROMETRES_PER.centimetre;
      return perLength(length, view.getUint16(offset + 12), view.getUint16(offset + 14));
    }
    offset += 2 + view.getUint16(offset + 2);
  }
  return null;
}

const TAG_X_RESOLUTION = 282;
const TAG_Y_RESOLUTION = 283;
const TAG_RESOLUTION_UNIT = 296;

/** TIFF and BigTIFF: tags 282, 283 (RATIONAL) and 296 (2 = inch, 3 = centimetre, default inch) of the first page. */
function fromTiff(view: DataView): PixelSize | null {
  const little = view.getUint16(0) === 0x4949;
  const big = view.getUint16(2, little) === 43;
  const tags = new Map<number, number>();
  for (const entry of tiffEntries(view, little, big)) {
    const tag = view.getUint16(entry, little);
    const value = entry + (big ? 12 : 8);
    if (tag === TAG_RESOLUTION_UNIT) tags.set(tag, view.getUint16(value, little));
    // A RATIONAL is 8 bytes: inside the entry in BigTIFF, behind an offset in classic TIFF.
    if (tag === TAG_X_RESOLUTION || tag === TAG_Y_RESOLUTION) {
      const at = big ? value : view.getUint32(value, little);
      tags.set(tag, view.getUint32(at, little) / view.getUint32(at + 4, little));
    }
  }
  const unit = tags.get(TAG_RESOLUTION_UNIT) ?? 2;
  if (unit !== 2 && unit !== 3) return null;
  const length = unit === 2 ? MICROMETRES_PER.inch : MICROMETRES_PER.centimetre;
  return perLength(length, tags.get(TAG_X_RESOLUTION) ?? 0, tags.get(TAG_Y_RESOLUTION) ?? 0);
}

/** Offsets of the first directory's entries; at most 4096, more is no image. */
function tiffEntries(view: DataView, little: boolean, big: boolean): number[] {
  const first = big ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little);
  const count = big ? Number(view.getBigUint64(first, little)) : view.getUint16(first, little);
  const start = first + (big ? 8 : 2);
  const size = big ? 20 : 12;
  return Array.from({ length: Math.min(count, 4096) }, (_, i) => start + i * size);
}

function perLength(micrometres: number, pixelsX: number, pixelsY: number): PixelSize {
  return {
    x: pixelSizeFromDensity(micrometres, pixelsX),
    y: pixelSizeFromDensity(micrometres, pixelsY),
  };
}
