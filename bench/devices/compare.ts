// Optimiser steps on a device beside PyTorch on CUDA, in float32 with and without TF32, in turns; and what half precision of
// the frozen teacher saves. Where there is no CUDA, PyTorch computes on the CPU: then it only shows that all of it runs.
// Prints a Markdown table; writes a JSON record with --out.
//
// Usage: node build/bench/devices/compare.js --python PYTHON [--device webgpu|cuda|cpu] [--peer cuda|cpu] [--rounds 3]
//        [--seconds 3] [--out results/devices] [--quick]   (quick: tiny sizes, nothing is written)
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { runtimeInfo, tryDevice } from "../../src/engine/index.ts";
import { writeFileAtomically } from "../../src/machine/index.ts";
import { measuredOn, median, root } from "../facts.ts";

const { values } = parseArgs({
  options: {
    python: { type: "string", default: "python3" },
    device: { type: "string", default: "webgpu" },
    peer: { type: "string", default: "cuda" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "3" },
    quick: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const { python, peer, seconds } = values;
const device = (["cpu", "webgpu", "cuda"] as const).find((one) => one === values.device);
if (device === undefined) throw new Error(`--device: expected cpu, webgpu or cuda, got ${values.device}`);

interface Work {
  readonly kind: "train" | "distill";
  readonly sizes: string;
  readonly batch: number;
}

const WORKS: readonly Work[] = values.quick
  ? [
      { kind: "distill", sizes: "64,32", batch: 1 },
      { kind: "train", sizes: "32", batch: 2 },
    ]
  : [
      { kind: "distill", sizes: "2048,1024", batch: 1 },
      { kind: "distill", sizes: "2048,512", batch: 4 },
      { kind: "distill", sizes: "2048,256", batch: 4 },
      { kind: "train", sizes: "1024", batch: 4 },
      { kind: "train", sizes: "512", batch: 16 },
      { kind: "train", sizes: "224", batch: 64 },
    ];

/** Milliseconds of the last line that a program prints; `null` with a note where it cannot do the work. */
async function millisecondsOf(command: string, args: readonly string[]): Promise<number | null> {
  try {
    const { stdout } = await promisify(execFile)(command, [...args]);
    return (JSON.parse(stdout.trim().split("\n").at(-1)!) as { milliseconds: number }).milliseconds;
  } catch (error) {
    process.stderr.write(`left out: ${args.slice(1).join(" ")}: ${String(error).split("\n")[0]}\n`);
    return null;
  }
}

const found = await tryDevice(device);
if (!found.usable) throw new Error(`${device}: ${found.reason}`);
const own = fileURLToPath(new URL("./step.js", import.meta.url));
const peerScript = fileURLToPath(new URL("bench/devices/peer.py", root));

/** Every side of the comparison, by its name in the table. */
const SIDES: Readonly<
  Record<string, (work: readonly string[], rest: readonly string[]) => Promise<number | null>>
> = {
  lowmag: (work, rest) => millisecondsOf(process.execPath, [own, ...work, device, ...rest]),
  ...(found.float16
    ? {
        "lowmag, teacher in float16": (work: readonly string[], rest: readonly string[]) =>
          work[0] === "distill"
            ? millisecondsOf(process.execPath, [own, ...work, device, ...rest, "--teacher", "float16"])
            : Promise.resolve(null),
      }
    : {}),
  PyTorch: (work, rest) => millisecondsOf(python, [peerScript, ...work, peer, ...rest]),
  ...(peer === "cuda"
    ? {
        "PyTorch, TF32": (work: readonly string[], rest: readonly string[]) =>
          millisecondsOf(python, [peerScript, ...work, peer, ...rest, "--tf32"]),
      }
    : {}),
};
const names = Object.keys(SIDES);

interface Row extends Work {
  /** Milliseconds per image of each side, round by round. */
  readonly rounds: Readonly<Record<string, readonly number[]>>;
}

const rows: Row[] = [];
for (const work of WORKS) {
  const rounds: Record<string, number[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++)
    for (const name of names) {
      const rest = ["--batch", String(work.batch), "--seconds", seconds];
      const taken = await SIDES[name]!([work.kind, work.sizes], rest);
      if (taken !== null) rounds[name]!.push(taken);
    }
  rows.push({ ...work, rounds });
}

const text = (numbers: readonly number[]): string =>
  numbers.length === 0 ? "–" : Number(median(numbers).toPrecision(3)).toString();
const ratio = ({ rounds }: Row): string => {
  const ratios = rounds
    .PyTorch!.map((theirs, i) => theirs / (rounds.lowmag![i] ?? Number.NaN))
    .filter(Number.isFinite);
  return ratios.length === 0 ? "–" : median(ratios).toFixed(2);
};
const table = [
  `| work (px, batch) | ${names.map((name) => `${name}, ms per image`).join(" | ")} | PyTorch / lowmag |`,
  `|${"---|".repeat(names.length + 2)}`,
  ...rows.map(
    (row) =>
      `| ${row.kind} ${row.sizes.replace(",", " → ")}, ${row.batch} | ${names.map((name) => text(row.rounds[name]!)).join(" | ")} | ${ratio(row)} |`,
  ),
].join("\n");
process.stdout.write(`${table}\n`);
if (values.out !== undefined && !values.quick) {
  const versions = { onnxruntime: runtimeInfo().version };
  const record = { ...measuredOn(), versions, device: found, peer, rows };
  await writeFileAtomically(`${values.out}.json`, `${JSON.stringify(record, undefined, 2)}\n`);
  const head = `# Devices beside PyTorch on CUDA\n\nOptimiser steps, milliseconds per image (median of rounds in turns), float32. Record: [devices.json](devices.json).\n`;
  await writeFileAtomically(`${values.out}.md`, `${head}\n${table}\n`);
}
