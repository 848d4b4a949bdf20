// How much memory a training takes: what a process holds anyway, and for each worker thread the tensors of its largest
// micro-batch; and the pixels that loaders keep between epochs. The factors are fitted to measured peaks (within 5% for
// trainings and distillations of images of 128 to 1,024 pixels on Linux x64).
import { viewSize } from "../dataset/index.ts";
import { forwardCost, normalizesByBatch, parameterCount } from "../models/index.ts";
import { microBatchSize } from "../train/index.ts";
import type { CostedNetwork, CostedTraining } from "./cost.ts";
import type { RunCost } from "./types.ts";

/** Bytes of a process that trains nothing yet: Node, libraries, loader threads. */
const BASE_BYTES = 243 * 2 ** 20;
/** Copies of the parameters: values, gradient, optimiser's state, best so far, checkpoint being written. */
const PARAMETER_COPIES = 16;
/** Share of all bytes that a forward pass touches which training holds at once, and a forward pass alone. */
const TRAINING_SHARE = 1.13;
const FORWARD_SHARE = 0.45;
/** Bytes of a worker thread: its own copy of the engine's sessions. */
const WORKER_BYTES = 40 * 2 ** 20;

/** Most bytes of pixels that loaders keep between epochs. */
const KEPT_PIXELS = 2 ** 30;

/** Estimated peak bytes of a training. */
export function memoryOf(training: CostedTraining): Pick<RunCost, "peakBytes" | "workerBytes"> {
  const { network, teacher, classes } = training;
  const parameters = 4 * parameterCount(network.architecture, classes);
  const own = largestPass(training, network) * TRAINING_SHARE;
  const beside = teacher === null ? 0 : largestPass(training, teacher) * FORWARD_SHARE;
  const workerBytes = Math.round(WORKER_BYTES + own + beside + 3 * parameters);
  const held = BASE_BYTES + PARAMETER_COPIES * parameters + keptPixels(training);
  return { peakBytes: Math.round(held + workerBytes), workerBytes };
}

function keptPixels({ network, teacher, learnsFrom, validatesOn }: CostedTraining): number {
  const sizes = [...learnsFrom.sizes, ...validatesOn.sizes];
  const views = teacher === null ? [network] : [network, teacher];
  const bytes = sizes.flatMap((group) =>
    views.map(({ mpp }) => {
      const [width, height] = viewSize({ ...group, path: group.example }, mpp);
      return 3 * width * height * group.count;
    }),
  );
  return Math.min(
    KEPT_PIXELS,
    bytes.reduce((sum, one) => sum + one, 0),
  );
}

/** Bytes touched by a forward pass over the largest micro-batch. */
function largestPass(training: CostedTraining, network: CostedNetwork): number {
  const { classes } = training;
  const sizes = [...training.learnsFrom.sizes, ...training.validatesOn.sizes];
  return sizes.reduce((most, group) => {
    const image = { ...group, path: group.example };
    const [width, height] = viewSize(image, network.mpp);
    const images = Math.min(group.count, imagesAtOnce(training, image));
    return Math.max(most, images * touched(network, classes, width, height));
  }, 0);
}

function imagesAtOnce({ network, teacher, options }: CostedTraining, image: Parameters<typeof viewSize>[0]) {
  const views = teacher === null ? [network] : [network, teacher];
  const pixels = Math.max(...views.map(({ mpp }) => viewSize(image, mpp)).map(([w, h]) => w * h));
  return microBatchSize({
    pixels,
    batch: Number(options.batch),
    couplesImages: normalizesByBatch(network.architecture),
    wanted: options.microBatch === undefined ? undefined : Number(options.microBatch),
  });
}

/** Bytes of one image's pass; proportional to the pixels, so that one size stands for all. */
function touched({ architecture }: CostedNetwork, classes: number, width: number, height: number): number {
  const key = `${architecture} ${classes}`;
  let perPixel = known.get(key);
  if (perPixel === undefined) {
    perPixel = forwardCost(architecture, classes, SIDE, SIDE).bytes / SIDE ** 2;
    known.set(key, perPixel);
  }
  return perPixel * width * height;
}

const SIDE = 512;
const known = new Map<string, number>();
