// The slides that are still to be done, in their order; those that another program has in hand are asked for again.
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds between two looks at a slide that another program has in hand. */
const POLL_MS = 500;

/** A queue whose jobs may be put back. */
export class SlideQueue<Job> {
  readonly #fresh: Job[];
  readonly #later: Job[] = [];
  readonly #signal: AbortSignal;

  constructor(jobs: readonly Job[], signal: AbortSignal) {
    this.#fresh = [...jobs];
    this.#signal = signal;
  }

  /** The next job; one that was put back only after a while; `null` when nothing is left. */
  async next(): Promise<Job | null> {
    const fresh = this.#fresh.shift();
    if (fresh !== undefined) return fresh;
    if (this.#later.length === 0) return null;
    // Whoever stops us finds out at the next step.
    await sleep(POLL_MS, undefined, { signal: this.#signal }).catch(() => undefined);
    return this.#later.shift() ?? null;
  }

  /** Puts a job back. */
  later(job: Job): void {
    this.#later.push(job);
  }
}
