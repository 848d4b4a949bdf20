// TIFF's horizontal predictor (tag 317, value 2): samples are stored as differences to the pixel on their left.
import { fail } from "../base/index.ts";
import { damaged } from "./damaged.ts";

/**
 * Turns differences back into samples, in place.
 *
 * @param bytes at least `height` rows of `width` pixels, samples interleaved.
 * @param bitsPerSample 8 or 16.
 * @param littleEndian the byte order of 16-bit samples.
 * @throws LowmagError `unsupported-format` for other widths of samples; `corrupt-data` for too few bytes.
 */
export function undoPredictor(
  bytes: Uint8Array,
  width: number,
  height: number,
  samplesPerPixel: number,
  bitsPerSample: number,
  littleEndian = true,
): void {
  if (bitsPerSample !== 8 && bitsPerSample !== 16) throw unsupported(bitsPerSample);
  const row = width * samplesPerPixel * (bitsPerSample / 8);
  if (bytes.length < row * height)
    throw damaged("TIFF predictor", `${row * height} bytes of samples`, `${bytes.length}`);
  for (let y = 0; y < height; y++) {
    if (bitsPerSample === 8) undo8(bytes, y * row, row, samplesPerPixel);
    else undo16(bytes, y * row, row, samplesPerPixel, littleEndian);
  }
}

function undo8(bytes: Uint8Array, start: number, length: number, step: number): void {
  const end = start + length;
  if (step === 3) {
    undoRgb(bytes, start, end);
    return;
  }
  for (let i = start + step; i < end; i++) bytes[i] = bytes[i]! + bytes[i - step]!;
}

/** The common case with its running sums in registers. */
function undoRgb(bytes: Uint8Array, start: number, end: number): void {
  let [red, green, blue] = [0, 0, 0];
  for (let i = start; i < end; i += 3) {
    red = (red + bytes[i]!) & 255;
    green = (green + bytes[i + 1]!) & 255;
    blue = (blue + bytes[i + 2]!) & 255;
    bytes[i] = red;
    bytes[i + 1] = green;
    bytes[i + 2] = blue;
  }
}

function undo16(bytes: Uint8Array, start: number, length: number, samples: number, little: boolean): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, length);
  const step = 2 * samples;
  for (let i = step; i < length; i += 2)
    view.setUint16(i, view.getUint16(i, little) + view.getUint16(i - step, little), little);
}

function unsupported(bitsPerSample: number) {
  return fail("unsupported-format", {
    where: "TIFF predictor",
    expected: "samples of 8 or 16 bits",
    got: `${bitsPerSample} bits`,
  });
}
