// A small data set of synthetic tissue for the tests of training: made once per test file, in a temporary folder.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLoader,
  type Dataset,
  drawAugmentation,
  readDataset,
  splitDataset,
  type View,
} from "../../src/dataset/index.ts";
import { type ArchitectureName, initialState } from "../../src/models/index.ts";
import type { Generator } from "../../src/random/index.ts";
import { synthesizeDataset } from "../../src/synthetic/index.ts";
import {
  classificationTask,
  type LoopOptions,
  type LoopResult,
  runLoop,
  type TrainingTask,
} from "../../src/train/index.ts";

export const ARCHITECTURE = "resnet10-thin-gn";

/** 15 patients with one image each; sides of 64 or 96 px at 1 µm/px. */
export interface TestTissue {
  readonly dataset: Dataset;
  readonly folder: string;
  readonly train: readonly number[];
  readonly validation: readonly number[];
  remove(): Promise<void>;
}

export async function makeTissue(): Promise<TestTissue> {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-train-"));
  const request = { patients: 15, imagesPerPatient: 1, size: [64, 96] as const, seed: 5, workers: 1 };
  await synthesizeDataset({ ...request, out: join(folder, "tissue") });
  const dataset = splitDataset(await readDataset({ data: join(folder, "tissue", "manifest.csv") }), {
    seed: 5,
  });
  const inSplit = (split: string): number[] =>
    dataset.images.flatMap((image, i) => (image.split === split ? [i] : []));
  return {
    dataset,
    folder,
    train: inSplit("train"),
    validation: inSplit("val"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A view with round numbers for statistics. */
export const view = (mpp: number): View => ({ mpp, mean: [0.8, 0.7, 0.8], std: [0.2, 0.25, 0.15] });

export function labelTask(
  { dataset }: TestTissue,
  mpp = 2,
  architecture: ArchitectureName = ARCHITECTURE,
): TrainingTask {
  const state = initialState(architecture, dataset.classes.length, 7);
  return classificationTask({ architecture, initialState: state, dataset, view: view(mpp) });
}

/** Runs the loop with settings that take a second or two. */
export async function runBriefly(
  tissue: TestTissue,
  task: TrainingTask,
  options: Partial<LoopOptions> = {},
): Promise<LoopResult> {
  const { dataset, folder, train, validation } = tissue;
  const cacheFolder = join(folder, "cache");
  const loader = await createLoader({ dataset, views: task.views, cacheFolder, workers: 1 });
  try {
    return await runLoop({
      task,
      dataset,
      loader,
      train,
      validation,
      epochs: 2,
      batch: 4,
      optimiser: { name: "adam", weightDecay: 1e-4 },
      learningRate: 1e-3,
      schedule: { name: "constant" },
      select: "loss",
      augment: (generator: Generator) => drawAugmentation(generator),
      seed: 3,
      workers: 1,
      ...options,
    });
  } finally {
    await loader.close();
  }
}
