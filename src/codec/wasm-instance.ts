// One running copy of the decoder module (wasm/): streams in, pixels out. A copy that failed, or that has grown large for one
// big image, is thrown away and made anew from the compiled module, so that no damage and no memory outlives a decode.
import { fail, type LowmagError, type WasmModule, webAssembly } from "../base/index.ts";
import { damaged } from "./damaged.ts";

/** The compiled decoder module: shared by all decoders of a process. */
export type DecoderModule = WasmModule;

/** What the decoder module exports. Sizes in bytes, offsets into its memory. */
export interface DecoderExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  stream_space(size: number): number;
  decode_jpeg(
    tables: number,
    size: number,
    colour: number,
    frameWidth: number,
    frameHeight: number,
    left: number,
    top: number,
    width: number,
    height: number,
  ): number;
  decode_jpeg2000(
    size: number,
    ycbcr: number,
    frameWidth: number,
    frameHeight: number,
    left: number,
    top: number,
    width: number,
    height: number,
  ): number;
}

/** A copy whose memory has grown beyond this is not kept, bytes. */
const LARGEST_KEPT = 48 * 2 ** 20;

/** Compiles the decoder module from the bytes of its file. */
export function compileDecoders(bytes: Uint8Array): DecoderModule {
  return new (webAssembly().Module)(bytes);
}

/** The decoder's own words for why it gave up. */
class DecoderMessage extends Error {}

/** Runs decodes on a copy of the module, made when first needed. */
export class WasmInstance {
  readonly #module: DecoderModule;
  #exports: DecoderExports | undefined;

  constructor(module: DecoderModule) {
    this.#module = module;
  }

  /**
   * Puts the parts of a stream one after the other into the decoder's memory, runs `decode`, and copies `length` bytes
   * from where it says, to `into` or to a new buffer.
   *
   * @param what for errors: "JPEG stream".
   * @throws LowmagError `corrupt-data` in the decoder's words; `unsupported-format` for what needs too much memory.
   */
  run(
    parts: readonly Uint8Array[],
    length: number,
    decode: (exports: DecoderExports) => number,
    where: string,
    what: string,
    into?: Uint8Array,
  ): Uint8Array {
    try {
      this.#exports ??= start(this.#module);
      const exports = this.#exports;
      place(exports, parts);
      const at = decode(exports);
      const pixels = copyOut(exports.memory.buffer, at, length, into);
      if (exports.memory.buffer.byteLength > LARGEST_KEPT) this.#exports = undefined;
      return pixels;
    } catch (error) {
      this.#exports = undefined;
      throw explained(error, where, what);
    }
  }
}

function explained(error: unknown, where: string, what: string): LowmagError {
  const message = error instanceof DecoderMessage ? error.message : "";
  if (/not enough memory|insufficient memory/i.test(message))
    return fail("unsupported-format", {
      where,
      expected: `a ${what} that can be decoded in 256 MB`,
      got: "a larger one",
      fix: "Convert the slide to smaller tiles, for example with `vips tiffsave --tile --pyramid`.",
      cause: error,
    });
  const got = message === "" ? "one that the decoder cannot finish" : `"${message}"`;
  return damaged(where, `a sound ${what}`, got, error);
}

function copyOut(memory: ArrayBuffer, at: number, length: number, into: Uint8Array | undefined): Uint8Array {
  // A slice of the buffer, not of an array over it: that one is filled with zeros first.
  if (into === undefined) return new Uint8Array(memory.slice(at, at + length));
  into.set(new Uint8Array(memory, at, length));
  return into;
}

function place(exports: DecoderExports, parts: readonly Uint8Array[]): void {
  let at = exports.stream_space(parts.reduce((sum, { length }) => sum + length, 0));
  const memory = new Uint8Array(exports.memory.buffer);
  for (const part of parts) {
    memory.set(part, at);
    at += part.length;
  }
}

function start(module: DecoderModule): DecoderExports {
  const give = (message = 0, values = 0) => {
    throw new DecoderMessage(formatted(exports.memory.buffer, message, values));
  };
  const exports = new (webAssembly().Instance)(module, { lowmag: { fail: give } })
    .exports as DecoderExports & {
    _initialize(): void;
  };
  exports._initialize();
  return exports;
}

/** A printf format with its arguments as they lie in memory: every one takes four bytes here. */
function formatted(memory: ArrayBuffer, format: number, values: number): string {
  const view = new DataView(memory);
  let at = values;
  return text(memory, format)
    .replace(/%[-+ #0]*\d*(?:\.\d+)?(?:[hlz]*)([duxXcs])/g, (_, kind: string) => {
      const value = at === 0 ? 0 : view.getInt32(at, true);
      if (at !== 0) at += 4;
      if (kind === "s") return at === 0 ? "" : text(memory, value >>> 0);
      if (kind === "c") return String.fromCharCode(value & 0xff);
      if (kind === "d") return `${value}`;
      return (value >>> 0).toString(kind === "u" ? 10 : 16);
    })
    .trim();
}

/** A text of C, at most 200 characters of it. */
function text(memory: ArrayBuffer, at: number): string {
  const bytes = new Uint8Array(memory, at, Math.min(200, memory.byteLength - at));
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end));
}
