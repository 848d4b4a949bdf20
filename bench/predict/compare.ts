// Slides per minute of `lowmag predict` on folders of pyramids, beside the usual Python tools, in turns, in one run: A B A B …
// Each slide is a file of its own with the same pixels; a program starts anew for each folder, and its start counts.
//
// Usage: node build/bench/predict/compare.js [--rounds 3] [--copies 8] [--python python3] [--slides FOLDER] [--run RUN] [--out results/predict]
// Needs: python3 with openslide, torch, scikit-image (Debian: python3-openslide python3-torch python3-skimage). Linux.
import { constants, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { synthesize, train } from "../../src/api/index.ts";
import { parsePrediction, type SlideSeconds } from "../../src/classify/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { measuredOn, median, root } from "../facts.ts";
import { peakMegabytes, runTimed, type Taken } from "./process-tree.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    copies: { type: "string", default: "8" },
    python: { type: "string", default: "python3" },
    slides: { type: "string", default: "../shared/data/slides" },
    run: { type: "string" },
    out: { type: "string" },
  },
});
const MPP = 8;
const [rounds, copies] = [Number(values.rounds), Number(values.copies)];
const SLIDES = [
  { file: "skin-10x-mpp1.172-11264x11264.tif", megapixels: 127 },
  { file: "oral_scc_4x_mpp2.930_8256x8064.tif", megapixels: 67 },
];
const program = fileURLToPath(new URL("bin/lowmag.js", root));
const peer = fileURLToPath(new URL("bench/predict/peer.py", root));
const facts = measuredOn();

/** A folder of equal slides. */
function fill(folder: string, file: string): string {
  mkdirSync(folder, { recursive: true });
  for (let i = 1; i <= copies; i++)
    copyFileSync(join(values.slides, file), join(folder, `slide-${i}.tif`), constants.COPYFILE_FICLONE);
  return folder;
}

/** A model at 8 µm/px: how fast it is does not depend on how well it was trained. */
async function makeRun(folder: string): Promise<string> {
  const data = join(folder, "tissue");
  await synthesize({ out: data, patients: 6, imagesPerPatient: 2, unlabelledPatients: 0, seed: 1 });
  const out = join(folder, "run");
  await train({ data: join(data, "manifest.csv"), mpp: MPP, epochs: 1, out });
  return out;
}

/** Seconds by what they were spent on, summed over the slides of a results folder. */
async function shares(out: string): Promise<Record<keyof SlideSeconds, number>> {
  const sum = { opening: 0, reading: 0, finding: 0, computing: 0, writing: 0, total: 0 };
  for (const slide of await readdir(join(out, "slides"))) {
    const path = join(out, "slides", slide, "prediction.json");
    const { seconds } = parsePrediction(await readFile(path, "utf8"), path);
    for (const key of Object.keys(sum) as (keyof SlideSeconds)[]) sum[key] += seconds[key];
  }
  return sum;
}

/** One folder of slides, round by round. */
interface Result {
  readonly file: string;
  readonly megapixels: number;
  readonly measured: readonly {
    readonly lowmag: Taken;
    /** Without pictures, maps and tables: nothing is written. */
    readonly answersAlone: Taken;
    readonly python: Taken;
    readonly shares: Readonly<Record<keyof SlideSeconds, number>>;
  }[];
  readonly peakMegabytes: Readonly<Record<"lowmag" | "python", number>>;
}

const folder = await mkdtemp(join(tmpdir(), "lowmag-bench-predict-"));
const results: Result[] = [];
try {
  const run = values.run ?? (await makeRun(folder));
  for (const { file, megapixels } of SLIDES) {
    const slides = fill(join(folder, basename(file)), file);
    const measured: Result["measured"][number][] = [];
    const out = join(folder, "out");
    const own = [program, "predict", run, slides, "--out", out, "--quiet"];
    const other = [peer, slides, `${MPP}`, "--out", join(folder, "peer.csv")];
    for (let round = 0; round < rounds; round++) {
      process.stderr.write(`${file}: round ${round + 1} of ${rounds}\n`);
      const lowmag = await runTimed(process.execPath, own);
      const python = await runTimed(values.python, other);
      const answersAlone = await runTimed(process.execPath, [program, "predict", run, slides, "--quiet"]);
      measured.push({ lowmag, answersAlone, python, shares: await shares(out) });
      rmSync(out, { recursive: true, force: true });
    }
    const peaks = {
      lowmag: await peakMegabytes(process.execPath, own),
      python: await peakMegabytes(values.python, other),
    };
    rmSync(out, { recursive: true, force: true });
    rmSync(slides, { recursive: true, force: true });
    results.push({ file, megapixels, measured, peakMegabytes: peaks });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const cells = ({ file, megapixels, measured, peakMegabytes: peaks }: Result): (string | number)[] => {
  const of = (who: "lowmag" | "answersAlone" | "python", figure: keyof Taken) =>
    median(measured.map((round) => round[who][figure]));
  const share = (...keys: (keyof SlideSeconds)[]) =>
    median(
      measured.map(({ shares }) => keys.reduce((sum, key) => sum + shares[key], 0) / shares.total),
    ).toFixed(2);
  const ratios = (who: "lowmag" | "answersAlone") => {
    const all = measured.map((round) => round.python.wallSeconds / round[who].wallSeconds);
    return `${median(all).toFixed(2)} (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`;
  };
  return [
    `${file.split("-")[0]!.split("_")[0]!}, ${megapixels} Mpx`,
    ((60 * copies) / of("lowmag", "wallSeconds")).toFixed(0),
    ((60 * copies) / of("answersAlone", "wallSeconds")).toFixed(0),
    ((60 * copies) / of("python", "wallSeconds")).toFixed(0),
    ratios("lowmag"),
    ratios("answersAlone"),
    (of("lowmag", "cpuSeconds") / copies).toFixed(2),
    (of("python", "cpuSeconds") / copies).toFixed(2),
    share("opening", "reading"),
    share("finding"),
    share("computing"),
    share("writing"),
    peaks.lowmag.toFixed(0),
    peaks.python.toFixed(0),
  ];
};
const table = [
  "| slides | lowmag, slides/min | answers alone | Python, answers alone | lowmag / Python (range) | answers alone (range) | lowmag, s CPU/slide | Python, s CPU/slide | share reading | finding tissue | computing | writing | lowmag, peak MB | Python, peak MB |",
  "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
  ...results.map((result) => `| ${cells(result).join(" | ")} |`),
].join("\n");
process.stdout.write(`${table}\n`);
if (values.out !== undefined) {
  const record = { ...facts, rounds, copies, mpp: MPP, results };
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomically(`${values.out}-table.md`, `${table}\n`);
}
