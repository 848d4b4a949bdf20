// Runs a graph of tasks: at most so many at a time, within a memory, the longest path first. A failure skips what needs
// the failed task and nothing else. It knows nothing of trainings; what a task does is the caller's.
import { fail, throwIfCancelled } from "../base/index.ts";
import { longestPaths, mayStart } from "./schedule-order.ts";
import type {
  ExecuteTask,
  ScheduledTask,
  ScheduleEvent,
  ScheduleOptions,
  TaskOutcome,
} from "./schedule-types.ts";

/**
 * Runs all tasks and resolves when every one is settled; it does not reject for a failed or cancelled task.
 *
 * @throws LowmagError `invalid-argument` for a task that needs an unknown one or itself, or for two with one key.
 */
export async function runSchedule(
  tasks: readonly ScheduledTask[],
  execute: ExecuteTask,
  options: ScheduleOptions,
): Promise<ReadonlyMap<string, TaskOutcome>> {
  if (!(Number.isInteger(options.jobs) && options.jobs >= 1))
    throw fail("invalid-argument", {
      where: "schedule",
      expected: "`jobs` of at least 1",
      got: `${options.jobs}`,
    });
  return await new Schedule(tasks, execute, options).run();
}

class Schedule {
  readonly #tasks: ReadonlyMap<string, ScheduledTask>;
  /** In the order in which they should begin. */
  readonly #waiting: ScheduledTask[];
  readonly #running = new Map<string, Promise<void>>();
  readonly #shares = new Map<string, number>();
  readonly #outcomes = new Map<string, TaskOutcome>();
  readonly #started: number;

  constructor(
    tasks: readonly ScheduledTask[],
    readonly execute: ExecuteTask,
    readonly options: ScheduleOptions,
  ) {
    const paths = longestPaths(tasks);
    this.#tasks = new Map(tasks.map((task) => [task.key, task]));
    this.#waiting = [...tasks].sort((a, b) => paths.get(b.key)! - paths.get(a.key)!);
    this.#started = this.#now();
  }

  async run(): Promise<ReadonlyMap<string, TaskOutcome>> {
    for (;;) {
      this.#settleWhatCannotRun();
      this.#start();
      if (this.#running.size === 0) break;
      await Promise.race(this.#running.values());
    }
    return this.#outcomes;
  }

  /** Skips what needs a failed task; once the signal has fired, cancels all that wait. */
  #settleWhatCannotRun(): void {
    for (let again = true; again; ) {
      again = false;
      for (const task of [...this.#waiting]) {
        const outcome = this.#hopeless(task);
        if (outcome === null) continue;
        this.#waiting.splice(this.#waiting.indexOf(task), 1);
        this.#settle(task.key, outcome);
        again = true;
      }
    }
  }

  #hopeless({ needs }: ScheduledTask): TaskOutcome | null {
    for (const need of needs) {
      const outcome = this.#outcomes.get(need);
      if (outcome?.state === "failed") return { state: "skipped", because: need };
      if (outcome?.state === "skipped") return outcome;
    }
    return this.options.signal?.aborted ? { state: "cancelled" } : null;
  }

  #start(): void {
    const { jobs, maxMemory = Number.POSITIVE_INFINITY } = this.options;
    for (const task of [...this.#waiting]) {
      if (this.#running.size >= jobs) return;
      const running = [...this.#running.keys()].map((key) => this.#tasks.get(key)!.bytes);
      if (!mayStart(task, this.#isDone, running, maxMemory)) continue;
      this.#waiting.splice(this.#waiting.indexOf(task), 1);
      this.#running.set(task.key, this.#perform(task.key));
      this.#tell("started", task.key);
    }
  }

  readonly #isDone = (key: string): boolean => this.#outcomes.get(key)?.state === "done";

  async #perform(key: string): Promise<void> {
    const { signal } = this.options;
    const report = (share: number): void => {
      if (!this.#running.has(key)) return;
      this.#shares.set(key, Math.min(1, Math.max(0, share)));
      this.#tell("progress", key);
    };
    let outcome: TaskOutcome = { state: "done" };
    try {
      await null; // the caller of this must know of the task before it can end
      throwIfCancelled(signal, key);
      await this.execute(key, { signal, report });
    } catch (error) {
      outcome = signal?.aborted ? { state: "cancelled" } : { state: "failed", error };
    }
    this.#running.delete(key);
    this.#settle(key, outcome);
  }

  #settle(key: string, outcome: TaskOutcome): void {
    this.#outcomes.set(key, outcome);
    // What was interrupted is as far as it came; nothing else will go on.
    if (outcome.state !== "cancelled") this.#shares.set(key, 1);
    this.#tell("settled", key, outcome);
  }

  #tell(kind: ScheduleEvent["kind"], key: string, outcome: TaskOutcome | null = null): void {
    const elapsedSeconds = (this.#now() - this.#started) / 1000;
    const seconds = (of: (task: ScheduledTask) => number) =>
      [...this.#tasks.values()].reduce((sum, task) => sum + of(task), 0);
    const totalSeconds = seconds((task) => task.seconds);
    const doneSeconds = seconds((task) => task.seconds * (this.#shares.get(task.key) ?? 0));
    const worked = seconds((task) =>
      this.#worked(task.key) ? task.seconds * this.#shares.get(task.key)! : 0,
    );
    const rate = elapsedSeconds > 0 ? worked / elapsedSeconds : 0;
    this.options.onEvent?.({
      kind,
      key,
      outcome,
      doneSeconds,
      totalSeconds,
      elapsedSeconds,
      remainingSeconds: rate > 0 ? (totalSeconds - doneSeconds) / rate : null,
      running: [...this.#running.keys()],
    });
  }

  /** What was skipped took no time and says nothing of the rate. */
  #worked(key: string): boolean {
    const state = this.#outcomes.get(key)?.state;
    return this.#shares.has(key) && state !== "skipped" && state !== "cancelled";
  }

  #now(): number {
    return this.options.now?.() ?? performance.now();
  }
}
