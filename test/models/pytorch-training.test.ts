// The first ten losses of training and of distillation, and batch normalisation's stored statistics, against PyTorch's,
// through the trainer itself: worker threads, accumulation and optimiser included.
import { describe, expect, it } from "vitest";
import { distillationTask } from "../../src/distill/index.ts";
import type { OptimiserOptions } from "../../src/nn/index.ts";
import { classificationTask, compileTask, type TrainingTask } from "../../src/train/index.ts";
import { Trainer } from "../../src/train/trainer.ts";
import {
  expectClose,
  expectSummary,
  GOLDEN_TOLERANCE,
  networkGolden,
  type TrainingRun,
  trainingGolden,
} from "../support/goldens.ts";
import { hashStateDict } from "../support/hash-weights.ts";
import { type HashedView, hashBatch, labelledDataset } from "../support/run-task.ts";

const classes = ["a", "b", "c"];
const view = { mpp: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
const golden = trainingGolden();
const { state } = networkGolden(golden.architecture);

/** One micro-batch of images, numbered from `first`. */
function fed(first: number, ...sides: readonly HashedView[]) {
  const images = sides[0]!.images.map((_, i) => first + i);
  return { request: { images, draws: images.map(() => null) }, batch: hashBatch(...sides) };
}

async function* inOrder<T>(items: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* items;
}

function taskOf({ task, labels }: TrainingRun): TrainingTask {
  const { architecture } = golden;
  const initialState = hashStateDict(state);
  if (task === "supervised")
    return classificationTask({
      architecture,
      initialState,
      view,
      dataset: labelledDataset(classes, labels.flat()),
    });
  const teacher = { architecture, classes, state: hashStateDict(state, "teacher/"), view };
  return distillationTask({ teacher, architecture, initialState, view: { ...view, mpp: 2 } });
}

function optimiserOf({ optimizer, options: { weightDecay, momentum } }: TrainingRun): OptimiserOptions {
  return optimizer === "sgd"
    ? { name: "sgd", weightDecay, ...(momentum === undefined ? {} : { momentum }) }
    : { name: optimizer, weightDecay };
}

/** The micro-batches of one step: one image each. */
function stepBatches({ images, teacherImages }: TrainingRun, step: number) {
  return images[step]!.map((name, i) => {
    const own = { images: [name], ...golden.image };
    const first = step * golden.accumulation + i;
    return teacherImages === undefined
      ? fed(first, own)
      : fed(first, { images: [teacherImages[step]![i]!], ...golden.teacherImage }, own);
  });
}

describe("the first ten losses", () => {
  it.each(golden.runs)("are PyTorch's: $task with $optimizer", async (run) => {
    const task = taskOf(run);
    const trainer = await Trainer.create(
      task,
      compileTask(task),
      { device: "cpu", workers: 1 },
      optimiserOf(run),
    );
    try {
      const found: number[] = [];
      for (let step = 0; step < golden.steps; step++) {
        const batches = stepBatches(run, step);
        const { length } = batches;
        const losses = await trainer.step(
          inOrder(batches),
          length,
          length,
          step + 1,
          run.options.learningRate,
        );
        found.push(losses.reduce((sum, { loss }) => sum + loss[0]!, 0) / length);
      }
      run.losses.forEach(({ float64 }, step) => {
        expectClose([found[step]!], [float64], GOLDEN_TOLERANCE, `loss of step ${step + 1}`);
      });
      // Ten steps of Adam amplify rounding where a gradient is near zero; ten times that is still no other algorithm.
      for (const [name, { data }] of trainer.modelState((await trainer.snapshot()).parameters))
        expectSummary(name, data, run.finalParameters[name], { relative: 1e-3 }, `${name} after ten steps`);
    } finally {
      await trainer.close();
    }
  });
});

describe("batch normalisation in training", () => {
  it.each(["resnet18-bn", "resnet34-bn"] as const)("leaves PyTorch's stored statistics: %s", async (name) => {
    const network = networkGolden(name);
    const { labels, runningStatistics, ...input } = network.cases.find(({ mode }) => mode === "train")!;
    const task = classificationTask({
      architecture: name,
      initialState: hashStateDict(network.state),
      view,
      dataset: labelledDataset(classes, labels),
    });
    const trainer = await Trainer.create(
      task,
      compileTask(task),
      { device: "cpu", workers: 1 },
      { name: "sgd", weightDecay: 0 },
    );
    try {
      // A rate of 0 leaves the weights alone, so that only the statistics move.
      await trainer.step(inOrder([fed(0, input)]), 1, labels.length, 1, 0);
      const after = trainer.modelState((await trainer.snapshot()).parameters);
      expect(Object.keys(runningStatistics!).length).toBe(2 * [...after.keys()].filter(isNormScale).length);
      for (const [key, summary] of Object.entries(runningStatistics!))
        expectSummary(key, after.get(key)!.data, summary, GOLDEN_TOLERANCE);
    } finally {
      await trainer.close();
    }
  });
});

const isNormScale = (name: string): boolean => /(bn\d|downsample\.1)\.weight$/.test(name);
