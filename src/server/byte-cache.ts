// Encoded pictures that were asked for lately, as many as a number of bytes allows.

/** A cache of bytes by key, the least recently used in front. */
export class ByteCache {
  readonly #kept = new Map<string, Uint8Array>();
  readonly #most: number;
  #bytes = 0;

  /** @param most bytes to keep; 0 keeps nothing. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Bytes kept now. */
  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): Uint8Array | undefined {
    const there = this.#kept.get(key);
    if (there === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, there);
    return there;
  }

  set(key: string, bytes: Uint8Array): void {
    this.#drop(key);
    if (bytes.length > this.#most) return;
    this.#kept.set(key, bytes);
    this.#bytes += bytes.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.length ?? 0;
    this.#kept.delete(key);
  }
}
