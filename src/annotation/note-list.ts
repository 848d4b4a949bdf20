// Notes that a file could make endless: the first few of each kind are kept in full, the rest are counted.

const SHOWN = 10;

/** Collects notes on one file. */
export class NoteList {
  readonly #file: string;
  readonly #kinds = new Map<string, { shown: string[]; more: number }>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Adds a note without the file's name and without a full stop. */
  add(kind: string, note: string): void {
    const list = this.#kinds.get(kind) ?? { shown: [], more: 0 };
    this.#kinds.set(kind, list);
    if (list.shown.length < SHOWN) list.shown.push(note);
    else list.more++;
  }

  /** The notes with the file's name. */
  sentences(): string[] {
    return [...this.#kinds].flatMap(([kind, { shown, more }]) => [
      ...shown.map((note) => `${this.#file}: ${note}`),
      ...(more === 0 ? [] : [`${this.#file}: ${more} more of this kind (${kind})`]),
    ]);
  }
}
