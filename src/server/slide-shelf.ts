// The slides that a process keeps open: the ones asked for last, as many as their memory allows.
import type { SlidePixels } from "../slide/index.ts";

/** Bytes of decoded tiles that one open slide keeps. */
export const SLIDE_CACHE_BYTES = 24 * 2 ** 20;
/** What open slides of a process may weigh together; one is kept whatever it weighs. */
const SHELF_BYTES = 384 * 2 ** 20;

interface Shelved {
  readonly pixels: SlidePixels;
  readonly bytes: number;
}

/** Open slides, the least recently used in front. */
export class SlideShelf {
  readonly #slides = new Map<string, Shelved>();

  /** The open slide of a key, opened by `open` where it is not there yet. */
  async take(key: string, open: () => Promise<SlidePixels>): Promise<SlidePixels> {
    const there = this.#slides.get(key);
    if (there !== undefined) {
      this.#slides.delete(key);
      this.#slides.set(key, there);
      return there.pixels;
    }
    const pixels = await open();
    this.#slides.set(key, { pixels, bytes: weightOf(pixels) });
    await this.#makeRoom();
    return pixels;
  }

  /** Closes a slide and forgets it. */
  async drop(key: string): Promise<void> {
    const there = this.#slides.get(key);
    this.#slides.delete(key);
    await there?.pixels.slide.close();
  }

  async #makeRoom(): Promise<void> {
    const bytes = () => [...this.#slides.values()].reduce((sum, slide) => sum + slide.bytes, 0);
    while (this.#slides.size > 1 && bytes() > SHELF_BYTES) {
      const [oldest] = this.#slides.keys();
      await this.drop(oldest!);
    }
  }
}

/** An ordinary image is kept decoded as a whole; of slides, tiles and the overview are. */
function weightOf({ slide, plan }: SlidePixels): number {
  const whole = slide.format === "image" ? 3 * plan.width * plan.height : 0;
  return whole + SLIDE_CACHE_BYTES + 4 * 2 ** 20;
}
