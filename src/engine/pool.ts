// Worker threads that run programs side by side. ONNX Runtime computes on the thread that calls it, and many training
// operators are serial inside, so micro-batches in parallel are what uses the cores. Results never depend on how many
// workers there are: each micro-batch's gradient lands in a slot of its own and the caller adds slots in a fixed order.
import { Worker } from "node:worker_threads";
import { fail } from "../base/index.ts";
import { workerFile } from "../machine/index.ts";
import { receivedFailure } from "./failures.ts";
import { sendFeeds } from "./feeds.ts";
import type { PoolPlan } from "./program.ts";
import { CLOSE, type RunReply, type RunRequest, type WorkerStart } from "./protocol.ts";
import type { Tensor } from "./tensor.ts";
import { allocateVectors, type SharedVector } from "./vector-memory.ts";

/** The result of one run. */
export interface ProgramResult {
  readonly outputs: Readonly<Record<string, Tensor>>;
  /** The flat gradient, valid until `releaseGradient`; null when none was asked for. */
  readonly gradient: Float32Array | null;
  readonly gradientSlot: number | null;
}

interface Waiting {
  readonly resolve: (result: ProgramResult) => void;
  readonly reject: (error: Error) => void;
  readonly gradientSlot: number | null;
}

interface Job extends Waiting {
  readonly program: string;
  readonly feeds: Readonly<Record<string, Tensor>>;
}

interface PoolWorker {
  readonly thread: Worker;
  /** Settles when the thread is gone. */
  readonly ended: Promise<unknown>;
  busy: number | null;
}

/** Lengths of the vectors that a pool shares with its workers: the parameters, then slots for gradients. */
export function poolVectors(plan: PoolPlan, workers: number): readonly number[] {
  // One slot being filled and one being added for each worker.
  return [plan.parameters.count, ...Array.from({ length: 2 * workers }, () => plan.trainable)];
}

/** Runs programs on worker threads over parameters that all of them see. */
export class Pool {
  /** The parameters. Write here, then call `parametersChanged`. */
  readonly parameters: Float32Array;
  readonly #slots: readonly Float32Array[];
  readonly #freeSlots: number[];
  readonly #workers: PoolWorker[] = [];
  readonly #queue: Job[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #version = 0;
  #serial = 0;
  #failure: Error | undefined;

  /**
   * @param workers how many threads; each holds its own sessions and activations, so memory grows with it.
   * @param vectors shared memory for the parameters and the gradient slots, of the lengths that `poolVectors` says.
   */
  constructor(
    readonly plan: PoolPlan,
    readonly workers: number,
    vectors: readonly SharedVector[] = allocateVectors(poolVectors(plan, workers)).vectors,
  ) {
    const [parameters, ...slots] = vectors.map(({ data }) => data);
    this.parameters = parameters!;
    this.#slots = slots;
    this.#freeSlots = this.#slots.map((_, i) => i);
    const start: WorkerStart = { plan, parameters: this.parameters, gradientSlots: this.#slots };
    for (let i = 0; i < workers; i++) this.#startWorker(start);
  }

  /** Tells the workers that `parameters` was written. No run may be under way. */
  parametersChanged(): void {
    this.#version++;
  }

  /** How many runs with a gradient can be under way before `run` must wait for `releaseGradient`. */
  get gradientCapacity(): number {
    return this.#slots.length;
  }

  /**
   * Queues one run of a program. The feeds' buffers are handed to a worker: the caller can no longer use them.
   * @param wantsGradient takes a gradient slot; give it back with `releaseGradient` once the gradient was added.
   * @returns rejects with LowmagError `invalid-argument` for a program that the plan lacks, for a gradient that the
   *   program does not give, and when all gradient slots are taken (see `gradientCapacity`); with the error of the run
   *   itself if that fails, which leaves other runs alone.
   */
  async run(
    program: string,
    feeds: Readonly<Record<string, Tensor>>,
    wantsGradient = false,
  ): Promise<ProgramResult> {
    if (this.#failure) throw this.#failure;
    const gradientSlot = this.#checkedSlot(program, wantsGradient);
    return new Promise((resolve, reject) => {
      this.#queue.push({ program, feeds, gradientSlot, resolve, reject });
      this.#dispatch();
    });
  }

  /** Gives the gradient slot of a result back. */
  releaseGradient(result: ProgramResult): void {
    if (result.gradientSlot !== null) this.#freeSlots.push(result.gradientSlot);
  }

  /**
   * Ends the workers. Runs under way are rejected as cancelled at once, but the promise waits until they are over:
   * ONNX Runtime cannot be interrupted, and a thread terminated inside it takes the whole process down.
   */
  async close(): Promise<void> {
    this.#fail(fail("cancelled", { where: "Pool", expected: "an open pool", got: "one that was closed" }));
    for (const { thread } of this.#workers) thread.postMessage(CLOSE);
    await Promise.all(this.#workers.map(({ ended }) => ended));
  }

  /** Takes a gradient slot if one is wanted. */
  #checkedSlot(name: string, wantsGradient: boolean): number | null {
    const refusal = (expected: string, got: string): Error =>
      fail("invalid-argument", { where: `Pool.run \`${name}\``, expected, got });
    const program = this.plan.programs[name];
    if (program === undefined)
      throw refusal(`one of ${Object.keys(this.plan.programs).join(", ")}`, "an unknown program");
    if (!wantsGradient) return null;
    if (!program.stages.some((stage) => stage.givesGradients))
      throw refusal("a program that gives gradients", "one that does not");
    const slot = this.#freeSlots.shift();
    if (slot === undefined) throw refusal("a free gradient slot", `${this.#slots.length} in use`);
    return slot;
  }

  #startWorker(workerData: WorkerStart): void {
    const thread = new Worker(workerFile(import.meta.url, "./pool-worker.ts"), { workerData });
    const ended = new Promise((resolve) => thread.once("exit", resolve));
    const worker: PoolWorker = { thread, ended, busy: null };
    thread.on("message", (reply: RunReply) => this.#finish(worker, reply));
    thread.on("error", (error) =>
      this.#fail(
        fail("engine-failure", {
          where: "worker thread",
          expected: "to keep running",
          got: String(error),
          cause: error,
        }),
      ),
    );
    this.#workers.push(worker);
  }

  #dispatch(): void {
    for (const worker of this.#workers)
      while (worker.busy === null) {
        const job = this.#queue.shift();
        if (job === undefined) return;
        this.#send(worker, job);
      }
  }

  /** Hands a job to a worker that is free. A job that cannot be sent is rejected and leaves the worker free. */
  #send(worker: PoolWorker, job: Job): void {
    const id = this.#serial++;
    const { program, feeds, gradientSlot } = job;
    const request: RunRequest = { id, program, feeds, parameterVersion: this.#version, gradientSlot };
    try {
      sendFeeds(worker.thread, request, feeds);
    } catch (refusal) {
      this.#reject(job, refusal as Error);
      return;
    }
    worker.busy = id;
    this.#waiting.set(id, job);
  }

  #finish(worker: PoolWorker, reply: RunReply): void {
    worker.busy = null;
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    this.#dispatch();
    if (waiting === undefined) return;
    if ("failure" in reply) {
      this.#reject(waiting, receivedFailure(reply.failure));
      return;
    }
    const { gradientSlot } = waiting;
    const gradient = gradientSlot === null ? null : this.#slots[gradientSlot]!;
    waiting.resolve({ outputs: reply.outputs, gradient, gradientSlot });
  }

  /** Rejects one run and takes its gradient slot back, since nobody will release it. */
  #reject({ reject, gradientSlot }: Waiting, error: Error): void {
    if (gradientSlot !== null) this.#freeSlots.push(gradientSlot);
    reject(error);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of [...this.#waiting.values(), ...this.#queue]) reject(error);
    this.#waiting.clear();
    this.#queue.length = 0;
  }
}
