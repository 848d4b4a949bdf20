// `train`: a network from labels. A teacher at a fine resolution, a label-only baseline at a coarse one, or fine-tuning.
import { fail } from "../base/index.ts";
import {
  type Dataset,
  type DatasetReading,
  dropLabels,
  type LoaderThreads,
  type View,
} from "../dataset/index.ts";
import type { Device } from "../engine/index.ts";
import { type ArchitectureName, initialState, loadWeights } from "../models/index.ts";
import type { ModelState } from "../nn/index.ts";
import { resolveOptions, type TrainOptions, trainOptions } from "../options/index.ts";
import { classificationTask, type FinishedRun, readRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import { trainingDevice } from "./chosen-device.ts";
import type { OperationContext } from "./context.ts";
import { imageNumbers, notePreparation, openData, withClassesOf, withSplits } from "./open-data.ts";
import { runTraining, type TrainingResult, trainingStatistics, withLoaderThreads } from "./training.ts";
import type { CompleteTrainOptions } from "./training-options.ts";

const DEFAULT_ARCHITECTURE: ArchitectureName = "resnet10-thin-gn";

/**
 * Trains a network from labels and writes a run folder.
 *
 * @throws LowmagError what reading the data throws; `data-leak`; `checkpoint-mismatch` for weights of another network or a
 *   resumed run of other settings; `not-finite`; `cancelled` after a checkpoint; `not-writable`.
 */
export async function train(options: TrainOptions, context: OperationContext = {}): Promise<TrainingResult> {
  const timed = { startedAt: performance.now(), ...context };
  const complete = resolveOptions("train", trainOptions, options);
  const start = complete.from === undefined ? null : await readRun(complete.from);
  networkOf(complete, start); // before any data is read
  const device = await trainingDevice(complete, timed);
  return withCache(complete.cache, timed, async (cacheFolder) => {
    const read = await openData(complete, { ...timed, defaultCache: cacheFolder });
    const dataset = await withSplits(read, complete.splits, "train");
    return trainOn(dataset, { options: complete, start, cacheFolder, device }, timed);
  });
}

/** What a training works on besides its data. */
interface TrainGiven {
  readonly options: CompleteTrainOptions;
  /** The run of the option `from`. */
  readonly start: FinishedRun | null;
  readonly cacheFolder: string;
  /** See {@link trainingDevice}. */
  readonly device: Device;
}

/** What {@link train} does once its data are read and split; test images are not looked at and may be absent. */
export async function trainOn(
  split: DatasetReading,
  given: TrainGiven,
  context: OperationContext,
): Promise<TrainingResult> {
  return withLoaderThreads(given.options, given.cacheFolder, (threads) =>
    trainWith(threads, split, given, context),
  );
}

async function trainWith(
  threads: LoaderThreads,
  split: DatasetReading,
  given: TrainGiven,
  context: OperationContext,
): Promise<TrainingResult> {
  const { options, start, cacheFolder, device } = given;
  const { architecture, mpp } = networkOf(options, start);
  const named =
    start === null ? split : withClassesOf(split, start.model.description.classes, `run ${start.path}`);
  if (start !== null) notePreparation(start, named, context);
  const dataset = dropLabels(named, { fraction: options.labelFraction, seed: options.seed });
  const images = imageNumbers(dataset, (image) => image.label !== null && image.split === "train");
  const view = await viewOf(start, dataset, images, mpp, cacheFolder, context);
  const task = classificationTask({
    architecture,
    initialState: await startingState(options, start, architecture, dataset.classes.length),
    dataset,
    view,
    labelSmoothing: options.labelSmoothing,
    ...(options.classWeights === "balanced" ? { classWeights: balancedWeights(dataset, images) } : {}),
  });
  return runTraining(
    {
      kind: start === null ? "labels" : "fine-tuning",
      options,
      dataset,
      train: images,
      task,
      description: { architecture, classes: dataset.classes, ...view },
      origin: start === null ? null : { path: start.path, modelHash: start.modelHash },
      cacheFolder,
      device,
      threads,
    },
    context,
  );
}

function networkOf(
  { from, weights, architecture, mpp }: CompleteTrainOptions,
  start: FinishedRun | null,
): { architecture: ArchitectureName; mpp: number } {
  if (from !== undefined && weights !== undefined)
    throw fail("invalid-argument", {
      where: "`train`",
      expected: "one of `from` and `weights`",
      got: "both",
    });
  const own = start?.model.description;
  if (own !== undefined && architecture !== undefined && architecture !== own.architecture)
    throw fail("checkpoint-mismatch", {
      where: start!.path,
      expected: `a run of ${architecture}`,
      got: `one of ${own.architecture}`,
      fix: "Leave `--architecture` out: fine-tuning keeps the network.",
    });
  const chosen = mpp ?? own?.mpp;
  if (chosen === undefined)
    throw fail("invalid-argument", {
      where: "`train`",
      expected: "`mpp`, the resolution to work at",
      got: "nothing",
      fix: "Pass `--mpp` in µm per pixel: 10x is 1, 5x is 2, 2.5x is 4, 1.25x is 8.",
    });
  return { architecture: own?.architecture ?? architecture ?? DEFAULT_ARCHITECTURE, mpp: chosen };
}

/** Fine-tuning at the same resolution keeps the standardisation that the weights were trained with. */
async function viewOf(
  start: FinishedRun | null,
  dataset: Dataset,
  images: readonly number[],
  mpp: number,
  cacheFolder: string,
  context: OperationContext,
): Promise<View> {
  if (start !== null && start.model.description.mpp === mpp) {
    const { mean, std } = start.model.description;
    return { mpp, mean, std };
  }
  return { mpp, ...(await trainingStatistics(dataset, images, mpp, cacheFolder, context)) };
}

async function startingState(
  { weights, seed }: CompleteTrainOptions,
  start: FinishedRun | null,
  architecture: ArchitectureName,
  classes: number,
): Promise<ModelState> {
  if (start !== null) return start.model.state;
  return weights === undefined
    ? initialState(architecture, classes, seed)
    : loadWeights(weights, architecture, classes);
}

/** Inverse to the classes' frequency among the training images; 1 on average over the images. */
function balancedWeights(dataset: Dataset, images: readonly number[]): readonly number[] {
  return dataset.classes.map((name) => {
    const count = images.filter((number) => dataset.images[number]!.label === name).length;
    return images.length / (dataset.classes.length * count);
  });
}
