// A fixed number of worker threads and a queue. Each worker has one message in hand at a time.
import { type TransferListItem, Worker } from "node:worker_threads";
import { fail } from "../base/index.ts";

interface Job<Message, Reply> {
  readonly message: Message;
  readonly transfer: readonly TransferListItem[];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads that answer messages, in any order; replies go to whoever asked. */
export class WorkerPool<Message, Reply> {
  readonly #where: string;
  readonly #workers: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job<Message, Reply>>();
  readonly #queue: Job<Message, Reply>[] = [];
  #broken: unknown;

  /** Starts `count` threads of a script; `where` names the pool in errors. */
  constructor(where: string, script: URL, count: number, workerData: unknown) {
    this.#where = where;
    for (let i = 0; i < count; i++) {
      const worker = new Worker(script, { workerData });
      worker.on("message", (reply: Reply) => this.#finish(worker, reply));
      worker.on("error", (error) => this.#break(this.#died(error)));
      worker.on("exit", (code) => this.#break(this.#died(`exit code ${code}`)));
      this.#workers.push(worker);
      this.#idle.push(worker);
    }
  }

  /**
   * Sends a message to the next free thread. Rejects when the pool was closed or a thread died.
   *
   * @param transfer what of the message changes hands instead of being copied; gone here once it is sent.
   */
  run(message: Message, transfer: readonly TransferListItem[] = []): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(this.#broken);
      this.#queue.push({ message, transfer, resolve, reject });
      this.#dispatch();
    });
  }

  /** Stops the threads; whatever is still waiting is rejected as `cancelled`. */
  async close(): Promise<void> {
    this.#break(fail("cancelled", { where: this.#where, expected: "to be open", got: "a closed one" }));
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) {
      const worker = this.#idle.shift()!;
      const job = this.#queue.shift()!;
      this.#busy.set(worker, job);
      worker.postMessage(job.message, job.transfer);
    }
  }

  #finish(worker: Worker, reply: Reply): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    job?.resolve(reply);
    this.#dispatch();
  }

  /** After the first failure nothing runs any more: the first reason is the one everybody gets. */
  #break(reason: unknown): void {
    this.#broken ??= reason;
    for (const job of [...this.#busy.values(), ...this.#queue]) job.reject(this.#broken);
    this.#busy.clear();
    this.#queue.length = 0;
  }

  #died(cause: unknown): Error {
    const memory = (cause as NodeJS.ErrnoException | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY";
    return fail(memory ? "out-of-memory" : "internal", {
      where: this.#where,
      expected: "its worker threads to stay alive",
      got: cause instanceof Error ? cause.message : String(cause),
      ...(memory ? { fix: "Use fewer workers or a smaller memory limit." } : {}),
      cause,
    });
  }
}
