// lowmag beside PyTorch, in turns, in one run: A B A B … so that a drifting machine does not favour either. Writes a JSON
// record and a Markdown table of ratios (PyTorch / lowmag: above 1, lowmag is faster or leaner).
//
// Usage: node build/bench/compare.js [--rounds 3] [--python /usr/bin/python3] [--quick] [--out results/performance]
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runtimeInfo } from "../src/engine/index.ts";
import { writeFileAtomically } from "../src/machine/index.ts";
import { measuredOn, median, root } from "./facts.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    python: { type: "string", default: "python3" },
    out: { type: "string" },
    quick: { type: "boolean", default: false },
  },
});

interface Work {
  readonly kind: "forward" | "train" | "distill";
  readonly sizes: string;
  /** What the project set itself to reach on one core, as PyTorch's CPU time over ours. */
  readonly target: number;
}

const all: readonly Work[] = [
  { kind: "forward", sizes: "512", target: 1.7 },
  { kind: "forward", sizes: "1024", target: 1.7 },
  { kind: "forward", sizes: "2048", target: 1.7 },
  { kind: "train", sizes: "512", target: 0.9 },
  { kind: "train", sizes: "1024", target: 0.9 },
  { kind: "train", sizes: "2048", target: 0.9 },
  { kind: "distill", sizes: "2048,1024", target: 1.4 },
  { kind: "distill", sizes: "2048,512", target: 1.8 },
  { kind: "distill", sizes: "2048,256", target: 1.9 },
];
const works = values.quick ? all.filter(({ sizes }) => !sizes.startsWith("2048")) : all;

type Measured = Readonly<Record<"cpuMilliseconds" | "wallMillisecondsPerImage" | "peakMegabytes", number>>;

const peer = fileURLToPath(new URL("bench/pytorch_peer.py", root));
const own = fileURLToPath(new URL("./network.js", import.meta.url));

function measure(command: string, args: readonly string[]): Measured {
  const output = execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return JSON.parse(output.trim().split("\n").at(-1)!) as Measured;
}

/** Both programs in turns; each figure's values round by round. */
function inTurns(
  { kind, sizes }: Work,
  lowmagArgs: readonly string[],
  peerArgs: readonly string[],
  figure: keyof Measured,
) {
  const work = [kind, sizes, "--repeat", sizes.startsWith("2048") ? "3" : "6"];
  const rounds = Array.from({ length: Number(values.rounds) }, () => {
    const lowmag = measure(process.execPath, [own, ...work, ...lowmagArgs]);
    const pytorch = measure(values.python, [peer, ...work, ...peerArgs]);
    return { lowmag, pytorch };
  });
  const ratios = (key: keyof Measured): number[] =>
    rounds.map(({ lowmag, pytorch }) => pytorch[key] / lowmag[key]);
  return {
    lowmag: median(rounds.map((round) => round.lowmag[figure])),
    pytorch: median(rounds.map((round) => round.pytorch[figure])),
    ratio: median(ratios(figure)),
    ratios: ratios(figure),
    peak: {
      lowmag: median(rounds.map((round) => round.lowmag.peakMegabytes)),
      pytorch: median(rounds.map((round) => round.pytorch.peakMegabytes)),
    },
  };
}

const results = works.map((work) => {
  process.stderr.write(`${work.kind} ${work.sizes}\n`);
  const oneCore = inTurns(work, [], ["--threads", "1"], "cpuMilliseconds");
  const twoCores = inTurns(work, ["--workers", "2"], ["--threads", "2"], "wallMillisecondsPerImage");
  return { ...work, oneCore, twoCores };
});

const record = {
  ...measuredOn(),
  versions: {
    onnxruntime: runtimeInfo().version,
    pytorch: execFileSync(values.python, ["-c", "import torch; print(torch.__version__)"], {
      encoding: "utf8",
    }).trim(),
  },
  rounds: Number(values.rounds),
  results,
};

const row = ({ kind, sizes, target, oneCore, twoCores }: (typeof results)[number]): string =>
  [
    "",
    `${kind} ${sizes.replace(",", " → ")}`,
    oneCore.lowmag.toFixed(0),
    oneCore.pytorch.toFixed(0),
    `${oneCore.ratio.toFixed(2)} (${Math.min(...oneCore.ratios).toFixed(2)}–${Math.max(...oneCore.ratios).toFixed(2)})`,
    `${target}`,
    `${oneCore.peak.lowmag.toFixed(0)} / ${oneCore.peak.pytorch.toFixed(0)}`,
    twoCores.lowmag.toFixed(0),
    twoCores.pytorch.toFixed(0),
    twoCores.ratio.toFixed(2),
    "",
  ]
    .join(" | ")
    .trim();

const table = [
  "| work (px) | lowmag, ms CPU | PyTorch, ms CPU | ratio (range) | target | peak MB, lowmag / PyTorch | lowmag, 2 cores, ms/image | PyTorch, 2 cores, ms/image | ratio |",
  "|---|---|---|---|---|---|---|---|---|",
  ...results.map(row),
].join("\n");
process.stdout.write(`${table}\n`);
if (values.out !== undefined) {
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, null, 2)}\n`);
  await writeFileAtomically(`${values.out}-table.md`, `${table}\n`);
}
