// What `train` and `distill` have in common: a run folder, the loop, and the result.
import { resolve } from "node:path";
import type { ProgressListener } from "../base/index.ts";
import {
  type ChannelStatistics,
  computeStatistics,
  type Dataset,
  type DatasetReading,
  drawAugmentation,
  type Loader,
  LoaderThreads,
  PixelCache,
} from "../dataset/index.ts";
import { cpuTarget, type Device } from "../engine/index.ts";
import type { Precision } from "../graph/index.ts";
import { type ArchitectureName, type Model, parameterCount } from "../models/index.ts";
import {
  type EpochRecord,
  epochText,
  type LoopResult,
  type MemoryPlan,
  RunFolder,
  type RunReference,
  readRecord,
  runLoop,
  type TrainingKind,
  type TrainingTask,
  type ValidationMetrics,
  waitingAdvice,
} from "../train/index.ts";
import type { OperationContext } from "./context.ts";
import { imageNumbers } from "./open-data.ts";
import { startOfRecord } from "./run-record.ts";
import { stainAugmentation } from "./stain-augmentation.ts";
import { trainingMemory } from "./training-memory.ts";
import {
  augmentationOf,
  type CommonTrainingOptions,
  optimiserOf,
  scheduleOf,
  workersOf,
} from "./training-options.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** Options that say where things are or how fast to work: they may differ when a run is resumed. */
const NEUTRAL = [
  "out",
  "resume",
  "overwrite",
  "cache",
  "workers",
  "checkpointing",
  // Micro-batches that follow from it are recorded, and a resumed run keeps them.
  "maxMemory",
  "checkpointEvery",
  // What these name is part of the run's fingerprint by its content.
  "data",
  "splits",
  "unlabelled",
  "teacher",
  "from",
];

/** A finished training. */
export interface TrainingResult {
  /** The run folder, absolute. */
  readonly run: string;
  readonly kind: TrainingKind;
  readonly architecture: string;
  /** µm per pixel. */
  readonly mpp: number;
  readonly classes: readonly string[];
  readonly parameters: number;
  readonly images: { readonly train: number; readonly unlabelled: number; readonly val: number };
  readonly epochs: number;
  /** Counted from 1. */
  readonly bestEpoch: number;
  /** Of the best epoch; `null` without validation images. */
  readonly validation: ValidationMetrics | null;
  readonly log: readonly EpochRecord[];
}

/** A training that only has to be run. */
export interface PlannedTraining {
  readonly kind: TrainingKind;
  readonly options: CommonTrainingOptions;
  readonly dataset: DatasetReading;
  /** Image numbers to learn from. */
  readonly train: readonly number[];
  readonly task: TrainingTask;
  readonly description: Model["description"];
  readonly origin: RunReference | null;
  readonly cacheFolder: string;
  /** What will load its images; see {@link withLoaderThreads}. */
  readonly threads: LoaderThreads;
  readonly device: Device;
  /** The network that runs beside it in every step, where one does. */
  readonly teacher?: { readonly architecture: ArchitectureName; readonly mpp: number };
  /** Arithmetic of that network. Default "float32". */
  readonly teacherArithmetic?: Precision;
  /** Where it departs from the recipe of the paper, in sentences. */
  readonly deviations?: readonly string[];
  /** Builds a loader upon the one that supplies the task's views. */
  readonly extendLoader?: (loader: Loader, use: LoaderUse) => Promise<Loader>;
}

/** What a training will ask of its loader. */
export interface LoaderUse {
  /** Image numbers; those to train on come augmented. */
  readonly train: readonly number[];
  readonly validation: readonly number[];
  /** Threads that may compute until the training begins. */
  readonly workers: number;
}

/** Runs a planned training in its run folder. */
export async function runTraining(plan: PlannedTraining, context: OperationContext): Promise<TrainingResult> {
  const { options, description, dataset, device } = plan;
  const validation = imageNumbers(dataset, ({ split }) => split === "val");
  const path = resolve(options.out);
  const before = options.resume ? await readRecord(path) : null;
  const target = device === "cpu" ? await cpuTarget() : ({ device: "gpu" } as const);
  const memory = trainingMemory(plan, validation, before?.memory ?? null, target);
  context.onNote?.(`memory: ${memory.choice}`);
  const stain = await stainAugmentation(plan, before?.stain ?? null, context);
  const folder = await RunFolder.open(path, {
    config: withoutUndefined({ ...options, resume: false, overwrite: false }),
    neutral: NEUTRAL,
    record: { ...(await startOfRecord(plan, validation, stain)), device, memory },
    resume: options.resume,
    overwrite: options.overwrite,
  });
  const result = await loop(plan, validation, memory, folder, context);
  await folder.finish(description, result, new Date().toISOString());
  const unlabelled = plan.train.filter((number) => dataset.images[number]?.label === null).length;
  return {
    run: folder.path,
    kind: plan.kind,
    architecture: description.architecture,
    mpp: description.mpp,
    classes: description.classes,
    parameters: parameterCount(description.architecture, description.classes.length),
    images: { train: plan.train.length, unlabelled, val: validation.length },
    epochs: result.log.length,
    bestEpoch: result.bestEpoch,
    validation: result.log[result.bestEpoch - 1]?.validation ?? null,
    log: result.log,
  };
}

async function loop(
  plan: PlannedTraining,
  validation: readonly number[],
  memory: MemoryPlan,
  folder: RunFolder,
  { signal, onProgress, onNote, startedAt }: OperationContext,
): Promise<LoopResult> {
  const { task, dataset, options, train, threads, device } = plan;
  const { epochs, batch, learningRate, select, seed, microBatch, checkpointEvery } = options;
  const { workers, checkpointing, microBatchPixels } = memory;
  const pixels = threads.loader({ dataset, views: task.views });
  let loader = pixels;
  let advised = false;
  // A resumed run draws from the statistics that it began with.
  const augmentation = augmentationOf(options, folder.record.stain ?? null);
  try {
    loader = (await plan.extendLoader?.(pixels, { train, validation, workers })) ?? pixels;
    return await runLoop({
      task,
      dataset,
      loader,
      train,
      validation,
      epochs,
      batch,
      optimiser: optimiserOf(options),
      learningRate,
      schedule: scheduleOf(options),
      select,
      augment: (generator) => drawAugmentation(generator, augmentation),
      seed,
      workers,
      checkpoint: {
        path: folder.checkpointPath,
        fingerprint: folder.fingerprint,
        everySeconds: checkpointEvery,
      },
      onEpoch: async (record, log) => {
        await folder.writeLog(log);
        onNote?.(epochText(record, epochs));
        const advice = advised ? null : waitingAdvice(record);
        if (advice === null) return;
        onNote?.(advice);
        advised = true; // once is enough
      },
      checkpointing,
      device,
      frozenPrecision: plan.teacherArithmetic ?? "float32",
      ...withoutUndefined({ microBatch, microBatchPixels, signal, onProgress, startedAt }),
    });
  } finally {
    await loader.close();
  }
}

/**
 * Starts the threads that will load a training's images, which takes as long as preparing the rest does, and closes them
 * when `work` is over.
 */
export async function withLoaderThreads<T>(
  options: Pick<CommonTrainingOptions, "workers">,
  cacheFolder: string,
  work: (threads: LoaderThreads) => Promise<T>,
): Promise<T> {
  // Stain augmentation can cost half of a small student's step: one thread that loads for every two that compute.
  const threads = await LoaderThreads.start({ cacheFolder, workers: Math.ceil(workersOf(options) / 2) });
  try {
    return await work(threads);
  } finally {
    await threads.close();
  }
}

/** Colour statistics of the training images at one µm/px. */
export function trainingStatistics(
  dataset: Dataset,
  train: readonly number[],
  mpp: number,
  cacheFolder: string,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: ProgressListener },
): Promise<ChannelStatistics> {
  return computeStatistics(
    dataset,
    train,
    mpp,
    new PixelCache(cacheFolder),
    withoutUndefined({ signal, onProgress }),
  );
}
