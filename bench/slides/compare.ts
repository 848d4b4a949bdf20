// Reading slides beside OpenSlide in C and beside bare libjpeg-turbo, in turns, in one run: A B C A B C … so that a drifting
// machine favours nobody. Compiles the two peers, checks that all programs saw the same pixels, and writes a record and
// a table of ratios (the peer's CPU time / lowmag's: above 1, lowmag is faster).
//
// Usage: node build/bench/slides/compare.js [--rounds 3] [--slides FOLDER] [--out results/slides]
// Needs: cc, the headers of OpenSlide, libtiff and libturbojpeg (Debian: libopenslide-dev libtiff-dev libturbojpeg0-dev).
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { measuredOn, median, root } from "../facts.ts";
import { makeScalingSlide } from "./scaling-slide.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    slides: { type: "string", default: "../shared/data/slides" },
    out: { type: "string" },
    only: { type: "string" },
  },
});

/**
 * One workload on one file, and what the project set itself to reach (peer's CPU time over ours). Repeated so that it takes
 * seconds: what a short process pays for compiling is no part of reading.
 */
interface Work {
  readonly file: string;
  readonly title: string;
  /** Arguments after the file, for lowmag; the peers' differ only for whole slides at a µm/px. */
  readonly args: readonly string[];
  readonly openslideArgs?: readonly string[];
  readonly decoders: readonly ("wasm" | "native")[];
  readonly target: Readonly<Partial<Record<"wasm" | "native", number>>>;
  /** Whether OpenSlide takes part; whether bare libjpeg-turbo does. */
  readonly openslide?: boolean;
  readonly turbojpeg: boolean;
  /** Numbers of threads to compare, for grids. */
  readonly workers?: readonly number[];
}

const SKIN = "skin-10x-mpp1.172-11264x11264.tif";
const SVS = "CMU-1-Small-Region.svs";
const J2K = "tcga-cr-7395-01a-01-ts1.svs";
/** Made by this program. */
const LARGE = "scaling-20480x40960.tif";
const BOTH = ["wasm", "native"] as const;
const jpeg = (
  file: string,
  title: string,
  args: readonly string[],
  target: Work["target"],
  openslideArgs?: readonly string[],
): Work => ({
  file,
  title,
  args,
  decoders: BOTH,
  target,
  turbojpeg: openslideArgs === undefined,
  ...(openslideArgs === undefined ? {} : { openslideArgs }),
});
const jpeg2000 = (title: string, args: readonly string[], openslideArgs?: readonly string[]): Work => ({
  ...jpeg(J2K, title, args, { wasm: 0.8 }, openslideArgs),
  decoders: ["wasm"],
  turbojpeg: false,
});
const scaling = (args: readonly string[], workers: readonly number[]): Work => ({
  ...jpeg(LARGE, "dense 224 px grid", args, {}),
  decoders: ["wasm"],
  openslide: false,
  turbojpeg: false,
  workers,
});

const works: readonly Work[] = [
  jpeg(SKIN, "all 256 px tiles", ["tiles", "256", "256", "6"], { wasm: 1.7, native: 5 }),
  jpeg(SKIN, "2,000 random 224 px", ["random", "2000", ".", "2"], { wasm: 1, native: 1.9 }),
  jpeg(SKIN, "dense 224 px grid", ["grid", ".", ".", "3"], { wasm: 1.7 }),
  jpeg(SKIN, "whole slide at 4 µm/px", ["mpp", "4", ".", "3"], {}, ["level", "1", ".", "3"]),
  jpeg(SKIN, "whole slide at 8 µm/px", ["mpp", "8", ".", "9"], {}, ["level", "2", ".", "9"]),
  jpeg(SVS, "all 240 px tiles", ["tiles", "240", "240", "30"], { wasm: 1.7, native: 5 }),
  jpeg(SVS, "2,000 random 224 px", ["random", "2000", ".", "2"], { wasm: 1, native: 1.9 }),
  jpeg(SVS, "dense 224 px grid", ["grid", ".", ".", "15"], { wasm: 1.7 }),
  jpeg(SVS, "whole slide at 1 µm/px", ["mpp", "1", ".", "15"], {}, ["level", "0", ".", "15"]),
  jpeg(SVS, "whole slide at 4 µm/px", ["mpp", "4", ".", "15"], {}, ["level", "0", ".", "15"]),
  jpeg(SVS, "whole slide at 8 µm/px", ["mpp", "8", ".", "15"], {}, ["level", "0", ".", "15"]),
  jpeg2000("all 240 px tiles", ["tiles", "240", "240", "3"]),
  jpeg2000("400 random 224 px", ["random", "400", ".", "2"]),
  jpeg2000("dense 224 px grid", ["grid", ".", ".", "3"]),
  scaling(["grid", ".", ".", "1"], [1, 2]),
];

interface Measured {
  readonly wallMilliseconds: number;
  readonly cpuMilliseconds: number;
  readonly pieces: number;
  readonly megapixels: number;
  readonly checksum: number;
  readonly peakMegabytes: number;
}

const own = fileURLToPath(new URL("./lowmag.js", import.meta.url));
const folder = fileURLToPath(new URL("build/peers/", root));

/** Compiles a peer and returns the program's path. */
function compile(name: string, libraries: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  const source = fileURLToPath(new URL(`bench/slides/${name}.c`, root));
  execFileSync("cc", ["-O3", source, "-o", join(folder, name), ...libraries], { stdio: "inherit" });
  return join(folder, name);
}

function measure(command: string, args: readonly string[]): Measured {
  const output = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
}

const large = join(folder, LARGE);
const openslide = compile("openslide-peer", ["-lopenslide"]);
const turbojpeg = compile("turbojpeg-peer", ["-ltiff", "-lturbojpeg"]);

/** The programs that take part in a workload, by name. */
function contestants(work: Work) {
  const { file, args, openslideArgs, decoders, openslide: peer = true, turbojpeg: bare, workers = [] } = work;
  const path = file === LARGE ? large : join(values.slides, file);
  const lowmag = decoders.map((decoder) => [
    decoder,
    () => measure(process.execPath, [own, path, ...args, "--decoder", decoder]),
  ]);
  const parallel = workers.map((n) => [
    `wasm, ${n} workers`,
    () => measure(process.execPath, [own, path, ...args, "--workers", `${n}`]),
  ]);
  return Object.fromEntries([
    ...(peer ? [["openslide", () => measure(openslide, [path, ...(openslideArgs ?? args)])]] : []),
    ...(bare ? [["libjpeg-turbo", () => measure(turbojpeg, [path, ...args])]] : []),
    ...lowmag,
    ...parallel,
  ]) as Record<string, () => Measured>;
}

function inTurns(work: Work) {
  process.stderr.write(`${work.file}: ${work.title}\n`);
  const programs = contestants(work);
  const rounds = Array.from({ length: Number(values.rounds) }, () =>
    Object.fromEntries(Object.entries(programs).map(([name, run]) => [name, run()])),
  );
  const of = (name: string, figure: keyof Measured): number[] => rounds.map((round) => round[name]![figure]);
  const ratio = (peer: string, name: string, figure: "cpuMilliseconds" | "wallMilliseconds"): number =>
    median(rounds.map((round) => round[peer]![figure] / round[name]![figure]));
  const samePixels =
    work.openslideArgs !== undefined
      ? null
      : new Set(Object.keys(programs).map((name) => rounds[0]![name]!.checksum)).size === 1;
  return { ...work, names: Object.keys(programs), rounds, of, ratio, samePixels };
}

const chosen = works.filter(({ file, title }) => `${file} ${title}`.includes(values.only ?? ""));
if (chosen.some(({ file }) => file === LARGE)) await makeScalingSlide(join(values.slides, SKIN), large);
const results = chosen.map(inTurns);

const cell = (value: number | undefined): string => (value === undefined ? "" : value.toFixed(2));
const row = (result: (typeof results)[number]): string => {
  const { file, title, names, of, ratio, target, samePixels } = result;
  const has = (name: string) => names.includes(name);
  const against = (peer: string, name: string) =>
    has(peer) && has(name) ? ratio(peer, name, "cpuMilliseconds") : undefined;
  const workers = has("wasm, 2 workers")
    ? median(of("wasm, 1 workers", "wallMilliseconds")) / median(of("wasm, 2 workers", "wallMilliseconds"))
    : undefined;
  const peak = Math.max(
    ...names
      .filter((name) => name.startsWith("wasm") || name === "native")
      .map((n) => median(of(n, "peakMegabytes"))),
  );
  return [
    "",
    file.slice(0, 18),
    title,
    has("openslide") ? median(of("openslide", "cpuMilliseconds")).toFixed(0) : "",
    cell(against("openslide", "wasm")),
    target.wasm ?? "",
    cell(against("openslide", "native")),
    target.native ?? "",
    cell(against("libjpeg-turbo", "native")),
    cell(workers),
    peak.toFixed(0),
    samePixels === null ? "" : samePixels ? "yes" : "NO",
    "",
  ]
    .join(" | ")
    .trim();
};
const table = [
  "| slide | work | OpenSlide, ms CPU | wasm / OpenSlide | target | native / OpenSlide | target | native / bare libjpeg-turbo | 2 workers / 1 | peak MB | same pixels |",
  "|---|---|---|---|---|---|---|---|---|---|---|",
  ...results.map(row),
].join("\n");
process.stdout.write(`${table}\n`);

if (values.out !== undefined) {
  const record = {
    ...measuredOn(),
    rounds: Number(values.rounds),
    results: results.map(({ of: _of, ratio: _ratio, names: _names, ...rest }) => rest),
  };
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomically(`${values.out}-table.md`, `${table}\n`);
}
