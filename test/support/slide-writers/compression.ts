// Compressors of TIFF tiles that no package offers, written for the tests: LZW, PackBits, the horizontal predictor.
// They are the inverse of nothing in src: the reader's decoders were written from the specification by others.

/** TIFF LZW (most significant bit first, early change), TIFF 6.0 section 13. */
export function encodeLzw(data: Uint8Array): Uint8Array {
  const bits = new BitWriter();
  let table = new Map<number, number>();
  let next = 258;
  let width = 9;
  const clear = () => {
    bits.write(256, width);
    table = new Map();
    next = 258;
    width = 9;
  };
  clear();
  let prefix = -1;
  for (const byte of data) {
    const known = prefix < 0 ? byte : table.get(prefix * 256 + byte);
    if (known !== undefined) {
      prefix = known;
      continue;
    }
    bits.write(prefix, width);
    table.set(prefix * 256 + byte, next++);
    // The reader is one entry behind, so for it this is the "early change" of the specification.
    if (next === 512 || next === 1024 || next === 2048) width++;
    if (next === 4094) clear();
    prefix = byte;
  }
  if (prefix >= 0) {
    bits.write(prefix, width);
    if (next + 1 === 512 || next + 1 === 1024 || next + 1 === 2048) width++;
  }
  bits.write(257, width);
  return bits.finish();
}

class BitWriter {
  readonly #bytes: number[] = [];
  #held = 0;
  #count = 0;

  write(value: number, width: number): void {
    this.#held = (this.#held << width) | value;
    this.#count += width;
    while (this.#count >= 8) {
      this.#count -= 8;
      this.#bytes.push((this.#held >> this.#count) & 0xff);
    }
    this.#held &= (1 << this.#count) - 1;
  }

  finish(): Uint8Array {
    if (this.#count > 0) this.#bytes.push((this.#held << (8 - this.#count)) & 0xff);
    return Uint8Array.from(this.#bytes);
  }
}

/** PackBits, TIFF 6.0 section 9; rows are packed one by one, as the specification wants. */
export function encodePackBits(data: Uint8Array, rowBytes: number): Uint8Array {
  const out: number[] = [];
  for (let row = 0; row < data.length; row += rowBytes) packRow(data.subarray(row, row + rowBytes), out);
  return Uint8Array.from(out);
}

function packRow(row: Uint8Array, out: number[]): void {
  for (let at = 0; at < row.length; ) {
    const run = runLength(row, at);
    if (run >= 3) {
      out.push(257 - run, row[at]!);
      at += run;
      continue;
    }
    let end = at;
    while (end < row.length && end - at < 128 && runLength(row, end) < 3) end++;
    out.push(end - at - 1, ...row.subarray(at, end));
    at = end;
  }
}

function runLength(row: Uint8Array, at: number): number {
  let end = at + 1;
  while (end < row.length && end - at < 128 && row[end] === row[at]) end++;
  return end - at;
}

/** Horizontal differencing (predictor 2) of 8-bit samples or of 16-bit samples in either byte order. */
export function predict(
  data: Uint8Array,
  layout: {
    readonly width: number;
    readonly samples: number;
    readonly bits: 8 | 16;
    readonly bigEndian?: boolean;
  },
): Uint8Array {
  const { width, samples, bits, bigEndian = false } = layout;
  const out = data.slice();
  const view = new DataView(out.buffer);
  const size = bits / 8;
  const get = (i: number) => (size === 1 ? view.getUint8(i) : view.getUint16(2 * i, !bigEndian));
  const set = (i: number, value: number) =>
    size === 1 ? view.setUint8(i, value & 0xff) : view.setUint16(2 * i, value & 0xffff, !bigEndian);
  const perRow = width * samples;
  for (let row = 0; row < out.length / size; row += perRow)
    for (let i = row + perRow - 1; i >= row + samples; i--) set(i, get(i) - get(i - samples));
  return out;
}
