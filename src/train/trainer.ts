// One optimiser step and one validation pass: hands micro-batches to an executor, which adds their gradients in order and
// applies the optimiser wherever it computes. Follows stored statistics, which are small and change by a rule of their own.
import { fail } from "../base/index.ts";
import {
  type Execution,
  type ExecutorState,
  layoutOf,
  layoutViews,
  type Outputs,
  openTrainingExecutor,
  scalarTensor,
  type TrainingExecutor,
} from "../engine/index.ts";
import {
  createOptimiser,
  type ModelState,
  type Optimiser,
  type OptimiserOptions,
  storedParameter,
} from "../nn/index.ts";
import type { FedBatch } from "./feeder.ts";
import {
  type CompiledTask,
  LOSS,
  LOSS_SCALE,
  partOutput,
  programFor,
  statisticOutput,
  type TrainingTask,
} from "./task.ts";
import { WaitingClock } from "./waiting-clock.ts";

/** How fast stored statistics follow the batch's, PyTorch's default. */
const STATISTICS_MOMENTUM = 0.1;

/** Losses of some images. */
export interface BatchLosses {
  readonly images: readonly number[];
  /** One per image. */
  readonly loss: Float32Array;
  readonly parts: Readonly<Record<string, Float32Array>>;
}

/** Losses and logits of some images. */
export interface BatchEvaluation extends BatchLosses {
  /** [N, K] row-major. */
  readonly logits: Float32Array;
}

/** A micro-batch under way. */
interface Running {
  readonly images: readonly number[];
  readonly result: Promise<Outputs>;
}

/** Everything that a step changes; putting it back restores the trainer. */
export type TrainerState = ExecutorState;

/** Trains on an executor. */
export class Trainer {
  /** How long no micro-batch was under way. */
  readonly waiting: WaitingClock;
  readonly #executor: TrainingExecutor;
  /** Stored statistics, the numbers behind the trainable ones, and a view of each by name. */
  #stored: Float32Array = new Float32Array(0);
  #storedViews: ReadonlyMap<string, Float32Array> = new Map();

  private constructor(
    readonly task: TrainingTask,
    readonly compiled: CompiledTask,
    readonly optimiser: Optimiser,
    executor: TrainingExecutor,
  ) {
    this.#executor = executor;
    this.waiting = new WaitingClock(executor.parallel);
  }

  /** Opens an executor and puts the task's initial state in place; the task is compiled for the device. */
  static async create(
    task: TrainingTask,
    compiled: CompiledTask,
    execution: Execution,
    options: OptimiserOptions,
  ): Promise<Trainer> {
    const { plan } = compiled;
    const optimiser = createOptimiser(options, plan.trainable);
    const executor = openTrainingExecutor({ ...plan, update: optimiser }, execution);
    const trainer = new Trainer(task, compiled, optimiser, executor);
    await trainer.restore(initialState(task, compiled, optimiser));
    return trainer;
  }

  /**
   * One optimiser step over micro-batches.
   * @param step counted from 1
   * @throws LowmagError `not-finite` when a loss is NaN or infinite; nothing is changed then.
   */
  async step(
    batches: AsyncIterator<FedBatch>,
    count: number,
    totalWeight: number,
    step: number,
    learningRate: number,
  ): Promise<BatchLosses[]> {
    const losses = await this.#accumulate(batches, count, totalWeight, step).catch(async (error: unknown) => {
      await this.#executor.discard();
      throw error;
    });
    await this.#executor.update(this.optimiser.scalars(step, learningRate));
    if (this.#stored.length > 0) await this.#executor.store(this.#stored);
    return losses;
  }

  /** Losses and logits without touching anything, in the order of the batches. */
  async *evaluate(batches: AsyncIterable<FedBatch>): AsyncGenerator<BatchEvaluation, void, undefined> {
    const running: Running[] = [];
    const oldest = async (): Promise<BatchEvaluation> => {
      const { images, result } = running.shift()!;
      const outputs = await result;
      return { ...this.#losses(images, outputs), logits: outputs.logits!.data as Float32Array };
    };
    for await (const { request, batch } of batches) {
      if (running.length === this.#executor.capacity) yield await oldest();
      const feeds = this.task.feeds(batch, request.images);
      const result = this.waiting.during(
        this.#executor.run(programFor(this.compiled, "validate", request.images.length), feeds),
      );
      result.catch(() => undefined);
      running.push({ images: request.images, result });
    }
    while (running.length > 0) yield await oldest();
  }

  /** A copy of everything that steps change. */
  async snapshot(): Promise<TrainerState> {
    return this.#executor.snapshot();
  }

  /** Puts a snapshot back. */
  async restore(state: TrainerState): Promise<void> {
    const { plan } = this.compiled;
    this.#stored = state.parameters.slice(plan.trainable);
    const entries = plan.parameters.entries.filter(({ offset }) => offset >= plan.trainable);
    this.#storedViews = layoutViews(layoutOf(entries), this.#stored);
    await this.#executor.restore(state);
  }

  /** Parameters of a snapshot (copied) as a state dict. */
  modelState(parameters: Float32Array): ModelState {
    const views = layoutViews(this.compiled.plan.parameters, parameters.slice());
    return new Map(this.compiled.specs.map(({ name, dims }) => [name, { dims, data: views.get(name)! }]));
  }

  async close(): Promise<void> {
    await this.#executor.close();
  }

  #losses(images: readonly number[], outputs: Outputs): BatchLosses {
    const read = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    const parts = Object.fromEntries(this.compiled.parts.map((part) => [part, read(partOutput(part))]));
    return { images, loss: read(LOSS), parts };
  }

  /** Adds up the gradients of the step's micro-batches. */
  async #accumulate(
    batches: AsyncIterator<FedBatch>,
    count: number,
    totalWeight: number,
    step: number,
  ): Promise<BatchLosses[]> {
    const losses: BatchLosses[] = [];
    const running: Running[] = [];
    const finishOldest = async (): Promise<void> => {
      const { images, result } = running.shift()!;
      losses.push(this.#finished(images, await result, step));
    };
    for (let i = 0; i < count; i++) {
      const fed = await batches.next();
      if (fed.done)
        throw fail("internal", { where: "Trainer.step", expected: `${count} micro-batches`, got: `${i}` });
      if (running.length === this.#executor.capacity) await finishOldest();
      const { images } = fed.value.request;
      const feeds = {
        ...this.task.feeds(fed.value.batch, images),
        [LOSS_SCALE]: scalarTensor(1 / totalWeight),
      };
      const result = this.waiting.during(
        this.#executor.accumulate(programFor(this.compiled, "train", images.length), feeds),
      );
      result.catch(() => undefined);
      running.push({ images, result });
    }
    while (running.length > 0) await finishOldest();
    return losses;
  }

  /** Checks the losses of a micro-batch and lets stored statistics follow it. */
  #finished(images: readonly number[], outputs: Outputs, step: number): BatchLosses {
    const losses = this.#losses(images, outputs);
    losses.loss.forEach((loss, i) => {
      if (!Number.isFinite(loss)) throw new NotFiniteLoss(images[i]!, loss, step);
    });
    for (const name of this.compiled.statistics)
      blend(this.#storedViews.get(name)!, outputs[statisticOutput(name)]!.data as Float32Array);
    return losses;
  }
}

/** The task's parameters in the layout of the plan, and an optimiser that has seen nothing. */
function initialState(task: TrainingTask, { plan, specs }: CompiledTask, optimiser: Optimiser): TrainerState {
  const parameters = new Float32Array(plan.parameters.count);
  const views = layoutViews(plan.parameters, parameters);
  for (const spec of specs) views.get(spec.name)!.set(storedParameter(task.initialState, spec));
  const vectors = Array.from({ length: optimiser.stateCount }, () => new Float32Array(plan.trainable));
  return { parameters, optimiser: vectors };
}

function blend(stored: Float32Array, batch: Float32Array): void {
  for (let i = 0; i < stored.length; i++)
    stored[i] = (1 - STATISTICS_MOMENTUM) * stored[i]! + STATISTICS_MOMENTUM * batch[i]!;
}

/** Raised inside a step; the loop, which knows images by name, completes the message. */
export class NotFiniteLoss extends Error {
  constructor(
    readonly image: number,
    readonly loss: number,
    readonly step: number,
  ) {
    super(`loss ${loss} at step ${step}`);
  }
}
