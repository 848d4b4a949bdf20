// Predicted against measured memory: trains on synthetic images of several sizes, each in a process of its own, with and
// without checkpointing, and prints a Markdown table of the process's peak, what was predicted, and the time of a step.
//
// What is measured is what `lowmag train` runs: graphs in blocks by bands of rows. With --student SIDE a student distils
// the trained network, at the resolution at which its images have that side.
//
// Usage: npm run build && node results/memory.mjs [SIDE …] [--architecture NAME] [--workers N] [--epochs N] [--student SIDE]
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { distill, synthesize, train } from "../dist/index.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    architecture: { type: "string", default: "resnet10-thin-gn" },
    workers: { type: "string", default: "1" },
    epochs: { type: "string", default: "1" },
    student: { type: "string" },
    folder: { type: "string" },
    checkpointing: { type: "string" },
    teacher: { type: "string" },
  },
});
const sides = positionals.length === 0 ? [512, 1024, 1536, 2048, 3072] : positionals.map(Number);

/** Epochs over three images, three validated: in this process, which is then only good for its peak. */
async function trainOnce(data, side, checkpointing, teacher) {
  const out = join(data, teacher === undefined ? `run-${checkpointing}` : `student-${checkpointing}`);
  const options = {
    data: join(data, "data.csv"),
    ...{
      epochs: Number(values.epochs),
      out,
      overwrite: true,
      checkpointing,
      workers: Number(values.workers),
    },
    ...{ architecture: values.architecture, cache: join(data, "cache"), maxMemory: 4096, device: "cpu" },
  };
  const { log } =
    teacher === undefined
      ? await train({ ...options, mpp: 1 })
      : await distill({ ...options, teacher, mpp: side / Number(values.student) });
  const { memory } = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { peakBytes, predictedBytes: memory.predictedBytes, seconds: log[0].seconds };
}

/** One image of each class to train on, one to validate on. */
async function makeData(folder, side) {
  await synthesize({ out: join(folder, "images"), patients: 6, imagesPerPatient: 1, size: side });
  const [, ...rows] = (await readFile(join(folder, "images", "manifest.csv"), "utf8")).trim().split("\n");
  const seen = new Set();
  const lines = rows.map((row) => {
    const [image, label] = row.split(",");
    const split = seen.has(label) ? "val" : "train";
    seen.add(label);
    return `${join("images", image)},${label},${image},${split},1`;
  });
  await writeFile(join(folder, "data.csv"), `image,label,patient,split,mpp\n${lines.join("\n")}\n`);
}

function measured(folder, side, checkpointing, teacher) {
  const script = fileURLToPath(import.meta.url);
  const { architecture, workers, epochs, student } = values;
  const own = ["--architecture", architecture, "--workers", workers, "--epochs", epochs];
  const taught = teacher === undefined ? [] : ["--teacher", teacher, "--student", student];
  const output = execFileSync(
    process.execPath,
    [script, String(side), "--folder", folder, "--checkpointing", checkpointing, ...own, ...taught],
    { encoding: "utf8" },
  );
  return JSON.parse(output);
}

function row(side, checkpointing, { peakBytes, predictedBytes, seconds }) {
  const error = (100 * (predictedBytes - peakBytes)) / peakBytes;
  const gigabytes = (bytes) => (bytes / 1e9).toFixed(2);
  const cells = [side, checkpointing, gigabytes(peakBytes), gigabytes(predictedBytes)];
  return `| ${[...cells, `${error >= 0 ? "+" : "−"}${Math.abs(error).toFixed(0)} %`, seconds.toFixed(1)].join(" | ")} |\n`;
}

async function main() {
  process.stdout.write(
    "| side, px | checkpointing | measured, GB | predicted, GB | difference | epoch, s |\n",
  );
  process.stdout.write("|---|---|---|---|---|---|\n");
  for (const side of sides) {
    const folder = await mkdtemp(join(tmpdir(), "lowmag-memory-"));
    try {
      await makeData(folder, side);
      const teacher = values.student === undefined ? undefined : join(folder, "run-on");
      if (teacher !== undefined) measured(folder, side, "on");
      for (const checkpointing of ["off", "on"])
        process.stdout.write(row(side, checkpointing, measured(folder, side, checkpointing, teacher)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

if (values.folder === undefined) await main();
else {
  const checkpointing = values.checkpointing === "on" ? "on" : "off";
  process.stdout.write(
    JSON.stringify(await trainOnce(values.folder, sides[0], checkpointing, values.teacher)),
  );
}
