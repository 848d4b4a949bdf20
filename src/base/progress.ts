// Progress as data. The library reports what was done and how much there is; showing it is the command line's work.

/** One report of a long piece of work. */
export interface Progress {
  /** What is being done, for a person: "training teacher". */
  readonly activity: string;
  /** Units done and units in all. */
  readonly done: number;
  readonly total: number;
  /** Units of `done` that an earlier run did; they say nothing about the rate. Default 0. */
  readonly doneBefore?: number;
  /** What the units are, where they are few and large: "slides". Their rate is then told per minute. */
  readonly unit?: string;
  /** Seconds since the start, and the estimate of what remains (`null` before there is anything to go by). */
  readonly elapsedSeconds: number;
  readonly remainingSeconds: number | null;
  /** A short note shown behind the bar: "epoch 3/20 · loss 0.41". */
  readonly note?: string;
}

/** Receives reports; must be quick and must not throw. */
export type ProgressListener = (progress: Progress) => void;

/** Counts units of work and estimates the time that remains from the rate so far (resumed work is not counted as rate). */
export class ProgressMeter {
  readonly #started = performance.now();
  #done: number;
  readonly #resumedFrom: number;

  constructor(
    readonly activity: string,
    readonly total: number,
    readonly listener: ProgressListener | undefined,
    resumedFrom = 0,
  ) {
    this.#done = resumedFrom;
    this.#resumedFrom = resumedFrom;
  }

  /** Adds finished units and reports. */
  advance(units = 1, note?: string): void {
    this.#done += units;
    const elapsedSeconds = (performance.now() - this.#started) / 1000;
    const fresh = this.#done - this.#resumedFrom;
    const remainingSeconds = fresh > 0 ? (elapsedSeconds / fresh) * (this.total - this.#done) : null;
    this.listener?.({
      activity: this.activity,
      done: this.#done,
      total: this.total,
      elapsedSeconds,
      remainingSeconds,
      ...(note === undefined ? {} : { note }),
    });
  }
}
