// How long the engine waits for data: the time in which no micro-batch is loaded although a worker has nothing to do.
// Waiting for the optimiser, or for the last micro-batch of a step, is not waiting for data.

/** Adds up waiting; times are milliseconds of `performance.now()`. */
export class WaitingClock {
  #running = 0;
  #starving = false;
  #since: number | null = null;
  #waited = 0;
  #firstRun: number | null = null;

  /** @param workers how many runs fill the engine. */
  constructor(
    readonly workers: number,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** When the first run began; `null` before. */
  get firstRunAt(): number | null {
    return this.#firstRun;
  }

  /** Milliseconds waited so far. */
  get waited(): number {
    return this.#waited + (this.#since === null ? 0 : this.now() - this.#since);
  }

  /** Notes that the loop has nothing to hand out until `data` is there. */
  async forData<T>(data: Promise<T>): Promise<T> {
    this.#set(this.#running, true);
    try {
      return await data;
    } finally {
      this.#set(this.#running, false);
    }
  }

  /** Notes that a worker is busy until `run` is over. */
  during<T>(run: Promise<T>): Promise<T> {
    this.#firstRun ??= this.now();
    this.#set(this.#running + 1, this.#starving);
    const over = () => this.#set(this.#running - 1, this.#starving);
    run.then(over, over);
    return run;
  }

  #set(running: number, starving: boolean): void {
    this.#running = running;
    this.#starving = starving;
    const waiting = starving && running < this.workers;
    if (waiting === (this.#since !== null)) return;
    const now = this.now();
    if (this.#since !== null) this.#waited += now - this.#since;
    this.#since = waiting ? now : null;
  }
}
