// Encoding and writing beside reading: a few small images may be on their way to the disk while the next is read. Large
// ones go alone, so that memory holds one of them at a time.

/** Images on their way at most. */
const MOST_IMAGES = 4;
/** Their pixels at most, with the one that is being read. */
const MOST_PIXELS = 8e6;

/** Size of an image in pixels. */
interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Work that has begun and not ended. */
export class PendingFiles {
  readonly #pending = new Map<Promise<void>, number>();
  #failure: { readonly error: unknown } | null = null;

  /** Waits until there is room for one more image; throws what earlier work threw. */
  async room({ width, height }: ImageSize): Promise<void> {
    const pixels = width * height;
    while (
      this.#pending.size > 0 &&
      (this.#pending.size >= MOST_IMAGES || this.#pixels() + pixels > MOST_PIXELS)
    )
      await Promise.race(this.#pending.keys());
    this.#rethrow();
  }

  add({ width, height }: ImageSize, work: () => Promise<void>): void {
    const running: Promise<void> = work()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#pending.delete(running));
    this.#pending.set(running, width * height);
  }

  /** Waits for the rest; throws what any of it threw. */
  async all(): Promise<void> {
    await Promise.all(this.#pending.keys());
    this.#rethrow();
  }

  #pixels(): number {
    let sum = 0;
    for (const pixels of this.#pending.values()) sum += pixels;
    return sum;
  }

  #rethrow(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}
