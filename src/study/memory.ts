// How much memory a training of a study takes: that of its largest micro-batch, as `train` and `distill` predict it for
// themselves where everything is kept.
import { viewSize } from "../dataset/index.ts";
import { normalizesByBatch } from "../models/index.ts";
import { microBatchSize, type Pass, trainingBytes } from "../train/index.ts";
import type { CostedNetwork, CostedTraining } from "./cost.ts";
import type { SizeGroup } from "./facts.ts";
import type { RunCost } from "./types.ts";

/** Channels in a block of the CPU's blocked layout: memory is the same for 8 and 16, and usual processors have either. */
const BLOCK = 16;
/** Most bytes of pixels that loaders keep between epochs. */
const KEPT_PIXELS = 2 ** 30;

/** Estimated peak bytes of a training with one worker, and of each worker. */
export function memoryOf(training: CostedTraining): Pick<RunCost, "peakBytes" | "workerBytes"> {
  const { network, teacher, learnsFrom, validatesOn } = training;
  const groups = [...learnsFrom.sizes, ...validatesOn.sizes];
  const largest = (view: CostedNetwork): SizeGroup =>
    groups.reduce((a, b) => (pixelsTogether(training, b, view) > pixelsTogether(training, a, view) ? b : a));
  const keptPixels = keptPixelsOf(training, groups);
  const needs = [...new Set([network, teacher ?? network].map(largest))].map((group) => {
    const images = imagesAtOnce(training, group);
    const pass = (view: CostedNetwork): Pass => passOf(training, group, view);
    return trainingBytes({
      step: pass(network),
      rest: group.count % images,
      block: BLOCK,
      checkpointing: false,
      teacher: teacher === null ? null : pass(teacher),
      workers: 1,
      keptPixels,
    });
  });
  const { bytes, workerBytes } = needs.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  return { peakBytes: bytes, workerBytes };
}

function passOf(training: CostedTraining, group: SizeGroup, { architecture, mpp }: CostedNetwork): Pass {
  const [width, height] = sizeAt(group, mpp);
  return { architecture, classes: training.classes, images: imagesAtOnce(training, group), width, height };
}

function sizeAt(group: SizeGroup, mpp: number): [number, number] {
  return viewSize({ ...group, path: group.example }, mpp);
}

function pixelsTogether(training: CostedTraining, group: SizeGroup, { mpp }: CostedNetwork): number {
  const [width, height] = sizeAt(group, mpp);
  return imagesAtOnce(training, group) * width * height;
}

function keptPixelsOf({ network, teacher }: CostedTraining, groups: readonly SizeGroup[]): number {
  const views = teacher === null ? [network] : [network, teacher];
  const bytes = groups.flatMap((group) =>
    views.map(({ mpp }) => {
      const [width, height] = sizeAt(group, mpp);
      return 3 * width * height * group.count;
    }),
  );
  return Math.min(
    KEPT_PIXELS,
    bytes.reduce((sum, one) => sum + one, 0),
  );
}

function imagesAtOnce({ network, teacher, options }: CostedTraining, group: SizeGroup): number {
  const views = teacher === null ? [network] : [network, teacher];
  const pixels = Math.max(...views.map(({ mpp }) => sizeAt(group, mpp)).map(([w, h]) => w * h));
  const together = microBatchSize({
    pixels,
    batch: Number(options.batch),
    couplesImages: normalizesByBatch(network.architecture),
    wanted: options.microBatch === undefined ? undefined : Number(options.microBatch),
  });
  return Math.min(group.count, together);
}
