// The page's forward pass beside the command line's, in turns, in one run: the worker that the exported page runs, in
// Chromium, and the network that `lowmag predict` runs, each given the same 8-bit pictures. Ratios are Node / browser: 1 is
// as fast as native. Writes a JSON record.
//
// Usage: node build/bench/page/compare.js --run RUN [--rounds 7] [--sizes 512,1024] [--out results/page]
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { exportModel } from "../../src/api/index.ts";
import type { SlideNetwork } from "../../src/classify/index.ts";
import { modelFacts, openNetwork } from "../../src/infer/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { readRun } from "../../src/train/index.ts";
import { measuredOn, median } from "../facts.ts";
import { BrowserNetworks, type Passes } from "./browser-networks.ts";

const { values } = parseArgs({
  options: {
    run: { type: "string" },
    rounds: { type: "string", default: "7" },
    passes: { type: "string", default: "5" },
    sizes: { type: "string", default: "512,1024" },
    out: { type: "string" },
  },
});
if (values.run === undefined) throw new Error("Say which model: --run RUN");
const rounds = Number(values.rounds);
const passes = Number(values.passes);
const sizes = values.sizes.split(",").map(Number);
const THREADS = [1, 2];

/** A picture of noise on waves, [side, side]. */
function picture(side: number): { width: number; height: number; data: Uint8Array } {
  const data = new Uint8Array(3 * side * side);
  for (let i = 0, state = 1; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = 128 + 90 * Math.sin(i / 997) + (state >>> 27);
  }
  return { width: side, height: side, data };
}

/** The same in Node. */
async function native(network: SlideNetwork, side: number): Promise<Passes> {
  const image = picture(side);
  const times: number[] = [];
  let first = 0;
  for (let i = 0; i < passes; i++) {
    const started = performance.now();
    const [answer] = await network.run([image]);
    times.push(performance.now() - started);
    first = answer!.probabilities[0]!;
  }
  return { milliseconds: median(times), fastest: Math.min(...times), first };
}

/**
 * Turns in figures. `ratio` is of neighbours in time; `fastestRatio` of the fastest pass of each, which is what a machine
 * that others use as well still shows.
 */
function summary(turns: readonly { readonly node: Passes; readonly page: Passes }[]) {
  const ratios = turns.map(({ node, page }) => node.milliseconds / page.milliseconds);
  const nodeFastest = Math.min(...turns.map(({ node }) => node.fastest));
  const pageFastest = Math.min(...turns.map(({ page }) => page.fastest));
  return {
    nodeMilliseconds: median(turns.map(({ node }) => node.milliseconds)),
    pageMilliseconds: median(turns.map(({ page }) => page.milliseconds)),
    ...{ ratio: median(ratios), ratios, nodeFastest, pageFastest },
    fastestRatio: nodeFastest / pageFastest,
    largestDifference: Math.max(...turns.map(({ node, page }) => Math.abs(node.first - page.first))),
  };
}

const folder = await mkdtemp(join(tmpdir(), "lowmag-bench-page-"));
const run = await readRun(values.run);
await exportModel({ run: values.run, page: join(folder, "site") });
const browser = await BrowserNetworks.start(join(folder, "site"));
const results = [];
try {
  for (const threads of THREADS) {
    const network = await openNetwork({ model: run.model, facts: modelFacts(run), threads });
    const engine = await browser.open(threads);
    for (const side of sizes) {
      process.stderr.write(`${side} px, ${threads} threads\n`);
      // Compilers and memory settle first.
      for (let i = 0; i < 2; i++) {
        await native(network, side);
        await browser.run(picture(side), passes);
      }
      const turns = [];
      for (let round = 0; round < rounds; round++) {
        const node = await native(network, side);
        const page = await browser.run(picture(side), passes);
        turns.push({ node, page });
      }
      results.push({ ...summary(turns), ...{ side, threads, engine } });
    }
    await network.close();
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}

const { architecture, mpp } = run.model.description;
const record = {
  ...measuredOn(),
  loadAverage: loadavg(),
  chromium: browser.version,
  ...{ architecture, mpp, rounds, passes, results },
};
const text = `${JSON.stringify(record, null, 2)}\n`;
if (values.out === undefined) process.stdout.write(text);
else await writeFileAtomically(`${values.out}.json`, text);
for (const { side, threads, ratio, nodeFastest, pageFastest, fastestRatio } of results) {
  const cells = [side, threads, nodeFastest.toFixed(1), pageFastest.toFixed(1)];
  process.stderr.write(`| ${[...cells, fastestRatio.toFixed(2), ratio.toFixed(2)].join(" | ")} |\n`);
}
