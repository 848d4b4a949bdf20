// What 8 bits save and lose: the exported files of runs in float32, int8 and int8-full; their bytes, CPU time of a forward
// pass on one thread, in turns, and the difference of their answers on one split of labelled data. Prints Markdown tables;
// writes a JSON record.
//
// Usage: node build/bench/export/compare.js --runs A,B --data manifest.csv --splits splits.csv [--split test]
//        [--rounds 15] [--out results/export]
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { type ExportResult, exportModel } from "../../src/api/index.ts";
import { runtimeInfo, Session } from "../../src/engine/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { Generator } from "../../src/random/index.ts";
import { measuredOn, median } from "../facts.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    data: { type: "string" },
    splits: { type: "string" },
    split: { type: "string", default: "test" },
    rounds: { type: "string", default: "15" },
    out: { type: "string" },
  },
});
const PRECISIONS = ["none", "int8", "int8-full"] as const;
type Precision = (typeof PRECISIONS)[number];
const SIDES = [64, 256, 512, 1024];
const rounds = Number(values.rounds);

/** Exports a run in every precision; the loss is measured on the way. */
async function exported(run: string, folder: string): Promise<Record<Precision, ExportResult>> {
  const results: Partial<Record<Precision, ExportResult>> = {};
  for (const quantise of PRECISIONS)
    results[quantise] = await exportModel({
      run,
      out: join(folder, `${basename(run)}-${quantise}.onnx`),
      card: false,
      quantise,
      cache: join(folder, "cache"),
      split: values.split as "val" | "test",
      ...(quantise === "none"
        ? {}
        : { data: values.data!, ...(values.splits ? { splits: values.splits } : {}) }),
    });
  return results as Record<Precision, ExportResult>;
}

/** Milliseconds of CPU of forward passes over a square picture, one precision after the other in each round. */
async function timed(files: Record<Precision, ExportResult>, side: number) {
  const random = Generator.derive(1, "picture", side);
  const data = Float32Array.from({ length: 3 * side * side }, () => random.uniform());
  const feeds = { image: { dims: [1, 3, side, side], data } };
  const wanted = ["probabilities", "logits", "classActivation"];
  const times: Record<Precision, number[]> = { none: [], int8: [], "int8-full": [] };
  const sessions = await Promise.all(
    PRECISIONS.map(async (kind) => [kind, await Session.create(await readFile(files[kind].out!))] as const),
  );
  for (let round = -1; round < rounds; round++)
    for (const [kind, session] of sessions) {
      const before = process.cpuUsage();
      await session.run(feeds, wanted);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) times[kind].push((user + system) / 1000);
    }
  for (const [, session] of sessions) await session.release();
  return {
    side,
    milliseconds: Object.fromEntries(
      PRECISIONS.map((kind) => [kind, { median: median(times[kind]), least: Math.min(...times[kind]) }]),
    ) as Record<Precision, { median: number; least: number }>,
  };
}

const folder = await mkdtemp(join(tmpdir(), "lowmag-bench-export-"));
try {
  const models = [];
  for (const run of (values.runs ?? "").split(",")) {
    const files = await exported(run, folder);
    models.push({
      run: basename(run),
      mpp: files.none.mpp,
      bytes: Object.fromEntries(PRECISIONS.map((kind) => [kind, files[kind].bytes])),
      loss: { int8: files.int8.quantisation!.loss!, "int8-full": files["int8-full"].quantisation!.loss! },
      // Times depend on the architecture alone, and all runs share it.
      times: models.length > 0 ? [] : await timesOf(files),
    });
  }
  for (const { side, milliseconds } of models[0]!.times)
    console.log(
      `| ${side} x ${side} | ${PRECISIONS.map((kind) => `${milliseconds[kind].least.toFixed(1)} (${milliseconds[kind].median.toFixed(1)})`).join(" | ")} |`,
    );
  for (const { run, mpp, loss } of models)
    for (const kind of ["int8", "int8-full"] as const) {
      const { images, changedLabels, meanProbabilityDifference, maxProbabilityDifference, exact, quantised } =
        loss[kind];
      const cells = [
        `${run} (${mpp} µm/px)`,
        kind,
        `${changedLabels} of ${images}`,
        meanProbabilityDifference.toFixed(4),
        maxProbabilityDifference.toFixed(4),
        `${exact.accuracy!.toFixed(3)} → ${quantised.accuracy!.toFixed(3)}`,
        `${exact.macroAuroc!.toFixed(4)} → ${quantised.macroAuroc!.toFixed(4)}`,
        `${exact.logLoss!.toFixed(4)} → ${quantised.logLoss!.toFixed(4)}`,
      ];
      console.log(`| ${cells.join(" | ")} |`);
    }
  const record = {
    ...measuredOn(),
    "onnxruntime-node": runtimeInfo().version,
    split: values.split,
    rounds,
    models,
  };
  if (values.out !== undefined)
    await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function timesOf(files: Record<Precision, ExportResult>) {
  const times = [];
  for (const side of SIDES) times.push(await timed(files, side));
  return times;
}
