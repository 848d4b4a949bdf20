// One child process of a `ProcessPool`: gives it a job, hears its answer, kills it, and tells what it died of.
import { type ChildProcess, fork } from "node:child_process";
import { deathError } from "./death.ts";
import { type FromWorker, reviveError, type ToWorker } from "./job-messages.ts";

/** One job in a process's hand. */
export interface ProcessJob {
  readonly message: unknown;
  /** What the job is about, for errors. */
  readonly where: string;
  readonly onReport?: ((report: never) => void) | undefined;
  /** Called once, with the reply or the error. */
  readonly settle: (outcome: { reply: unknown } | { error: unknown }) => void;
}

/** How a process is started. */
export interface WorkerProcessOptions {
  readonly execArgv: readonly string[];
  /** How long a job that was asked to stop may take to do so. Default 2000. */
  readonly graceMs: number | undefined;
}

const GRACE_MS = 2000;
/** How much of the end of the process's error output is kept to tell what it died of. */
const KEPT_CHARACTERS = 4096;

/** A child process that runs a script which calls `serveJobs`. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  /** Resolves when the process has ended. */
  readonly gone: Promise<void>;
  readonly #onChange: () => void;
  readonly #graceMs: number;
  #job: ProcessJob | null = null;
  #verdict: Error | null = null;
  #alive = true;
  #lastWords = "";
  readonly #timers = new Set<NodeJS.Timeout>();

  /** Starts the process; `onChange` is called whenever it becomes free or ends. */
  constructor(script: string, { execArgv, graceMs }: WorkerProcessOptions, onChange: () => void) {
    this.#onChange = onChange;
    this.#graceMs = graceMs ?? GRACE_MS;
    this.#child = fork(script, [], {
      execArgv: [...execArgv],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-KEPT_CHARACTERS);
    });
    this.#child.on("message", (message) => this.#hear(message as FromWorker));
    this.gone = new Promise((resolve) => {
      const end = (reason: string | number) => {
        this.#end(reason);
        resolve();
      };
      this.#child.on("error", (error) => end(error.message));
      // "close" comes after "exit" and after the last of the error output.
      this.#child.on("close", (code, signal) => end(signal ?? code ?? "no exit code"));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** True when it can take a job. */
  get free(): boolean {
    return this.#alive && this.#child.connected && this.#job === null && this.#verdict === null;
  }

  /** Gives it a job; after `timeoutMs` it is killed and the job gets the `late` error. */
  give(job: ProcessJob, timeoutMs: number | undefined, late: () => Error): void {
    this.#job = job;
    if (timeoutMs !== undefined) this.#after(timeoutMs, () => this.kill(late()));
    this.#tell({ kind: "job", message: job.message });
  }

  /** Asks the job in hand to stop and kills the process if it has not stopped when the grace is over. */
  cancel(job: ProcessJob, verdict: Error): void {
    if (this.#job !== job) return;
    this.#tell({ kind: "cancel" });
    this.#after(this.#graceMs, () => this.kill(verdict));
  }

  /** Ends the process; the job in hand gets the error. */
  kill(verdict: Error): void {
    this.#verdict ??= verdict;
    this.#child.kill("SIGKILL");
  }

  #hear(message: FromWorker): void {
    const job = this.#job;
    if (job === null || this.#verdict !== null) return;
    if (message.kind === "report") {
      job.onReport?.(message.report as never);
      return;
    }
    this.#finish(
      message.kind === "reply" ? { reply: message.reply } : { error: reviveError(message.error, job.where) },
    );
  }

  #end(reason: string | number): void {
    if (!this.#alive) return;
    this.#alive = false;
    const error = this.#verdict ?? deathError(this.#job?.where ?? "", reason, this.#lastWords);
    this.#finish({ error });
  }

  #finish(outcome: { reply: unknown } | { error: unknown }): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const job = this.#job;
    this.#job = null;
    job?.settle(outcome);
    this.#onChange();
  }

  #after(milliseconds: number, act: () => void): void {
    this.#timers.add(setTimeout(act, milliseconds));
  }

  /** A channel that closes while we write is a death, and a death has an event of its own. */
  #tell(message: ToWorker): void {
    this.#child.send(message, () => undefined);
  }
}
