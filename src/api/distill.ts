// `distill`: a student at a lower magnification learns, without labels, what a teacher computes.
import { checkResolutions, distillationTask } from "../distill/index.ts";
import { initialState } from "../models/index.ts";
import { type DistillOptions, distillOptions, resolveOptions } from "../options/index.ts";
import { readRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { imageNumbers, notePreparation, openData, withClassesOf, withSplits } from "./open-data.ts";
import { runTraining, type TrainingResult, trainingStatistics } from "./training.ts";

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
  const complete = resolveOptions("distill", distillOptions, options);
  const { seed, mpp } = complete;
  const teacher = await readRun(complete.teacher);
  const { description, state } = teacher.model;
  checkResolutions(description.mpp, mpp); // before any data is read
  return withCache(complete.cache, context, async (cacheFolder) => {
    const read = await openData(complete, { ...context, defaultCache: cacheFolder });
    const named = withClassesOf(read, description.classes, `teacher ${teacher.path}`);
    notePreparation(teacher, named, context);
    const dataset = await withSplits(named, complete.splits, "train");
    const images = imageNumbers(
      dataset,
      ({ split, label }) => split === "train" || (split === null && label === null),
    );
    const view = { mpp, ...(await trainingStatistics(dataset, images, mpp, cacheFolder, context)) };
    const architecture = complete.architecture ?? description.architecture;
    const { mean, std } = description;
    const task = distillationTask({
      teacher: { ...description, state, view: { mpp: description.mpp, mean, std } },
      architecture,
      initialState: initialState(architecture, description.classes.length, seed),
      view,
      loss: {
        resizers: complete.resizers,
        distance: complete.pixelLoss,
        form: complete.loss,
        temperature: complete.temperature,
        softWeight: complete.softWeight,
        pixelWeight: complete.pixelWeight,
      },
    });
    return runTraining(
      {
        kind: "distillation",
        options: complete,
        dataset,
        train: images,
        task,
        description: { architecture, classes: dataset.classes, ...view },
        origin: { path: teacher.path, modelHash: teacher.modelHash },
        cacheFolder,
      },
      context,
    );
  });
}
