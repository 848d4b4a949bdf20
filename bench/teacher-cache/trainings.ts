// Trainings on synthetic tissue whose epochs are timed: a teacher that has learned a little, and students of it that have
// its outputs computed for every image or read back.
import { join } from "node:path";
import {
  computeStatistics,
  createLoader,
  type Dataset,
  drawAugmentation,
  type Loader,
  PixelCache,
  readDataset,
} from "../../src/dataset/index.ts";
import { distillationTask, type Teacher, withTeacherOutputs } from "../../src/distill/index.ts";
import { initialState } from "../../src/models/index.ts";
import { synthesizeDataset } from "../../src/synthetic/index.ts";
import { classificationTask, type LoopResult, runLoop, type TrainingTask } from "../../src/train/index.ts";

const architecture = "resnet10-thin-gn" as const;

/** Where the teacher's outputs come from: its own run for every image, or the cache with or without memory. */
export const SOURCES = {
  every: null,
  memory: { precision: "float32", memoryBytes: 2 ** 31 },
  files: { precision: "float32", memoryBytes: 0 },
  half: { precision: "float16", memoryBytes: 2 ** 31 },
} as const;
export type Source = keyof typeof SOURCES;

/** Square images of one side at 1 µm/px. */
export interface Tissue {
  readonly side: number;
  readonly dataset: Dataset;
  readonly cacheFolder: string;
  readonly workers: number;
}

/** Draws tissue, one image for each patient. */
export async function drawTissue(
  folder: string,
  side: number,
  images: number,
  workers: number,
): Promise<Tissue> {
  const out = join(folder, `tissue-${side}`);
  await synthesizeDataset({
    patients: images,
    imagesPerPatient: 1,
    size: [side, side],
    seed: 1,
    workers,
    out,
  });
  const dataset = await readDataset({ data: join(out, "manifest.csv") });
  return { side, dataset, cacheFolder: join(folder, `cache-${side}`), workers };
}

export const numbersOf = ({ dataset }: Tissue): number[] => dataset.images.map((_, number) => number);

async function viewOf({ dataset, cacheFolder, ...tissue }: Tissue, mpp: number) {
  const numbers = numbersOf({ dataset, cacheFolder, ...tissue });
  return { mpp, ...(await computeStatistics(dataset, numbers, mpp, new PixelCache(cacheFolder))) };
}

/** What an epoch took: on the clock, and of all cores together. */
export interface EpochTime {
  readonly wall: number;
  readonly cpu: number;
}

async function learn(
  tissue: Tissue,
  task: TrainingTask,
  { epochs, batch }: { epochs: number; batch: number },
  extend: (loader: Loader) => Promise<Loader> = async (loader) => loader,
): Promise<LoopResult & { times: readonly EpochTime[] }> {
  const { dataset, cacheFolder, workers } = tissue;
  const marks: EpochTime[] = [];
  const mark = () => {
    const { user, system } = process.cpuUsage();
    marks.push({ wall: performance.now() / 1000, cpu: (user + system) / 1e6 });
  };
  const loader = await extend(await createLoader({ dataset, views: task.views, cacheFolder }));
  try {
    mark();
    const result = await runLoop({
      ...{ task, dataset, loader, train: numbersOf(tissue), validation: [], workers, seed: 1 },
      ...{ epochs, batch, learningRate: 1e-3, select: "loss" },
      optimiser: { name: "adam", weightDecay: 1e-4 },
      schedule: { name: "constant" },
      augment: (generator) => drawAugmentation(generator),
      onEpoch: async () => mark(),
    });
    const times = marks
      .slice(1)
      .map(({ wall, cpu }, i) => ({ wall: wall - marks[i]!.wall, cpu: cpu - marks[i]!.cpu }));
    return { ...result, times };
  } finally {
    await loader.close();
  }
}

/** A teacher after a few epochs: its maps are those of a network that has begun to see. */
export async function trainTeacher(tissue: Tissue, epochs: number): Promise<Teacher> {
  const { dataset } = tissue;
  const view = await viewOf(tissue, 1);
  const start = initialState(architecture, dataset.classes.length, 1);
  const task = classificationTask({ architecture, dataset, view, initialState: start });
  const { state } = await learn(tissue, task, { epochs, batch: 4 });
  return { architecture, classes: dataset.classes, view, state };
}

/** A student's training, and what filling the cache took: little where it was full, nothing where it is not used. */
export async function trainStudent(
  tissue: Tissue,
  teacher: Teacher,
  shrink: number,
  source: Source,
  length: { epochs: number; batch: number },
): Promise<{ log: LoopResult["log"]; times: readonly EpochTime[]; filling: EpochTime }> {
  const { dataset, cacheFolder, workers } = tissue;
  const task = distillationTask({
    teacher,
    architecture,
    initialState: initialState(architecture, teacher.classes.length, 2),
    view: await viewOf(tissue, shrink),
    jitterViews: "student",
    teacherOutputs: source === "every" ? "computed" : "supplied",
  });
  let filling: EpochTime = { wall: 0, cpu: 0 };
  const { log, times } = await learn(tissue, task, length, async (loader) => {
    const cached = SOURCES[source];
    if (cached === null) return loader;
    const [started, used] = [performance.now(), process.cpuUsage()];
    const images = { train: numbersOf(tissue), validation: [], flips: true };
    const options = { dataset, cacheFolder, teacher, modelHash: "bench", workers, ...images, ...cached };
    const extended = await withTeacherOutputs(loader, options);
    const { user, system } = process.cpuUsage(used);
    filling = { wall: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
    return extended;
  });
  return { log, times, filling };
}
