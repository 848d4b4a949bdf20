// `distill`: a student at a lower magnification learns, without labels, what a teacher computes.
import {
  type DatasetReading,
  type Loader,
  type LoaderThreads,
  takeUnlabelled,
  type View,
} from "../dataset/index.ts";
import { checkResolutions, distillationTask, type Teacher, withTeacherOutputs } from "../distill/index.ts";
import type { Device } from "../engine/index.ts";
import { type ArchitectureName, initialState } from "../models/index.ts";
import { type DistillOptions, distillOptions, resolveOptions } from "../options/index.ts";
import { type FinishedRun, readRun, type TrainingTask } from "../train/index.ts";
import { withCache } from "./cache.ts";
import { trainingDevice } from "./chosen-device.ts";
import type { OperationContext } from "./context.ts";
import { imageNumbers, notePreparation, openData, withClassesOf, withSplits } from "./open-data.ts";
import { checkTeacherOutputs, deviationsOf } from "./teacher-options.ts";
import {
  type LoaderUse,
  runTraining,
  type TrainingResult,
  trainingStatistics,
  withLoaderThreads,
} from "./training.ts";
import type { CompleteDistillOptions } from "./training-options.ts";
import { withoutUndefined } from "./without-undefined.ts";

/**
 * Distils a student from a teacher's run and writes a run folder. It learns from all training images, labelled or not,
 * and from the unlabelled ones; labels of the validation split give its validation metrics.
 *
 * @throws LowmagError `invalid-argument` for a student finer than its teacher or data of other classes, and what
 *   {@link train} throws.
 */
export async function distill(
  options: DistillOptions,
  context: OperationContext = {},
): Promise<TrainingResult> {
  const timed = { startedAt: performance.now(), ...context };
  const complete = resolveOptions("distill", distillOptions, options);
  const teacher = await readRun(complete.teacher);
  checkResolutions(teacher.model.description.mpp, complete.mpp); // before any data is read
  checkTeacherOutputs(complete);
  const device = await trainingDevice(complete, timed);
  return withCache(complete.cache, timed, async (cacheFolder) => {
    const read = await openData(complete, { ...timed, defaultCache: cacheFolder });
    const dataset = await withSplits(read, complete.splits, "train");
    return distillOn(dataset, { options: complete, teacher, cacheFolder, device }, timed);
  });
}

/** What a distillation works on besides its data. */
interface DistillGiven {
  readonly options: CompleteDistillOptions;
  readonly teacher: FinishedRun;
  readonly cacheFolder: string;
  /** See {@link trainingDevice}. */
  readonly device: Device;
}

/** What {@link distill} does once its data are read and split; test images are not looked at and may be absent. */
export async function distillOn(
  split: DatasetReading,
  given: DistillGiven,
  context: OperationContext,
): Promise<TrainingResult> {
  return withLoaderThreads(given.options, given.cacheFolder, (threads) =>
    distillWith(threads, split, given, context),
  );
}

async function distillWith(
  threads: LoaderThreads,
  split: DatasetReading,
  given: DistillGiven,
  context: OperationContext,
): Promise<TrainingResult> {
  const { options, teacher, cacheFolder, device } = given;
  const { description, state } = teacher.model;
  checkTeacherOutputs(options);
  const read = withClassesOf(split, description.classes, `teacher ${teacher.path}`);
  const dataset = withUnlabelledFraction(read, options);
  notePreparation(teacher, dataset, context);
  const images = imageNumbers(
    dataset,
    ({ split, label }) => split === "train" || (split === null && label === null),
  );
  const { mpp } = options;
  const view = { mpp, ...(await trainingStatistics(dataset, images, mpp, cacheFolder, context)) };
  const { mean, std } = description;
  const frozen = { ...description, state, view: { mpp: description.mpp, mean, std } };
  const architecture = options.architecture ?? description.architecture;
  const { modelHash } = teacher;
  return runTraining(
    {
      kind: "distillation",
      options,
      dataset,
      train: images,
      task: taskOf(options, frozen, architecture, view),
      description: { architecture, classes: dataset.classes, ...view },
      origin: { path: teacher.path, modelHash },
      cacheFolder,
      device,
      threads,
      deviations: deviationsOf(options),
      teacherArithmetic: options.teacherArithmetic,
      ...(options.cacheTeacher
        ? {}
        : { teacher: { architecture: description.architecture, mpp: description.mpp } }),
      ...(options.cacheTeacher
        ? {
            extendLoader: (loader: Loader, use: LoaderUse) =>
              withTeacherOutputs(loader, {
                ...use,
                ...{ dataset, teacher: frozen, modelHash, cacheFolder, flips: options.flip },
                precision: options.teacherPrecision,
                ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
              }),
          }
        : {}),
    },
    context,
  );
}

function taskOf(
  options: CompleteDistillOptions,
  teacher: Teacher,
  architecture: ArchitectureName,
  view: View,
): TrainingTask {
  return distillationTask({
    teacher,
    architecture,
    initialState: initialState(architecture, teacher.classes.length, options.seed),
    view,
    loss: {
      resizers: options.resizers,
      distance: options.pixelLoss,
      form: options.loss,
      temperature: options.temperature,
      softWeight: options.softWeight,
      pixelWeight: options.pixelWeight,
    },
    jitterViews: options.jitterViews,
    teacherOutputs: options.cacheTeacher ? "supplied" : "computed",
  });
}

/** The data set with the share of unlabelled tissue that is wanted; what is left out is noted. */
function withUnlabelledFraction(
  dataset: DatasetReading,
  { unlabelledFraction: fraction, seed }: CompleteDistillOptions,
): DatasetReading {
  const taken = takeUnlabelled(dataset, { fraction, seed });
  const left = dataset.images.length - taken.images.length;
  if (left === 0) return taken;
  return {
    ...taken,
    notes: [...dataset.notes, `${left} unlabelled images (unlabelled fraction ${fraction})`],
  };
}
