// The thread that watches a target: kills the process, with a line that says why, when one mutant takes too long or the
// process grows too much.
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { MOST_GROWTH_MB, MOST_SECONDS, type WatchData } from "./report.ts";

const { state, origin, baseline } = workerData as WatchData;
const shared = new Int32Array(state);

setInterval(() => {
  const mutant = Atomics.load(shared, 0);
  if (mutant < 0) return;
  const seconds = (Date.now() - origin - Atomics.load(shared, 1)) / 1000;
  const growth = (process.memoryUsage.rss() - baseline) / 2 ** 20;
  if (seconds > MOST_SECONDS) end(`mutant ${mutant} takes more than ${MOST_SECONDS} s`);
  if (growth > MOST_GROWTH_MB) end(`at mutant ${mutant} the process has grown by ${Math.round(growth)} MB`);
}, 50);

function end(why: string): void {
  // The main thread may never write again: straight to the descriptor.
  writeSync(1, `${why}\n`);
  process.kill(process.pid, "SIGKILL");
}
