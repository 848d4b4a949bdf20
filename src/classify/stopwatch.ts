// Seconds by what they were spent on.
import type { SlideSeconds } from "./types.ts";

/** What a part of the work counts as. */
export type Activity = "reading" | "finding" | "computing";

/** Adds up the seconds of one slide. */
export class Stopwatch {
  readonly #spent: Record<Activity, number> = { reading: 0, finding: 0, computing: 0 };
  readonly #started: number;

  /** @param now seconds of a clock that never goes back. */
  constructor(readonly now: () => number) {
    this.#started = now();
  }

  /** Does work and counts its seconds. */
  async time<T>(activity: Activity, work: () => T | Promise<T>): Promise<T> {
    const begun = this.now();
    try {
      return await work();
    } finally {
      this.#spent[activity] += this.now() - begun;
    }
  }

  /** What was spent so far; writing comes after. @param opening seconds before this watch was started. */
  seconds(opening: number): SlideSeconds {
    return { opening, ...this.#spent, writing: 0, total: opening + this.now() - this.#started };
  }
}
