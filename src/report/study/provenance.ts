// How the study came about: exclusions, leak checks, choices on validation data, every training, and how to repeat it.
import type { StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatDuration, formatMetric } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { type Block, simpleTable, type TableRow } from "./document.ts";
import { plainValue } from "./run-options.ts";

/** What was left out, as a table; a sentence where nothing was. */
export function exclusionBlocks({ data }: StudyRecord): Block[] {
  if (data.exclusions.length === 0) return [{ kind: "text", text: "Nothing that was read was left out." }];
  const rows = data.exclusions.map(
    ({ unit, count, reason, examples }): TableRow => [
      reason,
      `${formatCount(count)} ${count === 1 ? unit.replace(/s$/, "") : unit}`,
      examples.length === 0 ? "–" : examples.join(", "),
    ],
  );
  return [
    simpleTable(
      "Exclusions",
      "What was left out, and why; a few names of each.",
      ["Reason", "Left out", "For example"],
      rows,
      { words: [2] },
    ),
  ];
}

/** The checks for leaks. */
export function leakBlocks({ leaks }: StudyRecord): Block[] {
  if (leaks.length === 0) return [{ kind: "text", text: "No check for leaks was recorded." }];
  const allowed = leaks.reduce((sum, leak) => sum + leak.allowed, 0);
  const rows = leaks.map(
    ({ name, compared, allowed: own, seconds }): TableRow => [
      name,
      compared,
      formatCount(own),
      formatDuration(seconds),
    ],
  );
  return [
    {
      kind: "text",
      text: `Each check ran before anything was trained and stops the study where it finds a pair across splits that the study file does not name. ${allowed === 0 ? "No pair was let pass." : `${formatCount(allowed)} ${allowed === 1 ? "pair was" : "pairs were"} let pass by name in the study file.`}`,
    },
    simpleTable("Leak checks", "", ["Check", "Compared", "Pairs let pass by name", "Took"], rows, {
      words: [1],
    }),
  ];
}

/** Choices made on validation data. */
export function choiceBlocks({ choices }: StudyRecord): Block[] {
  if (choices.length === 0) return [];
  const rows = choices.flatMap(({ cell, metric, candidates }) =>
    candidates.map(
      ({ settings, value }, index): TableRow => [
        { main: cell, sub: index === 0 ? "chosen" : "not chosen" },
        settingWords(settings),
        metricWords(metric).name,
        formatMetric(value),
      ],
    ),
  );
  return [
    simpleTable(
      "Choices on validation data",
      "Settings under trial, by the mean over the seeds on the validation split; only the chosen ones met the test split.",
      ["Network", "Settings", "Validation metric", "Value"],
      rows,
      { words: [1, 2] },
    ),
  ];
}

function settingWords(settings: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(settings).map(([key, value]) => `${key} ${plainValue(value)}`);
  return entries.length === 0 ? "as the arm states" : entries.join(", ");
}

/** Commands, the study file and the data's hash. */
export function repeatBlocks(record: StudyRecord): Block[] {
  const { commands, file, data, lowmag, commit, versions, machine, createdAt } = record;
  const facts: (readonly [string, string])[] = [
    [
      "lowmag",
      `${lowmag}${commit === null ? "" : `, commit ${commit.hash}${commit.dirty ? " with uncommitted changes" : ""}`}`,
    ],
    ["Data, SHA-256", data.hash],
    ...Object.entries(versions),
    [
      "Machine",
      `${machine.cpu}, ${formatCount(machine.cores)} cores, ${Number(machine.memoryGiB.toFixed(1))} GiB, ${machine.system}`,
    ],
    ["Record made at", createdAt],
  ];
  return [
    ...(commands.length === 0
      ? []
      : [
          { kind: "heading", text: "Commands" } as const,
          { kind: "code", text: commands.join("\n") } as const,
        ]),
    ...(file.trim() === ""
      ? []
      : [
          { kind: "heading", text: "Study file" } as const,
          { kind: "code", text: file.trimEnd(), folded: "Show the study file as it was read" } as const,
        ]),
    { kind: "heading", text: "Versions" },
    { kind: "facts", facts },
  ];
}
