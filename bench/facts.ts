// What every published measurement says of itself: the machine, the versions, the commit.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's folder, from the compiled programs in `build/bench`. */
export const root = new URL("../../", import.meta.url);

/** Instruction sets whose presence decides which kernels run. */
const INSTRUCTIONS = /^(avx|avx2|fma|avx512(f|bw|vl|_vnni|_bf16)|avx_vnni|amx_\w+|asimd\w*|sve2?|bf16|i8mm)$/;

/** Machine, commit and Node of this run. */
export function measuredOn() {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { encoding: "utf8", cwd: fileURLToPath(root) }).trim();
  return {
    commit: git("rev-parse", "HEAD"),
    dirty: git("status", "--porcelain") !== "",
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGigabytes: Math.round(totalmem() / 1e9),
      instructions: instructions(),
    },
    node: process.version,
  };
}

/** The instruction sets that matter, as Linux names them; `null` on systems that do not say. */
function instructions(): string[] | null {
  try {
    const line = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[1];
    return line?.split(" ").filter((flag) => INSTRUCTIONS.test(flag)) ?? null;
  } catch {
    return null;
  }
}

/** The middle of several numbers; the upper one of two. */
export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
