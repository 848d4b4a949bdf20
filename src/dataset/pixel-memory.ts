// Pixels kept in memory between epochs, least recently used out first. They lie in shared memory, so that one copy
// serves all workers and the limit is the limit of the whole loader, not of each thread.
import type { RgbImage } from "../pixels/index.ts";

/** A map from name to pixels that never holds more than `limit` bytes. */
export class PixelMemory {
  readonly #entries = new Map<string, RgbImage>();
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of pixels held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The pixels, marked as just used; `null` when they are not held. */
  get(key: string): RgbImage | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Keeps pixels, dropping the least recently used. Pixels larger than the whole limit are not kept. */
  set(key: string, pixels: RgbImage): void {
    if (this.#entries.has(key) || pixels.data.length > this.#limit) return;
    for (const [oldest, { data }] of this.#entries) {
      if (this.#bytes + pixels.data.length <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#bytes -= data.length;
    }
    this.#entries.set(key, pixels);
    this.#bytes += pixels.data.length;
  }
}
