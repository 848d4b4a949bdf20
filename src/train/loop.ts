// The training loop: epochs of optimiser steps, validation, choice of the best epoch, checkpoints. It is handed a task
// and a loader, and knows neither what the network is nor what the loss means.
import { fail, type LowmagError, ProgressMeter } from "../base/index.ts";
import { type LoadRequest, viewSize } from "../dataset/index.ts";
import { learningRateAt } from "../nn/index.ts";
import { Generator } from "../random/index.ts";
import { type Checkpoint, loadCheckpoint, type RunPosition, saveCheckpoint } from "./checkpoint.ts";
import { feed } from "./feeder.ts";
import type { EpochRecord } from "./log.ts";
import type { LoopOptions, LoopResult } from "./loop-options.ts";
import {
  addLosses,
  isBetter,
  meanLosses,
  noLosses,
  type ValidationMetrics,
  validationMetrics,
} from "./metrics.ts";
import { microBatchSize } from "./micro-batch.ts";
import {
  groupBySize,
  type MicroBatch,
  planEpoch,
  type SamplerOptions,
  type StepPlan,
  stepsPerEpoch,
} from "./sampler.ts";
import { compileTask } from "./task.ts";
import { type BatchEvaluation, NotFiniteLoss, Trainer } from "./trainer.ts";

const START: RunPosition = { step: 0, epoch: 0, stepInEpoch: 0, sums: noLosses, log: [], best: null };

/**
 * Trains from the task's initial state, or from the checkpoint where there is one.
 *
 * @throws LowmagError `not-finite` naming step and image; `cancelled` after saving a checkpoint when the signal fires;
 *   `not-writable` when a checkpoint cannot be saved (the one before stays whole).
 */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  const compiled = compileTask(options.task);
  const trainer = await Trainer.create(options.task, compiled, options.workers, options.optimiser);
  try {
    return await new Run(options, trainer).finish();
  } finally {
    await trainer.close();
  }
}

class Run {
  readonly #sampler: SamplerOptions;
  readonly #stepsPerEpoch: number;
  #position: RunPosition = START;
  #bestParameters: Float32Array | null = null;
  #saved = performance.now();

  constructor(
    readonly options: LoopOptions,
    readonly trainer: Trainer,
  ) {
    const { train, batch, seed } = options;
    if (train.length === 0)
      throw fail("invalid-argument", {
        where: "training",
        expected: "at least one training image",
        got: "none",
      });
    this.#sampler = {
      images: train,
      batch,
      seed,
      sizeKey: (image) => this.#sizeKey(image),
      microBatch: (image) => this.#microBatch(image),
    };
    this.#stepsPerEpoch = stepsPerEpoch(this.#sampler);
  }

  async finish(): Promise<LoopResult> {
    await this.#resume();
    const { epochs, train } = this.options;
    const resumedFrom = this.#position.epoch * train.length + this.#position.sums.images;
    const meter = new ProgressMeter(
      this.options.task.name,
      epochs * train.length,
      this.options.onProgress,
      resumedFrom,
    );
    while (this.#position.epoch < epochs) await this.#epoch(meter);
    await this.#save();
    const { log, best } = this.#position;
    return { state: this.trainer.modelState(this.#bestParameters!), bestEpoch: best!.epoch + 1, log };
  }

  async #epoch(meter: ProgressMeter): Promise<void> {
    const started = performance.now();
    const { epoch, stepInEpoch } = this.#position;
    const steps = planEpoch(this.#sampler, epoch).slice(stepInEpoch);
    const requests = steps.flat().map((images) => this.#request(images, epoch));
    const batches = feed(this.options.loader, requests, this.#ahead());
    try {
      for (const step of steps) {
        await this.#interruptionPoint();
        await this.#step(step, batches, meter);
      }
    } finally {
      await batches.return();
    }
    await this.#endEpoch(started);
  }

  async #step(step: StepPlan, batches: ReturnType<typeof feed>, meter: ProgressMeter): Promise<void> {
    const weight = step.flat().reduce((sum, image) => sum + this.options.task.weight(image), 0);
    const number = this.#position.step + 1;
    const losses = await this.trainer
      .step(batches, step.length, weight, number, this.#learningRate())
      .catch((error: unknown) => {
        throw error instanceof NotFiniteLoss ? this.#notFinite(error) : error;
      });
    const { epoch, stepInEpoch, sums } = this.#position;
    const added = losses.reduce(addLosses, sums);
    this.#position = { ...this.#position, step: number, stepInEpoch: stepInEpoch + 1, sums: added };
    meter.advance(
      step.flat().length,
      `epoch ${epoch + 1}/${this.options.epochs} · loss ${meanLosses(added).loss.toFixed(4)}`,
    );
  }

  async #endEpoch(started: number): Promise<void> {
    const { step, epoch, sums, log, best } = this.#position;
    const metrics = await this.#validate();
    const better =
      best === null ||
      best.metrics === null ||
      metrics === null ||
      isBetter(metrics, best.metrics, this.options.select);
    if (better) this.#bestParameters = this.trainer.snapshot().parameters;
    const record: EpochRecord = {
      epoch: epoch + 1,
      step,
      learningRate: this.#learningRate(step - 1),
      train: meanLosses(sums),
      validation: metrics,
      best: better,
      seconds: Math.round(performance.now() - started) / 1000,
    };
    this.#position = {
      step,
      epoch: epoch + 1,
      stepInEpoch: 0,
      sums: noLosses,
      log: [...log, record],
      best: better ? { epoch, metrics } : best,
    };
    await this.#saveIfDue();
    await this.options.onEpoch?.(record, this.#position.log);
  }

  async #validate(): Promise<ValidationMetrics | null> {
    const { validation, dataset, task, loader } = this.options;
    if (validation.length === 0) return null;
    const requests = groupBySize(validation, this.#sampler).map((images) => ({
      images,
      draws: images.map(() => null),
    }));
    const evaluations: BatchEvaluation[] = [];
    for await (const evaluation of this.trainer.evaluate(feed(loader, requests, this.#ahead())))
      evaluations.push(evaluation);
    const labelOf = (image: number): number | null => {
      const { label } = dataset.images[image]!;
      return label === null ? null : task.classes.indexOf(label);
    };
    return validationMetrics(evaluations, labelOf, task.classes.length);
  }

  async #resume(): Promise<void> {
    const { checkpoint } = this.options;
    const found = checkpoint && (await loadCheckpoint(checkpoint.path, checkpoint.fingerprint));
    if (!found) return;
    this.trainer.restore(found.trainer);
    this.#position = found.position;
    this.#bestParameters = found.bestParameters;
  }

  async #interruptionPoint(): Promise<void> {
    const { signal } = this.options;
    if (!signal?.aborted) return this.#saveIfDue();
    await this.#save();
    throw fail("cancelled", {
      where: this.options.task.name,
      expected: "to run to the last epoch",
      got: `an interruption in epoch ${this.#position.epoch + 1} of ${this.options.epochs}`,
      ...(this.options.checkpoint ? { fix: "Everything done so far is kept: go on with `--resume`." } : {}),
      cause: signal.reason,
    });
  }

  async #saveIfDue(): Promise<void> {
    const { checkpoint } = this.options;
    if (checkpoint && performance.now() - this.#saved >= 1000 * checkpoint.everySeconds) await this.#save();
  }

  async #save(): Promise<void> {
    const { checkpoint } = this.options;
    if (!checkpoint) return;
    const content: Checkpoint = {
      position: this.#position,
      trainer: this.trainer.snapshot(),
      bestParameters: this.#bestParameters,
    };
    await saveCheckpoint(checkpoint.path, content, checkpoint.fingerprint);
    this.#saved = performance.now();
  }

  #request(images: MicroBatch, epoch: number): LoadRequest {
    const { seed, augment, dataset } = this.options;
    const draws = images.map((image) =>
      augment(Generator.derive(seed, "augment", epoch, dataset.images[image]!.id)),
    );
    return { images, draws };
  }

  #learningRate(step = this.#position.step): number {
    const { schedule, learningRate, epochs } = this.options;
    const totalSteps = epochs * this.#stepsPerEpoch;
    return learningRateAt(schedule, learningRate, {
      step,
      epoch: Math.floor(step / this.#stepsPerEpoch),
      totalSteps,
    });
  }

  #ahead(): number {
    return this.options.workers + 1;
  }

  #sizes(image: number, mpps: readonly number[]): [number, number][] {
    return mpps.map((mpp) => viewSize(this.options.dataset.images[image]!, mpp));
  }

  #viewSizes(image: number): [number, number][] {
    return this.#sizes(
      image,
      this.options.task.views.map(({ mpp }) => mpp),
    );
  }

  #sizeKey(image: number): string {
    return [...this.#viewSizes(image), ...this.#sizes(image, this.options.task.alikeAt ?? [])].join(" ");
  }

  #microBatch(image: number): number {
    const { microBatch, batch, task } = this.options;
    const pixels = Math.max(...this.#viewSizes(image).map(([width, height]) => width * height));
    return microBatchSize({ pixels, batch, couplesImages: task.couplesImages, wanted: microBatch });
  }

  #notFinite({ image, loss, step }: NotFiniteLoss): LowmagError {
    return fail("not-finite", {
      where: `${this.options.task.name}, step ${step}, image \`${this.options.dataset.images[image]!.id}\``,
      expected: "a finite loss",
      got: `${loss}`,
      fix: "Try a lower learning rate (--learning-rate), a warm-up (--schedule cosine --warmup-steps), and look at the image; the last checkpoint is intact.",
    });
  }
}
