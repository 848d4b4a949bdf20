// LZW as TIFF has it: codes of 9 to 12 bits, most significant bit first, wider one code early. A code stands for a piece of
// the output that has been written already, so the table is two numbers per code and decoding is copying.
import { fail } from "../base/index.ts";
import { damaged } from "./damaged.ts";

const CLEAR = 256;
const END = 257;
const FIRST = 258;
const WIDEST = 4096;

/**
 * Decodes a TIFF LZW stream.
 *
 * @returns what the stream holds, at most `maxLength` bytes; fewer where it ends before.
 * @throws LowmagError `corrupt-data` for a code that cannot be and for more than `maxLength` bytes;
 *   `unsupported-format` for the old-style streams of writers before TIFF 6.
 */
export function decodeLzw(data: Uint8Array, maxLength: number, where: string): Uint8Array {
  if (data.length >= 2 && data[0] === 0 && (data[1]! & 1) === 1) throw oldStyle(where);
  const out = new Uint8Array(maxLength);
  return out.subarray(0, decodeInto(data, out, where));
}

/** Reads codes of a changing width. */
class CodeReader {
  readonly #data: Uint8Array;
  #at = 0;
  #buffer = 0;
  #held = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The next code; the end code where the data are over. */
  next(width: number): number {
    while (this.#held < width) {
      if (this.#at >= this.#data.length) return END;
      this.#buffer = ((this.#buffer << 8) | this.#data[this.#at++]!) & 0xffffff;
      this.#held += 8;
    }
    this.#held -= width;
    return (this.#buffer >> this.#held) & ((1 << width) - 1);
  }
}

function decodeInto(data: Uint8Array, out: Uint8Array, where: string): number {
  const reader = new CodeReader(data);
  const starts = new Uint32Array(WIDEST);
  const lengths = new Uint32Array(WIDEST);
  let [next, width, written] = [FIRST, 9, 0];
  // What the code before wrote; nothing after a clear code.
  let [lastStart, lastLength] = [0, 0];
  for (let code = reader.next(width); code !== END; code = reader.next(width)) {
    if (code === CLEAR) {
      next = FIRST;
      width = 9;
      lastLength = 0;
      continue;
    }
    // The code before, and the first byte of this one: it lies right behind in the output once this one is written.
    if (lastLength > 0 && next < WIDEST) {
      starts[next] = lastStart;
      lengths[next] = lastLength + 1;
      next++;
      if (next === (1 << width) - 1 && width < 12) width++;
    }
    if (code >= next) throw damaged(where, "a sound LZW stream", `the code ${code} before it is defined`);
    const length = code < CLEAR ? 1 : lengths[code]!;
    if (written + length > out.length)
      throw damaged(where, `an LZW stream of at most ${out.length} bytes`, "a longer one");
    if (code >= FIRST) copy(out, starts[code]!, written, length);
    else out[written] = code;
    lastStart = written;
    lastLength = length;
    written += length;
  }
  return written;
}

/** Copies forwards byte by byte, since a code may stand for a piece that it is itself about to finish. */
function copy(out: Uint8Array, from: number, to: number, length: number): void {
  for (let i = 0; i < length; i++) out[to + i] = out[from + i]!;
}

function oldStyle(where: string) {
  return fail("unsupported-format", {
    where,
    expected: "LZW as TIFF 6 defines it",
    got: "the old style with its bits the other way round",
    fix: "Convert the file, for example with `tiffcp -c lzw old.tif new.tif`.",
  });
}
