// Times optimiser steps on a device by the training loop itself, on noise that is there at once. Prints one JSON line.
//
// Usage: node build/bench/devices/step.js train|distill SIZE[,STUDENT_SIZE] DEVICE [--batch N] [--seconds S]
//        [--teacher float16]
import { isLowmagError } from "../../src/base/index.ts";
import { devices } from "../../src/engine/index.ts";
import { type LoopOptions, runLoop } from "../../src/train/index.ts";
import { Stopwatch } from "../performance/lowmag/stopwatch.ts";
import { madeUpDataset, noiseLoader, taskOf } from "../performance/lowmag/tasks.ts";
import { parseWork } from "../performance/lowmag/work.ts";

const STEPS = 50;

const args = process.argv.slice(2);
const half = args.at(-2) === "--teacher" && args.at(-1) === "float16";
const [kind = "", sizes = "", name, ...rest] = half ? args.slice(0, -2) : args;
const device = devices.find((one) => one === name);
if (device === undefined) throw new Error(`expected one of ${devices.join(", ")}, got ${name}`);
const work = parseWork([kind, sizes, ...rest]);
const dataset = madeUpDataset(work.size, STEPS * work.batch);
const task = taskOf(work, dataset);
const watch = new Stopwatch(work.seconds);
const enough = new AbortController();
const options: LoopOptions = {
  ...{ task, dataset, loader: noiseLoader(work, task), workers: work.workers, batch: work.batch, seed: 1 },
  ...{ train: dataset.images.map((_, number) => number), validation: [], epochs: 1000, select: "loss" },
  ...{ optimiser: { name: "adam", weightDecay: 1e-4 }, learningRate: 1e-5, schedule: { name: "constant" } },
  ...{ device, frozenPrecision: half ? "float16" : "float32", augment: () => null },
  onProgress: ({ done }) => {
    watch.lap();
    if (done % (STEPS * work.batch) === 0) watch.begin();
    if (watch.isEnough) enough.abort();
  },
  signal: enough.signal,
};
await runLoop(options).catch((error: unknown) => {
  if (!isLowmagError(error) || error.code !== "cancelled") throw error;
});
const milliseconds = watch.timesPer(work.batch).wallMilliseconds;
process.stdout.write(`${JSON.stringify({ milliseconds })}\n`);
