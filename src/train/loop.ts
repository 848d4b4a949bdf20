// The training loop: epochs of optimiser steps, validation, choice of the best epoch, checkpoints. It is handed a task
// and a loader, and knows neither what the network is nor what the loss means.
import { fail, type LowmagError, ProgressMeter } from "../base/index.ts";
import { cpuTarget, deviceNames } from "../engine/index.ts";
import { learningRateAt } from "../nn/index.ts";
import { type Checkpoint, loadCheckpoint, type RunPosition, saveCheckpoint } from "./checkpoint.ts";
import { EpochPlanner } from "./epoch-planner.ts";
import { feed, take } from "./feeder.ts";
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
import type { StepPlan } from "./sampler.ts";
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
  const started = options.startedAt ?? performance.now();
  const { task, checkpointing = false, device = "cpu", workers, frozenPrecision = "float32" } = options;
  const planner = new EpochPlanner(options);
  const compiled = compileTask(task, {
    checkpointing,
    frozenPrecision,
    ...(device === "cpu"
      ? {
          target: { ...(await cpuTarget()), bands: planner.bands(-1) },
          frozenBands: planner.bands(0),
          batches: planner.batchSizes,
        }
      : { target: { device: "gpu" } }),
  });
  const trainer = await Trainer.create(task, compiled, { device, workers }, options.optimiser);
  try {
    return await new Run(options, planner, trainer, started).finish();
  } finally {
    await trainer.close();
  }
}

type Batches = ReturnType<typeof feed>;

class Run {
  #position: RunPosition = START;
  #bestParameters: Float32Array | null = null;
  #saved = performance.now();
  /** This process's first step, until it is in the log. */
  #firstStep: EpochRecord["firstStep"];
  #began: number | null = null;

  constructor(
    readonly options: LoopOptions,
    readonly planner: EpochPlanner,
    readonly trainer: Trainer,
    readonly started: number,
  ) {}

  async finish(): Promise<LoopResult> {
    await this.#resume();
    const { epochs, train, loader } = this.options;
    const { epoch, stepInEpoch, sums } = this.#position;
    const meter = new ProgressMeter(
      this.options.task.name,
      epochs * train.length,
      this.options.onProgress,
      epoch * train.length + sums.images,
    );
    // One row of micro-batches for the whole run: what follows an epoch loads while it ends.
    const requests = this.planner.from(epoch, stepInEpoch);
    const batches = feed(loader, requests, this.planner.ahead, this.trainer.waiting);
    try {
      while (this.#position.epoch < epochs) await this.#epoch(batches, meter);
    } finally {
      await batches.return();
    }
    await this.#save();
    const { log, best } = this.#position;
    return { state: this.trainer.modelState(this.#bestParameters!), bestEpoch: best!.epoch + 1, log };
  }

  async #epoch(batches: Batches, meter: ProgressMeter): Promise<void> {
    const before = { time: performance.now(), waited: this.trainer.waiting.waited };
    const { epoch, stepInEpoch } = this.#position;
    for (const step of this.planner.steps(epoch).slice(stepInEpoch)) {
      await this.#interruptionPoint();
      await this.#step(step, batches, meter);
    }
    await this.#endEpoch(await this.#validate(batches), before);
  }

  async #step(step: StepPlan, batches: Batches, meter: ProgressMeter): Promise<void> {
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
    this.#noteFirstStep();
    meter.advance(
      step.flat().length,
      `epoch ${epoch + 1}/${this.options.epochs} · loss ${meanLosses(added).loss.toFixed(4)}${this.#elsewhere()}`,
    );
  }

  /** What computes, where it is not the CPU. */
  #elsewhere(): string {
    const { device = "cpu" } = this.options;
    return device === "cpu" ? "" : ` · on ${deviceNames[device]}`;
  }

  #noteFirstStep(): void {
    if (this.#began !== null) return;
    this.#began = this.trainer.waiting.firstRunAt;
    const seconds = (time: number) => Math.round(time - this.started) / 1000;
    this.#firstStep = { began: seconds(this.#began!), done: seconds(performance.now()) };
  }

  async #endEpoch(
    metrics: ValidationMetrics | null,
    before: { readonly time: number; readonly waited: number },
  ): Promise<void> {
    const { step, epoch, sums, log, best } = this.#position;
    const better =
      best === null ||
      best.metrics === null ||
      metrics === null ||
      isBetter(metrics, best.metrics, this.options.select);
    if (better) this.#bestParameters = (await this.trainer.snapshot()).parameters;
    const milliseconds = performance.now() - before.time;
    const waited = this.trainer.waiting.waited - before.waited;
    const record: EpochRecord = {
      epoch: epoch + 1,
      step,
      learningRate: this.#learningRate(step - 1),
      train: meanLosses(sums),
      validation: metrics,
      best: better,
      seconds: Math.round(milliseconds) / 1000,
      waitingShare: Number((waited / milliseconds).toFixed(4)),
      ...(this.#firstStep === undefined ? {} : { firstStep: this.#firstStep }),
    };
    this.#firstStep = undefined;
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

  async #validate(batches: Batches): Promise<ValidationMetrics | null> {
    const { dataset, task } = this.options;
    const { validation } = this.planner;
    if (validation.length === 0) return null;
    const evaluations: BatchEvaluation[] = [];
    for await (const evaluation of this.trainer.evaluate(take(batches, validation.length)))
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
    await this.trainer.restore(found.trainer);
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
      trainer: await this.trainer.snapshot(),
      bestParameters: this.#bestParameters,
    };
    await saveCheckpoint(checkpoint.path, content, checkpoint.fingerprint);
    this.#saved = performance.now();
  }

  #learningRate(step = this.#position.step): number {
    const { schedule, learningRate, epochs } = this.options;
    const totalSteps = epochs * this.planner.stepsPerEpoch;
    return learningRateAt(schedule, learningRate, {
      step,
      epoch: Math.floor(step / this.planner.stepsPerEpoch),
      totalSteps,
    });
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
