// All trainings of a study in child processes: each once, after what it needs, several at a time within memory. What an
// earlier call finished is taken as it is; a run that fails costs itself and those that need it.
import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { fail, isLowmagError, type LowmagError, type ProgressListener } from "../../base/index.ts";
import type { DatasetReading } from "../../dataset/index.ts";
import { ProcessPool, workerFile } from "../../machine/index.ts";
import {
  type PlannedRun,
  runSchedule,
  type ScheduleEvent,
  type StudyPlan,
  type TaskContext,
} from "../../study/index.ts";
import {
  type FinishedStudyRun,
  finishedRun,
  foldersByKey,
  type StudyRunFile,
  shareDone,
} from "./run-file.ts";
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
      /** True where an earlier call had finished it. */
      readonly reused: boolean;
      readonly finished: FinishedStudyRun;
    }
  | { readonly planned: PlannedRun; readonly state: "failed" | "skipped"; readonly reason: string };

/** Threads of each training: all of them divided among the trainings at a time. */
export function workersPerJob({ workers, jobs }: Pick<ExecuteOptions, "workers" | "jobs">): number {
  return Math.max(1, Math.floor(workers / jobs));
}

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
  return new Execution(plan, options, await foldersByKey(options.folder)).run();
}

/** A training that is asked to stop may finish its step and write a checkpoint; a step on large images takes minutes. */
const GRACE_MS = 10 * 60_000;

class Execution {
  readonly #runs: ReadonlyMap<string, PlannedRun>;
  readonly #outcomes = new Map<string, RunOutcome>();
  readonly #pool: ProcessPool<TrainingJob, StudyRunFile>;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #notes = new Map<string, string>();
  /** What no run can escape. */
  #verdict: unknown = null;

  constructor(
    readonly plan: StudyPlan,
    readonly options: ExecuteOptions,
    readonly folders: ReadonlyMap<string, string>,
  ) {
    this.#runs = new Map(plan.runs.map((run) => [run.key, run]));
    const script = workerFile(import.meta.url, "./training-worker.ts");
    this.#pool = new ProcessPool(script, { count: options.jobs, graceMs: GRACE_MS });
    const { signal } = options;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    setMaxListeners(0, this.#signal);
  }

  async run(): Promise<ReadonlyMap<string, RunOutcome>> {
    const shares = new Map<string, number>();
    for (const run of this.plan.runs) shares.set(run.key, await shareDone(this.#folder(run), run));
    try {
      await runSchedule(
        this.plan.runs.map((run) => this.#task(run, shares.get(run.key)!)),
        (key, context) => this.#perform(this.#runs.get(key)!, shares.get(key)!, context),
        {
          jobs: this.options.jobs,
          maxMemory: this.options.memory,
          signal: this.#signal,
          onEvent: (event) => this.#tell(event),
        },
      );
    } finally {
      await this.#pool.close();
    }
    if (this.#verdict !== null) throw this.#verdict;
    if (this.#signal.aborted) throw this.#interrupted();
    return this.#outcomes;
  }

  #task(run: PlannedRun, done: number) {
    const { key, cost } = run;
    const { teacher, from } = run.needs;
    const workers = workersPerJob(this.options);
    return {
      key,
      needs: [teacher, from].filter((need) => need !== undefined),
      seconds: (1 - done) * (this.#isTimed ? cost.seconds! : cost.macs),
      bytes: cost.peakBytes + (workers - 1) * cost.workerBytes,
    };
  }

  get #isTimed(): boolean {
    return this.plan.runs.every(({ cost }) => cost.seconds !== null);
  }

  async #perform(planned: PlannedRun, before: number, { report }: TaskContext): Promise<void> {
    const there = await this.#finished(planned);
    if (there !== null) return this.#end({ planned, state: "done", reused: true, finished: there });
    try {
      await this.#pool.run<TrainingReport>(this.#job(planned), {
        where: `run ${planned.name}`,
        signal: this.#signal,
        onReport: (said) => {
          if (said.kind === "note") return this.options.onNote?.(said.sentence);
          this.#notes.set(planned.key, said.note);
          report(before < 1 ? (said.fraction - before) / (1 - before) : 0);
        },
      });
      const finished = await this.#finished(planned);
      if (finished === null) throw unreadable(planned.name);
      this.#end({ planned, state: "done", reused: false, finished });
    } catch (error) {
      const ours = isLowmagError(error);
      if (!ours || error.code === "not-writable") this.#giveUp(error);
      else if (error.code !== "cancelled") this.#end({ planned, state: "failed", reason: error.message });
      throw error;
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
        workers: workersPerJob(this.options),
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
    return this.folders.get(run.key) ?? join(this.options.folder, run.name);
  }

  #end(outcome: RunOutcome): void {
    this.#outcomes.set(outcome.planned.key, outcome);
    this.options.onEnd?.(outcome);
  }

  #tell({ key, outcome, ...far }: ScheduleEvent): void {
    const planned = this.#runs.get(key)!;
    if (outcome?.state === "skipped") {
      const because = this.#runs.get(outcome.because)?.name ?? outcome.because;
      this.#end({ planned, state: "skipped", reason: `it needs ${because}, which failed` });
    }
    const { doneSeconds, totalSeconds, elapsedSeconds, remainingSeconds, running } = far;
    const notes = running.map((one) => `${this.#runs.get(one)!.name} ${this.#notes.get(one) ?? ""}`.trim());
    const count = `${this.#outcomes.size} of ${this.plan.runs.length} runs`;
    this.options.onProgress?.({
      activity: "training the networks",
      done: totalSeconds > 0 ? doneSeconds / totalSeconds : 1,
      total: 1,
      elapsedSeconds,
      remainingSeconds,
      note: [count, ...notes].join(" · "),
    });
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

function unreadable(name: string): LowmagError {
  return fail("internal", {
    where: `run ${name}`,
    expected: "its folder to hold the finished run",
    got: "something else",
    fix: "Did another program change it? The same command trains it again.",
  });
}
