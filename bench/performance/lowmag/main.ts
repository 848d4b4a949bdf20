// lowmag's side of the comparison with PyTorch: does one piece of work and prints one JSON line of what it took.
//
// Usage: node build/bench/performance/lowmag/main.js forward|train|distill|product SIZE[,STUDENT_SIZE] [--batch N]
//        [--workers N] [--seconds S] [--cached] [--checkpointing]
import { forwardMacs } from "../../../src/models/index.ts";
import { productPass, timePass, timePasses } from "./passes.ts";
import { timeSteps } from "./steps.ts";
import { ARCHITECTURE, CLASSES } from "./tasks.ts";
import { type Measured, parseWork } from "./work.ts";

const PRODUCT_SIDE = 1024;

const work = parseWork(process.argv.slice(2));
const { kind, size, workers } = work;
const isPass = kind === "forward" || kind === "product";
const times = isPass ? await timePasses(work) : await timeSteps(work);
const peakMegabytes = (1024 * process.resourceUsage().maxRSS) / 1e6;
const measured: Measured = { ...times, peakMegabytes, ...(kind === "forward" ? await rates() : {}) };
process.stdout.write(`${JSON.stringify(measured)}\n`);

/** How much computing the pass is, and the rate of a matrix product in the same process. */
async function rates(): Promise<{ flops: number; productGflops?: number }> {
  const flops = 2 * forwardMacs(ARCHITECTURE, CLASSES.length, size, size);
  if (workers > 1) return { flops };
  const { cpuMilliseconds } = await timePass(productPass(PRODUCT_SIDE), 0.3);
  return { flops, productGflops: (2 * PRODUCT_SIDE ** 3) / cpuMilliseconds / 1e6 };
}
