// Progress over the trainings of a study, each weighed by what it is estimated to cost, so that the time that remains is
// told over the whole study and not by the number of cheap runs.
import type { ProgressListener } from "../../base/index.ts";
import type { PlannedRun } from "../../study/index.ts";

/** Adds up how far the runs are. */
export class StudyProgress {
  readonly #listener: ProgressListener | undefined;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #fractions = new Map<string, number>();
  /** Where each run stood when this call first heard of it: what was done before says nothing about its pace. */
  readonly #resumed = new Map<string, number>();
  readonly #ended = new Set<string>();
  readonly #started = performance.now();

  constructor(runs: readonly PlannedRun[], listener: ProgressListener | undefined) {
    this.#listener = listener;
    const known = runs.every(({ cost }) => cost.seconds !== null);
    this.#weights = new Map(runs.map(({ key, cost }) => [key, (known ? cost.seconds! : cost.macs) || 1]));
  }

  /** A run is so far, 0 to 1. */
  update({ key, name }: PlannedRun, fraction: number, note: string): void {
    if (!this.#resumed.has(key)) this.#resumed.set(key, fraction);
    this.#fractions.set(key, fraction);
    this.#report(`${name} ${note}`);
  }

  /** A run has ended: it was trained, or there is nothing (more) to do for it. */
  end({ key, name }: PlannedRun, trained: boolean): void {
    if (!trained) this.#resumed.set(key, 1);
    this.#fractions.set(key, 1);
    this.#ended.add(key);
    this.#report(name);
  }

  #report(note: string): void {
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    const all = this.#sum(() => 1);
    const done = this.#sum((key) => this.#fractions.get(key) ?? 0);
    const fresh = done - this.#sum((key) => this.#resumed.get(key) ?? 0);
    this.#listener?.({
      activity: "study",
      done: done / all,
      total: 1,
      elapsedSeconds,
      remainingSeconds: fresh > 0.002 * all ? (elapsedSeconds / fresh) * (all - done) : null,
      note: `${this.#ended.size} of ${this.#weights.size} runs · ${note}`,
    });
  }

  #sum(share: (key: string) => number): number {
    let sum = 0;
    for (const [key, weight] of this.#weights) sum += weight * share(key);
    return sum;
  }
}
