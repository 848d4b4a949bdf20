// Progress over many slides of different sizes: each counts by its bytes, so that the time that remains is not told by
// the number of small ones alone.
import type { ProgressListener } from "../base/index.ts";

/** Adds up how far the slides are. */
export class SlidesProgress {
  readonly #listener: ProgressListener | undefined;
  readonly #activity: string;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #fractions = new Map<string, number>();
  readonly #total: number;
  readonly #started = performance.now();
  readonly #kept: number;
  #finished: number;

  /** @param weights bytes of the slides that are to be done, by name. */
  constructor(
    activity: string,
    weights: ReadonlyMap<string, number>,
    kept: number,
    listener: ProgressListener | undefined,
  ) {
    this.#activity = activity;
    this.#weights = weights;
    this.#listener = listener;
    this.#kept = kept;
    this.#finished = kept;
    this.#total = kept + weights.size;
  }

  /** A slide is so far, 0 to 1. */
  update(slide: string, fraction: number, note: string): void {
    this.#fractions.set(slide, fraction);
    this.#report(note);
  }

  /** A slide has ended, well or not. */
  finish(slide: string): void {
    this.#fractions.set(slide, 1);
    this.#finished++;
    this.#report(slide);
  }

  #report(note: string): void {
    let done = 0;
    let all = 0;
    for (const [slide, weight] of this.#weights) {
      done += weight * (this.#fractions.get(slide) ?? 0);
      all += weight;
    }
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    this.#listener?.({
      activity: this.#activity,
      done: this.#finished,
      total: this.#total,
      doneBefore: this.#kept,
      unit: "slides",
      elapsedSeconds,
      remainingSeconds: done > 0.01 * all ? (elapsedSeconds / done) * (all - done) : null,
      note,
    });
  }
}
