// A fixed number of child processes and a queue of jobs. A process that crashes, leaves or hangs costs the job it had
// in hand and nothing else: it is replaced when the next job needs it. The other side of the channel is `job-server.ts`.
import { fileURLToPath } from "node:url";
import { fail, throwIfCancelled } from "../base/index.ts";
import { type ProcessJob, WorkerProcess } from "./worker-process.ts";

/** Options of a {@link ProcessPool}. */
export interface ProcessPoolOptions {
  /** At most so many processes, at least 1; they start when jobs need them. */
  readonly count: number;
  /** Limit of each process's JavaScript heap in MiB (`--max-old-space-size`). Default: Node's own. */
  readonly maxOldSpaceMb?: number;
  /** Milliseconds that a job may take to stop when it is asked to, before its process is killed. Default 2000. */
  readonly graceMs?: number;
}

/** Options of one job. */
export interface JobOptions<Report = unknown> {
  /** What the job is about, for errors: "slide a.svs". */
  readonly where: string;
  /** Asks the job to stop; a process that has not stopped when the grace is over is killed. Rejects as `cancelled`. */
  readonly signal?: AbortSignal | undefined;
  /** Kills the process when the job takes longer than this, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Receives what the job reports while it runs. Must not throw. */
  readonly onReport?: ((report: Report) => void) | undefined;
}

interface QueuedJob extends ProcessJob {
  readonly timeoutMs: number | undefined;
}

/** Child processes that answer messages; each has one job in hand at a time. */
export class ProcessPool<Message, Reply> {
  readonly #script: string;
  readonly #options: ProcessPoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  readonly #queue: QueuedJob[] = [];
  #closed = false;

  /** `script` is a compiled script that calls `serveJobs` (see `workerFile`). */
  constructor(script: URL, options: ProcessPoolOptions) {
    if (!Number.isInteger(options.count) || options.count < 1)
      throw fail("invalid-argument", {
        where: "ProcessPool",
        expected: "a whole number of processes, 1 or more",
        got: `${options.count}`,
      });
    this.#script = fileURLToPath(script);
    this.#options = options;
  }

  /** Process ids of the processes that are alive, for a look at their memory. */
  get pids(): number[] {
    return [...this.#workers].flatMap(({ pid }) => pid ?? []);
  }

  /**
   * Hands a message to the next free process and awaits its reply. Messages and replies are structured clones.
   *
   * @throws LowmagError what the job threw; `corrupt-data` when the process crashed (a decoder met a file it should
   *   have refused); `out-of-memory` when it ran out of memory or the system killed it; `internal` when it left without
   *   a reply or took longer than `timeoutMs`; `cancelled`.
   */
  run<Report = unknown>(message: Message, options: JobOptions<Report>): Promise<Reply> {
    const { where, signal, timeoutMs, onReport } = options;
    return new Promise<Reply>((resolve, reject) => {
      throwIfCancelled(signal, where);
      if (this.#closed) throw closedError(where);
      const cancel = () => this.#cancel(job, signal?.reason);
      const job: QueuedJob = {
        message,
        where,
        timeoutMs,
        onReport,
        settle: (outcome) => {
          signal?.removeEventListener("abort", cancel);
          if (signal?.aborted) reject(cancelledError(where, signal.reason));
          else if ("error" in outcome) reject(outcome.error);
          else resolve(outcome.reply as Reply);
        },
      };
      signal?.addEventListener("abort", cancel);
      this.#queue.push(job);
      this.#dispatch();
    });
  }

  /** Stops every process; whatever is still waiting is rejected as `cancelled`. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.settle({ error: closedError(job.where) });
    const workers = [...this.#workers];
    for (const worker of workers) worker.kill(closedError("ProcessPool"));
    await Promise.all(workers.map(({ gone }) => gone));
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const idle = [...this.#workers].find(({ free }) => free);
      if (idle === undefined && this.#workers.size >= this.#options.count) return;
      const job = this.#queue.shift()!;
      (idle ?? this.#start()).give(job, job.timeoutMs, () => lateError(job.where, job.timeoutMs!));
    }
  }

  #start(): WorkerProcess {
    const { maxOldSpaceMb, graceMs } = this.#options;
    const execArgv = maxOldSpaceMb === undefined ? [] : [`--max-old-space-size=${Math.round(maxOldSpaceMb)}`];
    const worker = new WorkerProcess(this.#script, { execArgv, graceMs }, () => {
      if (!worker.alive) this.#workers.delete(worker);
      this.#dispatch();
    });
    this.#workers.add(worker);
    return worker;
  }

  #cancel(job: QueuedJob, reason: unknown): void {
    const waiting = this.#queue.indexOf(job);
    const verdict = cancelledError(job.where, reason);
    if (waiting < 0) for (const worker of this.#workers) worker.cancel(job, verdict);
    else this.#queue.splice(waiting, 1)[0]!.settle({ error: verdict });
  }
}

function closedError(where: string): Error {
  return fail("cancelled", { where, expected: "the pool of processes to be open", got: "a closed one" });
}

function cancelledError(where: string, cause: unknown): Error {
  return fail("cancelled", { where, expected: "to run to the end", got: "an interruption", cause });
}

function lateError(where: string, timeoutMs: number): Error {
  return fail("internal", {
    where,
    expected: `the worker process to finish within ${timeoutMs / 1000} s`,
    got: "no answer",
    fix: "The file may be damaged in a way that keeps a decoder busy; try it alone, or allow more time.",
  });
}
