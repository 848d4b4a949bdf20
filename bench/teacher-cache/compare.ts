// What cached teacher outputs save, and what half precision costs: students with the teacher run for every image and with
// its outputs read back, in turns; then the error of float16 maps, and the losses of ten optimiser steps from the same
// start. Prints Markdown tables; writes a JSON record.
//
// Usage: node build/bench/teacher-cache/compare.js [--rounds 3] [--workers 2] [--quick] [--out results/teacher-cache]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createLoader } from "../../src/dataset/index.ts";
import { type Teacher, withTeacherOutputs } from "../../src/distill/index.ts";
import { runtimeInfo } from "../../src/engine/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { measuredOn, median } from "../facts.ts";
import {
  drawTissue,
  type EpochTime,
  numbersOf,
  SOURCES,
  type Source,
  type Tissue,
  trainStudent,
  trainTeacher,
} from "./trainings.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    workers: { type: "string", default: "2" },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [rounds, workers] = [Number(values.rounds), Number(values.workers)];
const sizes = values.quick
  ? [{ side: 288, images: 16 }]
  : [
      { side: 288, images: 32 },
      { side: 1024, images: 16 },
    ];
const SHRINKS = [2, 4, 8, 16];
/** The first epoch reads pixels and starts sessions; those after it are timed. */
const EPOCHS = 3;
const BATCH = 16;

const sources = Object.keys(SOURCES) as Source[];
const perSource = <T>(make: (source: Source) => T): Record<Source, T> =>
  Object.fromEntries(sources.map((source) => [source, make(source)])) as Record<Source, T>;

/** Times of an epoch by source, round by round; ratios are within a round. */
async function timeEpochs(tissue: Tissue, teacher: Teacher, shrink: number) {
  const times = perSource((): EpochTime[] => []);
  for (let round = 0; round < rounds; round++)
    for (const source of sources) {
      const trained = await trainStudent(tissue, teacher, shrink, source, { epochs: EPOCHS, batch: BATCH });
      const timed = trained.times.slice(1);
      times[source].push({ wall: mean(timed, "wall"), cpu: mean(timed, "cpu") });
    }
  const ratios = (clock: keyof EpochTime) =>
    perSource((source) => times.every.map((every, i) => every[clock] / times[source][i]![clock]));
  const images = tissue.dataset.images.length;
  return {
    side: tissue.side,
    images,
    student: tissue.side / shrink,
    times,
    cpu: ratios("cpu"),
    wall: ratios("wall"),
  };
}

const mean = (times: readonly EpochTime[], clock: keyof EpochTime): number =>
  times.reduce((sum, time) => sum + time[clock], 0) / times.length;

/** The teacher's maps of all images, unflipped, as a precision keeps them. */
async function mapsOf(tissue: Tissue, teacher: Teacher, source: "memory" | "half"): Promise<Float32Array[]> {
  const { dataset, cacheFolder } = tissue;
  const pixels = await createLoader({ dataset, views: [{ ...teacher.view, mpp: 8 }], cacheFolder });
  const images = { train: numbersOf(tissue), validation: [], flips: true };
  const options = {
    dataset,
    cacheFolder,
    teacher,
    modelHash: "bench",
    workers,
    ...images,
    ...SOURCES[source],
  };
  const loader = await withTeacherOutputs(pixels, options);
  const maps: Float32Array[] = [];
  for (const image of numbersOf(tissue)) {
    const { tensors } = await loader.load({ images: [image], draws: [null] });
    maps.push(tensors!.teacherFeatureMap!.data as Float32Array);
  }
  await loader.close();
  return maps;
}

/** Errors of float16 maps beside float32 ones, over all numbers of all images. */
async function halfErrors(tissue: Tissue, teacher: Teacher) {
  const [whole, half] = [await mapsOf(tissue, teacher, "memory"), await mapsOf(tissue, teacher, "half")];
  let [largest, absolute, relative, squares, errors] = [0, 0, 0, 0, 0];
  for (const [i, map] of whole.entries())
    for (const [j, value] of map.entries()) {
      const error = Math.abs(half[i]![j]! - value);
      largest = Math.max(largest, value);
      absolute = Math.max(absolute, error);
      if (value >= 2 ** -14) relative = Math.max(relative, error / value); // below lie the subnormal halves
      squares += value * value;
      errors += error * error;
    }
  return { side: tissue.side, largest, absolute, relative, rms: Math.sqrt(errors / squares) };
}

/** Losses of ten optimiser steps over all images, by source, from the same start. */
async function tenLosses(tissue: Tissue, teacher: Teacher, shrink: number) {
  const length = { epochs: 10, batch: tissue.dataset.images.length };
  const losses = perSource((): number[] => []);
  for (const source of ["every", "memory", "half"] as const) {
    const { log } = await trainStudent(tissue, teacher, shrink, source, length);
    losses[source] = log.map(({ train }) => train.loss);
  }
  const worst = (source: Source): number =>
    Math.max(...losses[source].map((loss, i) => Math.abs(loss / losses.every[i]! - 1)));
  return {
    side: tissue.side,
    student: tissue.side / shrink,
    losses,
    memory: worst("memory"),
    half: worst("half"),
  };
}

const facts = measuredOn(); // of the commit that is measured, even if another follows before the end

const folder = await mkdtemp(join(tmpdir(), "lowmag-bench-"));
const [epochs, filling, errors, losses] = [[], [], [], []] as [
  Awaited<ReturnType<typeof timeEpochs>>[],
  ({ side: number; images: number } & EpochTime)[],
  Awaited<ReturnType<typeof halfErrors>>[],
  Awaited<ReturnType<typeof tenLosses>>[],
];
try {
  let teacher: Teacher | null = null;
  for (const { side, images } of sizes) {
    const tissue = await drawTissue(folder, side, images, workers);
    teacher ??= await trainTeacher(tissue, values.quick ? 2 : 12);
    const filled = await trainStudent(tissue, teacher, 16, "memory", { epochs: 1, batch: BATCH });
    filling.push({ side, images, ...filled.filling });
    for (const shrink of SHRINKS) {
      process.stderr.write(`${side} -> ${side / shrink}\n`);
      epochs.push(await timeEpochs(tissue, teacher, shrink));
    }
    errors.push(await halfErrors(tissue, teacher));
    for (const shrink of [2, 8]) losses.push(await tenLosses(tissue, teacher, shrink));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const record = {
  ...facts,
  versions: { onnxruntime: runtimeInfo().version },
  ...{ rounds, workers, epochs, filling, errors, losses },
};

const milliseconds = (seconds: number, images: number): string => ((1000 * seconds) / images).toFixed(1);
const row = (...cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
const ratio = (ratios: readonly number[]): string =>
  `${median(ratios).toFixed(1)} (${Math.min(...ratios).toFixed(1)}–${Math.max(...ratios).toFixed(1)})`;
const lines = [
  "| teacher → student (px) | teacher every time, ms CPU/image | outputs in memory | from files | float16 in memory | times as fast by CPU, memory (range) | files | float16 | by the clock, memory |",
  "|---|---|---|---|---|---|---|---|---|",
  ...epochs.map(({ side, student, images, times, cpu, wall }) =>
    row(
      `${side} → ${student}`,
      ...sources.map((source) => milliseconds(median(times[source].map((time) => time.cpu)), images)),
      ...sources.slice(1).map((source) => ratio(cpu[source])),
      ratio(wall.memory),
    ),
  ),
  "",
  "| teacher (px) | filling, ms CPU/image, four flips | largest number | largest error of float16 | largest relative error | relative RMS error |",
  "|---|---|---|---|---|---|",
  ...errors.map(({ side, largest, absolute, relative, rms }, i) =>
    row(
      side,
      milliseconds(filling[i]!.cpu, filling[i]!.images),
      largest.toFixed(2),
      ...[absolute, relative, rms].map((value) => value.toExponential(1)),
    ),
  ),
  "",
  "| teacher → student (px) | first and tenth loss | largest relative difference of ten losses, cached float32 | cached float16 |",
  "|---|---|---|---|",
  ...losses.map(({ side, student, losses: own, memory, half }) =>
    row(
      `${side} → ${student}`,
      `${own.every[0]!.toFixed(4)}, ${own.every[9]!.toFixed(4)}`,
      memory.toExponential(1),
      half.toExponential(1),
    ),
  ),
];
process.stdout.write(`${lines.join("\n")}\n`);
if (values.out !== undefined)
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
