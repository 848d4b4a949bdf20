// How much memory a training takes: what a process holds anyway, and for each worker thread the tensors of its largest
// micro-batch. The factors are fitted to measured peaks.
import { viewSize } from "../dataset/index.ts";
import { forwardCost, normalizesByBatch, parameterCount } from "../models/index.ts";
import { microBatchSize } from "../train/index.ts";
import type { CostedNetwork, CostedTraining } from "./cost.ts";
import type { RunCost } from "./types.ts";

/** Bytes of a process that trains nothing yet: Node, libraries, loader threads. */
const BASE_BYTES = 220 * 2 ** 20;
/** Copies of the parameters: values, gradient, optimiser's state, best so far, checkpoint being written. */
const PARAMETER_COPIES = 16;
/** Share of all bytes that a forward pass touches which training holds at once, and a forward pass alone. */
const TRAINING_SHARE = 1.6;
const FORWARD_SHARE = 0.25;
/** Bytes of a worker thread: its own copy of the engine's sessions. */
const WORKER_BYTES = 40 * 2 ** 20;

/** Estimated peak bytes of a training. */
export function memoryOf(training: CostedTraining): Pick<RunCost, "peakBytes" | "workerBytes"> {
  const { network, teacher, classes } = training;
  const parameters = 4 * parameterCount(network.architecture, classes);
  const own = largestPass(training, network) * TRAINING_SHARE;
  const beside = teacher === null ? 0 : largestPass(training, teacher) * FORWARD_SHARE;
  const workerBytes = Math.round(WORKER_BYTES + own + beside + 3 * parameters);
  return { peakBytes: Math.round(BASE_BYTES + PARAMETER_COPIES * parameters + workerBytes), workerBytes };
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
