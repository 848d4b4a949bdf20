// A limit on work whose amount a file decides. Shared by all regions of a file, so that many small ones cannot do what
// one large one may not.

/** Counts down; once spent, it stays spent. */
export class Effort {
  #left: number;

  /** @param steps elementary steps (a few ns each). */
  constructor(steps: number) {
    this.#left = steps;
  }

  get spent(): boolean {
    return this.#left < 0;
  }

  /** Takes steps; false when there are not enough. */
  take(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}

/** Steps for checking one file: about a second. */
export const CHECK_STEPS = 200_000_000;
