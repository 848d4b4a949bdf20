// The pixel size that a file states about itself: PNG pHYs, JPEG JFIF density.
// Most files carry a screen or printer default (72, 96, 300 dpi) that says nothing about tissue, so only values that
// a microscope could have produced are believed. EXIF resolution is not read: cameras write defaults there too.

import type { ImageFormat } from "./image-format.ts";
import {
  isPlausibleMpp,
  isSquarish,
  MICROMETRES_PER,
  type PixelSize,
  pixelSizeFromDensity,
} from "./pixel-size.ts";

/** Reads the pixel size stated in the file's header, or `null` when there is none worth believing. Never throws. */
export function statedPixelSize(bytes: Uint8Array, format: ImageFormat): PixelSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (format === "png") return plausible(fromPng(view));
    if (format === "jpeg") return plausible(fromJfif(view));
  } catch (error) {
    // A header that points outside the file states nothing; whether the pixels can be read is the decoder's question.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

function plausible(size: PixelSize | null): PixelSize | null {
  return size !== null && isPlausibleMpp(size.x) && isPlausibleMpp(size.y) && isSquarish(size) ? size : null;
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

function perLength(micrometres: number, pixelsX: number, pixelsY: number): PixelSize {
  return {
    x: pixelSizeFromDensity(micrometres, pixelsX),
    y: pixelSizeFromDensity(micrometres, pixelsY),
  };
}
