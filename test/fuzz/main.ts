// The long run: every target, each in a process of its own that is watched for time and memory, one after the other.
// Prints a table; leaves with 1 when anything failed.
//
// Usage: npm run fuzz -- [--count 100000] [--only TEXT]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { TargetReport } from "./report.ts";
import { FUZZ_TARGETS } from "./targets.ts";

const { values } = parseArgs({
  options: { count: { type: "string", default: "100000" }, only: { type: "string", default: "" } },
});
const count = Number(values.count);
if (!Number.isInteger(count) || count < 1)
  throw new Error(`--count must be a positive number: ${values.count}`);

const child = fileURLToPath(new URL("child.js", import.meta.url));
const failures: string[] = [];
/** Mutants that took more than half a second, to look at. */
const slow: string[] = [];

/** Runs one target in a process of its own. */
function run(index: number): TargetReport | null {
  const { stdout, status, signal } = spawnSync(process.execPath, [child, String(index), String(count)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 24,
  });
  const lines = stdout.trim().split("\n");
  if (status === 0) return JSON.parse(lines.at(-1)!) as TargetReport;
  failures.push(`${FUZZ_TARGETS[index]!.name}: ${lines.join(" ")} (${signal ?? `exit code ${status}`})`);
  return null;
}

console.log(
  "| target | mutants | read | corrupt-data | unsupported-format | slowest, ms | peak, MB | growth, MB |",
);
console.log("|---|--:|--:|--:|--:|--:|--:|--:|");
for (const [index, { name }] of FUZZ_TARGETS.entries()) {
  if (!name.includes(values.only)) continue;
  const report = run(index);
  if (report !== null && report.slowestMs > 500) slow.push(`${name}: ${report.slowest}`);
  const cells =
    report === null
      ? ["failed", "", "", "", "", "", ""]
      : [
          count,
          report.read,
          report.corruptData,
          report.unsupportedFormat,
          Math.ceil(report.slowestMs),
          report.peakMb,
          report.growthMb,
        ].map((value) => value.toLocaleString("en"));
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
if (slow.length > 0) console.log(`\nSlower than 500 ms:\n${slow.join("\n")}`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
