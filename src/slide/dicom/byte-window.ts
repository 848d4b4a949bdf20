// A window onto a file for a parser that walks forward: what lies in the window is read without waiting, and what is
// stepped over is never read at all.

import { damaged } from "../errors.ts";
import type { ByteSource } from "../types.ts";

/** Bytes fetched at once. */
const CHUNK = 256 * 1024;

/** Numbers at absolute offsets of a little-endian file. Call `load` before reading what `has` denies. */
export class ByteWindow {
  #start = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(readonly source: ByteSource) {}

  has(at: number, length: number): boolean {
    return at >= this.#start && at + length <= this.#start + this.#bytes.length;
  }

  /** Moves the window to begin at `at`. Throws `corrupt-data` when the file ends before `at + length`. */
  async load(at: number, length: number): Promise<void> {
    const { size, name } = this.source;
    if (!(at >= 0 && at + length <= size))
      throw damaged(name, `the file to hold ${at + length} bytes`, `${size}: it is truncated`);
    const bytes = await this.source.read(at, Math.min(Math.max(length, CHUNK), size - at));
    this.#start = at;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint16(at: number): number {
    return this.#view.getUint16(at - this.#start, true);
  }

  uint32(at: number): number {
    return this.#view.getUint32(at - this.#start, true);
  }

  /** A tag: two 16-bit halves. */
  tag(at: number): number {
    return this.uint16(at) * 65_536 + this.uint16(at + 2);
  }

  /** A copy. */
  bytes(at: number, length: number): Uint8Array {
    return this.#bytes.slice(at - this.#start, at - this.#start + length);
  }
}
