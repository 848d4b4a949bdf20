// Times optimiser steps as `lowmag train` and `lowmag distill` take them: by the training loop itself, with its worker
// threads, the sum of gradients and Adam. Only the images are noise that is there at once.
import { isLowmagError } from "../../../src/base/index.ts";
import { type LoopOptions, runLoop } from "../../../src/train/index.ts";
import { Stopwatch, type Times } from "./stopwatch.ts";
import { madeUpDataset, noiseLoader, taskOf } from "./tasks.ts";
import type { Work } from "./work.ts";

/** Steps of an epoch: what an epoch's end costs is little beside them and not counted. */
const STEPS = 50;

/**
 * The least time of a step, per image.
 * @param how what the loop is told besides: a device, say
 */
export async function timeSteps(work: Work, how: Partial<LoopOptions> = {}): Promise<Times> {
  const dataset = madeUpDataset(work.size, STEPS * work.batch);
  const task = taskOf(work, dataset);
  const watch = new Stopwatch(work.seconds);
  const enough = new AbortController();
  const options: LoopOptions = {
    ...{ task, dataset, loader: noiseLoader(work, task), workers: work.workers, batch: work.batch, seed: 1 },
    ...{ train: dataset.images.map((_, number) => number), validation: [], epochs: 1000, select: "loss" },
    ...{ optimiser: { name: "adam", weightDecay: 1e-4 }, learningRate: 1e-5, schedule: { name: "constant" } },
    augment: () => null,
    checkpointing: work.checkpointing,
    onProgress: ({ done }) => {
      watch.lap();
      if (done % (STEPS * work.batch) === 0) watch.begin();
      if (watch.isEnough) enough.abort();
    },
    signal: enough.signal,
    ...how,
  };
  await runLoop(options).catch((error: unknown) => {
    if (!isLowmagError(error) || error.code !== "cancelled") throw error;
  });
  return watch.timesPer(work.batch);
}
