// One optimiser step and one validation pass: runs micro-batches on the pool, adds gradients in the order of the
// micro-batches (never of their completion), and applies the optimiser. Holds the numbers that training changes.
import { fail } from "../base/index.ts";
import {
  floatTensor,
  layoutViews,
  Pool,
  type ProgramResult,
  Session,
  scalarTensor,
  type Tensor,
} from "../engine/index.ts";
import { encodeOnnx } from "../graph/index.ts";
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
  statisticOutput,
  type TrainingTask,
} from "./task.ts";

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

/** Everything that a step changes; copying it back restores the trainer. */
export interface TrainerState {
  readonly parameters: Float32Array;
  readonly optimiser: readonly Float32Array[];
}

/** Owns the pool, the parameters and the optimiser's state. */
export class Trainer {
  readonly #pool: Pool;
  readonly #gradient: Float32Array;
  /** Every parameter and stored statistic, as a view of the pool's vector. */
  readonly #tensors: ReadonlyMap<string, Float32Array>;
  #optimiserState: Float32Array[];

  private constructor(
    readonly task: TrainingTask,
    readonly compiled: CompiledTask,
    readonly workers: number,
    readonly optimiser: Optimiser,
    readonly optimiserSession: Session,
  ) {
    const { plan } = compiled;
    this.#pool = new Pool(plan, workers);
    this.#gradient = new Float32Array(plan.trainable);
    this.#tensors = layoutViews(plan.parameters, this.#pool.parameters);
    this.#optimiserState = Array.from(
      { length: optimiser.stateCount },
      () => new Float32Array(plan.trainable),
    );
    this.#load(task.initialState);
  }

  static async create(
    task: TrainingTask,
    compiled: CompiledTask,
    workers: number,
    options: OptimiserOptions,
  ): Promise<Trainer> {
    const optimiser = createOptimiser(options, compiled.plan.trainable);
    return new Trainer(task, compiled, workers, optimiser, await Session.create(encodeOnnx(optimiser.graph)));
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
    this.#gradient.fill(0);
    const losses: BatchLosses[] = [];
    const running: { images: readonly number[]; result: Promise<ProgramResult> }[] = [];
    const addOldest = async (): Promise<void> => {
      const { images, result } = running.shift()!;
      losses.push(this.#addGradient(images, await result, step));
    };
    for (let i = 0; i < count; i++) {
      const fed = await batches.next();
      if (fed.done)
        throw fail("internal", { where: "Trainer.step", expected: `${count} micro-batches`, got: `${i}` });
      if (running.length === this.#pool.gradientCapacity) await addOldest();
      const { images } = fed.value.request;
      const feeds = {
        ...this.task.feeds(fed.value.batch, images),
        [LOSS_SCALE]: scalarTensor(1 / totalWeight),
      };
      const result = this.#pool.run("train", feeds, true);
      result.catch(() => undefined);
      running.push({ images, result });
    }
    while (running.length > 0) await addOldest();
    await this.#applyOptimiser(step, learningRate);
    return losses;
  }

  /** Losses and logits without touching anything, in the order of the batches. */
  async *evaluate(batches: AsyncIterable<FedBatch>): AsyncGenerator<BatchEvaluation, void, undefined> {
    const running: { images: readonly number[]; result: Promise<ProgramResult> }[] = [];
    const oldest = async (): Promise<BatchEvaluation> => {
      const { images, result } = running.shift()!;
      const { outputs } = await result;
      return { ...this.#losses(images, outputs), logits: outputs.logits!.data as Float32Array };
    };
    for await (const { request, batch } of batches) {
      if (running.length === 2 * this.workers) yield await oldest();
      const result = this.#pool.run("validate", this.task.feeds(batch, request.images));
      result.catch(() => undefined);
      running.push({ images: request.images, result });
    }
    while (running.length > 0) yield await oldest();
  }

  /** A copy of everything that steps change. */
  snapshot(): TrainerState {
    return {
      parameters: this.#pool.parameters.slice(),
      optimiser: this.#optimiserState.map((state) => state.slice()),
    };
  }

  /** Puts a snapshot back. */
  restore(state: TrainerState): void {
    this.#pool.parameters.set(state.parameters);
    this.#pool.parametersChanged();
    this.#optimiserState = state.optimiser.map((vector) => vector.slice());
  }

  /** The parameters (a copy) as a state dict. */
  modelState(parameters: Float32Array = this.#pool.parameters): ModelState {
    const views = layoutViews(this.compiled.plan.parameters, parameters.slice());
    return new Map(this.compiled.specs.map(({ name, dims }) => [name, { dims, data: views.get(name)! }]));
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.optimiserSession.release();
  }

  #load(state: ModelState): void {
    for (const spec of this.compiled.specs) this.#tensors.get(spec.name)!.set(storedParameter(state, spec));
    this.#pool.parametersChanged();
  }

  #losses(images: readonly number[], outputs: Readonly<Record<string, Tensor>>): BatchLosses {
    const read = (name: string): Float32Array => outputs[name]!.data as Float32Array;
    const parts = Object.fromEntries(this.compiled.parts.map((part) => [part, read(partOutput(part))]));
    return { images, loss: read(LOSS), parts };
  }

  #addGradient(images: readonly number[], result: ProgramResult, step: number): BatchLosses {
    const losses = this.#losses(images, result.outputs);
    losses.loss.forEach((loss, i) => {
      if (!Number.isFinite(loss)) throw new NotFiniteLoss(images[i]!, loss, step);
    });
    const gradient = result.gradient!;
    const sum = this.#gradient;
    for (let i = 0; i < sum.length; i++) sum[i]! += gradient[i]!;
    for (const name of this.compiled.statistics)
      blend(this.#tensors.get(name)!, result.outputs[statisticOutput(name)]!.data as Float32Array);
    this.#pool.releaseGradient(result);
    return losses;
  }

  async #applyOptimiser(step: number, learningRate: number): Promise<void> {
    const { trainable } = this.compiled.plan;
    const dims = [trainable];
    const parameters = this.#pool.parameters.slice(0, trainable);
    const feeds: Record<string, Tensor> = {
      parameters: floatTensor(dims, parameters),
      gradient: floatTensor(dims, this.#gradient),
    };
    this.#optimiserState.forEach((state, i) => {
      feeds[`state${i}`] = floatTensor(dims, state);
    });
    for (const [name, value] of Object.entries(this.optimiser.scalars(step, learningRate)))
      feeds[name] = scalarTensor(value);
    const outputs = await this.optimiserSession.run(feeds);
    this.#pool.parameters.set(outputs.newParameters!.data as Float32Array);
    this.#optimiserState = this.#optimiserState.map((_, i) => outputs[`newState${i}`]!.data as Float32Array);
    this.#pool.parametersChanged();
  }
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
