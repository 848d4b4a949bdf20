// Times optimiser steps on a device by the training loop itself, on noise that is there at once. Prints one JSON line.
//
// Usage: node build/bench/devices/step.js train|distill SIZE[,STUDENT_SIZE] DEVICE [--batch N] [--seconds S]
//        [--teacher float16]
import { devices } from "../../src/engine/index.ts";
import { timeSteps } from "../performance/lowmag/steps.ts";
import { parseWork } from "../performance/lowmag/work.ts";

const args = process.argv.slice(2);
const half = args.at(-2) === "--teacher" && args.at(-1) === "float16";
const [kind = "", sizes = "", name, ...rest] = half ? args.slice(0, -2) : args;
const device = devices.find((one) => one === name);
if (device === undefined) throw new Error(`expected one of ${devices.join(", ")}, got ${name}`);
const work = parseWork([kind, sizes, ...rest]);
const { wallMilliseconds: milliseconds } = await timeSteps(work, {
  device,
  frozenPrecision: half ? "float16" : "float32",
});
process.stdout.write(`${JSON.stringify({ milliseconds })}\n`);
