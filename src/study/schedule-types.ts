// What a schedule is given and what it tells: tasks, outcomes, events. Plain data but for the executor.

/** A piece of work that may need others to be done first. */
export interface ScheduledTask {
  readonly key: string;
  /** Keys of other tasks of the same schedule. */
  readonly needs: readonly string[];
  /** Estimated work; only its ratio to that of other tasks matters. 0 for what is done already. */
  readonly seconds: number;
  /** Estimated peak memory. */
  readonly bytes: number;
}

/** How a task ended. */
export type TaskOutcome =
  | { readonly state: "done" }
  | { readonly state: "failed"; readonly error: unknown }
  /** What it needs failed; `because` is the key of the task that failed first on the way. */
  | { readonly state: "skipped"; readonly because: string }
  /** It was stopped, or never began because everything was. */
  | { readonly state: "cancelled" };

/** Something that happened, and how far everything is. */
export interface ScheduleEvent {
  readonly kind: "started" | "progress" | "settled";
  readonly key: string;
  /** Of a settled task. */
  readonly outcome: TaskOutcome | null;
  /** Estimated seconds of work that are done, and of all; what was skipped counts as done. */
  readonly doneSeconds: number;
  readonly totalSeconds: number;
  /** Wall seconds since the start. */
  readonly elapsedSeconds: number;
  /** Wall seconds that remain, by the rate so far; `null` before there is anything to go by. */
  readonly remainingSeconds: number | null;
  readonly running: readonly string[];
}

/** How a schedule is run. */
export interface ScheduleOptions {
  /** Tasks at the same time, at least 1. */
  readonly jobs: number;
  /** Bytes for all running tasks together; a task that needs more runs alone. Absent: no bound. */
  readonly maxMemory?: number;
  /** Once it fires nothing new begins; running tasks are waited for (they get the signal too). */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ScheduleEvent) => void;
  /** Milliseconds; for tests. */
  readonly now?: () => number;
}

/** What a running task is given. */
export interface TaskContext {
  readonly signal: AbortSignal | undefined;
  /** Says how much of the task is done, from 0 to 1. */
  readonly report: (share: number) => void;
}

/** Does a task. A rejection means it failed, or was cancelled where the signal has fired. */
export type ExecuteTask = (key: string, context: TaskContext) => Promise<void>;
