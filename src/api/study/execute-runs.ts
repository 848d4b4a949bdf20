// All trainings of a study in child processes: each once, after what it needs, several at a time within memory. What an
// earlier call finished is taken as it is; a run that fails costs itself and those that need it.
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { fail, isLowmagError, type LowmagError, type ProgressListener } from "../../base/index.ts";
import type { DatasetReading } from "../../dataset/index.ts";
import { ProcessPool, workerFile } from "../../machine/index.ts";
import type { PlannedRun, StudyPlan } from "../../study/index.ts";
import { StudyProgress } from "./progress.ts";
import { type FinishedStudyRun, finishedRun, foldersByKey, type StudyRunFile } from "./run-file.ts";
import type { TrainingJob, TrainingReport } from "./train-run.ts";
import { trainingData } from "./training-data.ts";

/** How runs are executed. */
export interface ExecuteOptions {
  /** Folder that holds a folder for each run. */
  readonly folder: string;
  readonly dataset: DatasetReading;
  /** Options that say where the data are, for each run's own config. */
  readonly dataOptions: Readonly<Record<string, unknown>>;
  readonly cacheFolder: string;
  /** Trainings at a time. */
  readonly jobs: number;
  /** Threads of all trainings together. */
  readonly workers: number;
  /** Bytes for all trainings together. */
  readonly memory: number;
  /** Lines of the ledger of test readings so far. */
  readonly testReadingsBefore: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly onNote?: ((sentence: string) => void) | undefined;
  /** Told of every run that has ended, as it happens. */
  readonly onEnd?: ((outcome: RunOutcome) => void) | undefined;
}

/** How a run ended. */
export type RunOutcome =
  | {
      readonly planned: PlannedRun;
      readonly state: "done";
      readonly reused: boolean;
      readonly finished: FinishedStudyRun;
    }
  | { readonly planned: PlannedRun; readonly state: "failed" | "skipped"; readonly reason: string };

/**
 * Trains what is not finished.
 *
 * @returns the outcome of every run by its key.
 * @throws LowmagError `cancelled` (what was done is kept), `not-writable`: what stops every run.
 */
export async function executeRuns(
  plan: StudyPlan,
  options: ExecuteOptions,
): Promise<ReadonlyMap<string, RunOutcome>> {
  return new Execution(plan, options).finish();
}

/** A training that is asked to stop may finish its step and write a checkpoint; a step on large images takes minutes. */
const GRACE_MS = 10 * 60_000;

class Execution {
  readonly #outcomes = new Map<string, RunOutcome>();
  readonly #running = new Map<string, { readonly run: PlannedRun; readonly end: Promise<void> }>();
  readonly #pool: ProcessPool<TrainingJob, StudyRunFile>;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #progress: StudyProgress;
  #waiting: PlannedRun[];
  #known: ReadonlyMap<string, string> = new Map();
  #verdict: unknown = null;

  constructor(
    readonly plan: StudyPlan,
    readonly options: ExecuteOptions,
  ) {
    this.#waiting = [...plan.runs];
    this.#progress = new StudyProgress(plan.runs, options.onProgress);
    const script = workerFile(import.meta.url, "./training-worker.ts");
    this.#pool = new ProcessPool(script, { count: options.jobs, graceMs: GRACE_MS });
    const { signal } = options;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    setMaxListeners(0, this.#signal);
  }

  async finish(): Promise<ReadonlyMap<string, RunOutcome>> {
    this.#known = await foldersByKey(this.options.folder);
    try {
      while (this.#verdict === null && !this.#signal.aborted) {
        await this.#startWhatMay();
        if (this.#running.size === 0) break;
        await Promise.race([...this.#running.values()].map(({ end }) => end));
      }
      await Promise.all([...this.#running.values()].map(({ end }) => end));
    } finally {
      await this.#pool.close();
    }
    if (this.#signal.aborted && this.#verdict === null) throw this.#interrupted();
    if (this.#verdict !== null) throw this.#verdict;
    return this.#outcomes;
  }

  /** Settles what needs no training, and starts trainings as long as threads and memory allow. */
  async #startWhatMay(): Promise<void> {
    for (const run of [...this.#waiting]) {
      const needs = needsOf(run).map((key) => this.#outcomes.get(key));
      const lost = needs.find((outcome) => outcome !== undefined && outcome.state !== "done");
      if (lost !== undefined) {
        const reason = `${lost.planned.name}, which it starts from, ${lost.state === "failed" ? "failed" : "was skipped"}`;
        this.#end({ planned: run, state: "skipped", reason }, false);
      } else if (needs.every((outcome) => outcome !== undefined)) {
        const finished = await this.#finished(run);
        if (finished !== null) this.#end({ planned: run, state: "done", reused: true, finished }, false);
        else if (this.#fits(run)) this.#start(run);
      }
    }
  }

  #fits(run: PlannedRun): boolean {
    if (this.#running.size >= this.options.jobs || this.#signal.aborted) return false;
    const others = [...this.#running.values()].reduce((sum, other) => sum + this.#bytes(other.run), 0);
    return this.#running.size === 0 || others + this.#bytes(run) <= this.options.memory;
  }

  /** Threads of each training. */
  get #workers(): number {
    return Math.max(1, Math.floor(this.options.workers / this.options.jobs));
  }

  #bytes({ cost }: PlannedRun): number {
    return cost.peakBytes + (this.#workers - 1) * cost.workerBytes;
  }

  #start(run: PlannedRun): void {
    this.#waiting = this.#waiting.filter((other) => other !== run);
    const end = this.#train(run).finally(() => this.#running.delete(run.key));
    this.#running.set(run.key, { run, end });
  }

  async #train(planned: PlannedRun): Promise<void> {
    const { name } = planned;
    try {
      await this.#pool.run<TrainingReport>(this.#job(planned), {
        where: `run ${name}`,
        signal: this.#signal,
        onReport: (report) => {
          if (report.kind === "note") this.options.onNote?.(report.sentence);
          else this.#progress.update(planned, report.fraction, report.note);
        },
      });
      const finished = await this.#finished(planned);
      if (finished === null) throw unreadable(name);
      this.#end({ planned, state: "done", reused: false, finished }, true);
    } catch (error) {
      if (isLowmagError(error, "cancelled")) return;
      if (!isLowmagError(error) || error.code === "not-writable") this.#giveUp(error);
      else this.#end({ planned, state: "failed", reason: error.message }, true);
    }
  }

  /** The finished run, if what it started from is what stands there now. */
  async #finished(run: PlannedRun): Promise<FinishedStudyRun | null> {
    const finished = await finishedRun(this.#folder(run), run.key);
    const origin = this.#origin(run);
    return finished?.record.origin?.modelHash === origin?.modelHash ? finished : null;
  }

  #job(run: PlannedRun): TrainingJob {
    const { dataset, dataOptions, cacheFolder, testReadingsBefore } = this.options;
    const { unlabelled, ...labelled } = dataOptions;
    const origin = this.#origin(run)?.path;
    return {
      name: run.name,
      key: run.key,
      operation: run.operation,
      options: {
        ...labelled,
        ...run.options,
        ...(run.operation === "distill" ? { unlabelled, teacher: origin } : { from: origin }),
        out: this.#folder(run),
        cache: cacheFolder,
        workers: this.#workers,
      },
      dataset: trainingData(dataset, run.operation),
      cacheFolder,
      testReadingsBefore,
    };
  }

  /** The finished run that it starts from: the one that is tuned, the teacher; absent for a training from labels. */
  #origin({
    needs,
    operation,
  }: PlannedRun): { readonly path: string; readonly modelHash: string } | undefined {
    const key = needs.from ?? needs.teacher;
    const outcome = key === undefined ? undefined : this.#outcomes.get(key);
    if (outcome?.state === "done") return outcome.finished;
    return operation === "distill" ? (this.plan.givenTeacher ?? undefined) : undefined;
  }

  #folder(run: PlannedRun): string {
    return this.#known.get(run.key) ?? join(this.options.folder, run.name);
  }

  #end(outcome: RunOutcome, trained: boolean): void {
    this.#waiting = this.#waiting.filter((run) => run !== outcome.planned);
    this.#outcomes.set(outcome.planned.key, outcome);
    this.#progress.end(outcome.planned, trained);
    this.options.onEnd?.(outcome);
  }

  #giveUp(error: unknown): void {
    this.#verdict ??= error;
    this.#stop.abort(error);
  }

  #interrupted(): LowmagError {
    const done = [...this.#outcomes.values()].filter(({ state }) => state === "done").length;
    return fail("cancelled", {
      where: "study",
      expected: "to train every run",
      got: `an interruption after ${done} of ${this.plan.runs.length}`,
      fix: "Everything done so far is kept: the same command goes on.",
      cause: this.options.signal?.reason,
    });
  }
}

/** What it starts from: the teacher of a distillation, the run that is tuned. */
function needsOf({ needs }: PlannedRun): string[] {
  return [needs.from, needs.teacher].filter((key) => key !== undefined);
}

function unreadable(name: string): LowmagError {
  return fail("internal", {
    where: `run ${name}`,
    expected: "its folder to hold the finished run",
    got: "something else",
    fix: "Did another program change it? The same command trains it again.",
  });
}
