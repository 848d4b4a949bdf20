// One target of the long run in a process of its own: a crash, a hang or memory without bound shows as the end of this
// process. A thread beside it watches, for a parser that does not end cannot look at the clock.
//
// Usage: node child.js INDEX COUNT. The last line of the output is a `TargetReport` in JSON.
import { Worker } from "node:worker_threads";
import { MOST_GROWTH_MB, type TargetReport, type WatchData } from "./report.ts";
import { fuzz } from "./target.ts";
import { FUZZ_TARGETS } from "./targets.ts";

const [index, count] = process.argv.slice(2).map(Number);
const target = FUZZ_TARGETS[index!]!;
await target.parse(await target.original());

const baseline = process.memoryUsage.rss();
const state = new SharedArrayBuffer(8);
const origin = Date.now();
const shared = new Int32Array(state);
Atomics.store(shared, 0, -1);
const workerData: WatchData = { state, origin, baseline };
const watch = new Worker(new URL("watch.js", import.meta.url), { workerData });

const { outcomes, slowest } = await fuzz(target, count!, (mutant) => {
  Atomics.store(shared, 1, Date.now() - origin);
  Atomics.store(shared, 0, mutant);
});
Atomics.store(shared, 0, -1);
await watch.terminate();

const peak = process.resourceUsage().maxRSS * 1024;
const growthMb = Math.round((peak - baseline) / 2 ** 20);
if (growthMb > MOST_GROWTH_MB) throw new Error(`grew by ${growthMb} MB, more than ${MOST_GROWTH_MB} MB`);
const report: TargetReport = {
  read: outcomes.get("read") ?? 0,
  corruptData: outcomes.get("corrupt-data") ?? 0,
  unsupportedFormat: outcomes.get("unsupported-format") ?? 0,
  slowestMs: slowest.ms,
  slowest: slowest.recipe,
  peakMb: Math.round(peak / 2 ** 20),
  growthMb,
};
console.log(JSON.stringify(report));
