// What was read, kept in memory between epochs within a limit, least recently used out first.

/** A map from name to entry that never holds more than `limit` bytes. */
export class BoundedMemory<Entry> {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;
  readonly #bytesOf: (entry: Entry) => number;
  #bytes = 0;

  /** @param bytesOf the size of an entry, which must not change while it is held. */
  constructor(limit: number, bytesOf: (entry: Entry) => number) {
    this.#limit = limit;
    this.#bytesOf = bytesOf;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The entry, marked as just used; `null` when it is not held. */
  get(key: string): Entry | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  /** Keeps an entry, dropping the least recently used. One larger than the whole limit is not kept. */
  set(key: string, entry: Entry): void {
    const size = this.#bytesOf(entry);
    if (this.#entries.has(key) || size > this.#limit) return;
    for (const [oldest, held] of this.#entries) {
      if (this.#bytes + size <= this.#limit) break;
      this.#entries.delete(oldest);
      this.#bytes -= this.#bytesOf(held);
    }
    this.#entries.set(key, entry);
    this.#bytes += size;
  }
}
