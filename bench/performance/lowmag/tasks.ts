// The tasks that are timed, on images that are only noise: the same tasks, and so the same graphs, as `lowmag train` and
// `lowmag distill` make. Images are at 1 µm/px; a student's are coarser by the ratio of the sizes.
import type { Dataset, LoadedView, Loader, TissueImage, View } from "../../../src/dataset/index.ts";
import { distillationTask } from "../../../src/distill/index.ts";
import { floatTensor } from "../../../src/engine/index.ts";
import { featureChannels, initialState } from "../../../src/models/index.ts";
import { classificationTask, type TrainingTask } from "../../../src/train/index.ts";
import { noise, type Work } from "./work.ts";

export const ARCHITECTURE = "resnet10-thin-gn" as const;
export const CLASSES = ["A", "B", "C"] as const;
/** Numbers of noise that images repeat: a whole image kept for copying would count as memory of the training. */
const TILE = 2 ** 18;
/** The network halves its map five times. */
const SHRINK = 32;

export const startingState = () => initialState(ARCHITECTURE, CLASSES.length, 1);
const view = (mpp: number): View => ({ mpp, mean: [0, 0, 0], std: [1, 1, 1] });

/** Square images of the work's size that exist nowhere. */
export function madeUpDataset(side: number, count: number): Dataset {
  const image = (number: number): TissueImage => ({
    id: `image-${number}`,
    path: `image-${number}.png`,
    label: CLASSES[number % CLASSES.length]!,
    patient: null,
    split: "train",
    mpp: 1,
    mppSource: "option",
    width: side,
    height: side,
    contentHash: `${number}`,
  });
  return { classes: CLASSES, images: Array.from({ length: count }, (_, number) => image(number)) };
}

/** The task of a training or a distillation. */
export function taskOf({ kind, size, studentSize, cached }: Work, dataset: Dataset): TrainingTask {
  const initial = startingState();
  if (kind === "train")
    return classificationTask({ architecture: ARCHITECTURE, initialState: initial, dataset, view: view(1) });
  return distillationTask({
    teacher: { architecture: ARCHITECTURE, classes: CLASSES, state: initial, view: view(1) },
    architecture: ARCHITECTURE,
    initialState: initial,
    view: view(size / studentSize),
    teacherOutputs: cached ? "supplied" : "computed",
  });
}

/** Hands over a fresh copy of the same noise for every request, as a loader that never lets anybody wait. */
export function noiseLoader(work: Work, task: TrainingTask): Loader {
  const sides = task.views.map(({ mpp }) => Math.round(work.size / mpp));
  const tile = noise(TILE);
  const map = Math.ceil(work.size / SHRINK);
  const channels = featureChannels(ARCHITECTURE);
  return {
    async load({ images }) {
      const count = images.length;
      const views = sides.map((side): LoadedView => {
        return { data: repeated(tile, count * 3 * side * side), dims: [count, 3, side, side] };
      });
      if (!work.cached) return { views };
      const tensors = {
        teacherFeatureMap: floatTensor(
          [count, channels, map, map],
          repeated(tile, count * channels * map * map),
        ),
        teacherLogits: floatTensor([count, CLASSES.length], noise(count * CLASSES.length)),
      };
      return { views, tensors };
    },
    async close() {},
  };
}

/** The numbers over and over, as many as wanted: fresh memory each time, as a loader has it. */
function repeated(numbers: Float32Array, count: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(count);
  for (let i = 0; i < count; i += numbers.length) all.set(numbers.subarray(0, count - i), i);
  return all;
}
