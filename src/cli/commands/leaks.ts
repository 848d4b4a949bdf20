// `lowmag leaks`: finds images that must not stand in two splits.
import type { LeaksResult } from "../../api/index.ts";
import { leaksOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_USAGE } from "../exit-codes.ts";
import { formatTable } from "../table.ts";

/** Pairs that the table shows. */
const SHOWN = 30;

export const leaksCommand = defineCommand({
  name: "leaks",
  summary: "Find images that must not stand in two splits.",
  description:
    "Compares patients, files, places on slides, and the pictures themselves: copies that were flipped, turned, cut, coloured or compressed anew, and fields that overlap. A pair across splits is a leak (unlabelled tissue counts as trained on); the exit code is then 2. Without splits all pairs are listed, and groups.csv tells `lowmag split --patients` what belongs together.",
  examples: [
    {
      command: "lowmag leaks --data tiles/ --splits splits.csv --unlabelled more/ --out leaks/",
      says: "Before a training: leaks.html shows each pair side by side.",
    },
    {
      command:
        "lowmag leaks --data tiles/ --out leaks/ && lowmag split --data tiles/ --patients leaks/groups.csv --out splits.csv",
      says: "No patients are known: what shows the same tissue stays together.",
    },
    {
      command: "lowmag leaks --data tiles/ --splits splits.csv --allow a/17.png,b/4.png",
      says: "A pair that was looked at and is no leak.",
    },
  ],
  options: leaksOptions,
  async run(options, context) {
    const { leaks } = await import("../../api/leaks.ts");
    const result = await leaks(options, context);
    return { result, text: leaksText(result), exitCode: result.counts.leaks > 0 ? EXIT_USAGE : EXIT_DONE };
  },
});

function leaksText(result: LeaksResult): string {
  const { checks, pairs, notes, counts, files, hasSplits } = result;
  const compared = checks.map(({ name, compared: what, seconds }) => [name, what, `${seconds.toFixed(1)} s`]);
  const parts = [formatTable(["check", "compared", "time"], compared)];
  if (pairs.length > 0) parts.push(pairTable(result));
  parts.push(
    [verdict(counts.leaks, hasSplits), ...notes, ...files.map((file) => `Written: ${file}`)].join("\n"),
  );
  return parts.join("\n\n");
}

function pairTable({ pairs }: LeaksResult): string {
  const rows = pairs
    .slice(0, SHOWN)
    .map(({ state, kind, score, first, second, how }) => [
      state === "within" ? "" : state,
      kind,
      score.toFixed(2),
      `${first.id} (${first.split ?? "-"})`,
      `${second.id} (${second.split ?? "-"})`,
      how,
    ]);
  const table = formatTable(["", "kind", "score", "first", "second", "how"], rows);
  const more = pairs.length - rows.length;
  return more === 0 ? table : `${table}\n… and ${more} more: --out writes all, --json prints all.`;
}

function verdict(leaks: number, hasSplits: boolean): string {
  if (!hasSplits)
    return "No splits yet, so nothing is a leak: keep pairs together (groups.csv) when making them.";
  if (leaks === 0) return "No leaks.";
  return `data-leak: ${leaks === 1 ? "1 pair stands" : `${leaks} pairs stand`} in two splits. Put both images in one split, remove one, or let pass what is no copy with --allow.`;
}
