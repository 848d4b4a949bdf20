// What every published measurement says of itself: the machine, the versions, the commit.
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";

/** The repository's folder, from the compiled programs in `build/bench`. */
export const root = new URL("../../", import.meta.url);

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
    },
    node: process.version,
  };
}

/** The middle of several numbers; the upper one of two. */
export const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
