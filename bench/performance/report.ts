// The report, made from the record alone: tables, and sentences that say which targets are met and which are not. What a
// person has to explain stands in results/performance-notes.md, which the report links to.
import type { PerformanceRecord, RecordFacts, Row, SkippedRow } from "./record.ts";
import { SECTIONS } from "./rows.ts";
import { judgedText, sectionTable, TEXTS, targetText, workText } from "./section-table.ts";

/** Load above which it was not the bench's own compilation alone. */
const BUSY = 0.8;

/** Sentences on what is met, what is not, and what was not measured. */
export function verdict(rows: readonly (Row | SkippedRow)[]): string {
  const judged = rows.filter((row): row is Row => !("skipped" in row) && row.met !== null);
  const missed = judged.filter(({ met }) => met === false);
  const skipped = rows.filter((row): row is SkippedRow => "skipped" in row);
  const missedTexts = missed.map(
    (row) =>
      `- ${TEXTS[row.section].title}, ${workText(row)}: ${judgedText(row)}, target ${targetText(row.target)}.`,
  );
  const skippedTexts = skipped.map(
    (row) => `- ${TEXTS[row.section].title}, ${workText(row)}: ${row.skipped}.`,
  );
  return [
    judged.length === 0
      ? "No target could be judged."
      : `${judged.length - missed.length} of ${judged.length} targets are met${missed.length === 0 ? "." : "; not met:\n"}`,
    ...missedTexts,
    ...(skipped.length === 0 ? [] : ["\nNot measured:\n", ...skippedTexts]),
  ].join("\n");
}

function where(facts: RecordFacts & { readonly rounds: number }): string {
  const { machine, versions, commit, dirty, date, load, node, rounds } = facts;
  const instructions = machine.instructions === null ? "" : ` (${machine.instructions.join(", ")})`;
  const peer =
    versions.pytorch === null ? "no PyTorch" : `PyTorch ${versions.pytorch}, Python ${versions.python}`;
  const busy =
    load > BUSY
      ? " **Others may have been at work on the machine: times on the clock are worth little then.**"
      : "";
  return [
    `Measured ${date.slice(0, 10)} at commit ${commit.slice(0, 10)}${dirty ? " with uncommitted changes" : ""}, on ${machine.cpu}, ${machine.cores} cores${instructions}, ${machine.memoryGigabytes} GB;`,
    `Node ${node.replace(/^v/, "")}, ONNX Runtime ${versions.onnxruntime}, ${peer}. ${rounds === 1 ? "One round" : `${rounds} rounds, programs in turns`};`,
    `load before the start ${load.toFixed(2)}.${busy}`,
  ].join("\n");
}

/** The whole of results/performance.md. */
export function report(record: PerformanceRecord): string {
  const sections = SECTIONS.filter((section) => record.rows.some((row) => row.section === section));
  return [
    "# Speed and memory beside PyTorch",
    "<!-- Made from performance.json by `npm run bench`: change bench/performance or performance-notes.md, not this file. -->",
    "The network of the paper (ResNet-10-thin with group normalisation), float32. A ratio is made within a round; the table has the median of the rounds and their range. On one core CPU time counts, on two the clock, each program at its best threading. How it is measured, and why it is as it is: [performance-notes.md](performance-notes.md). Every round: [performance.json](performance.json). Command: `npm run bench`.",
    where(record),
    ...(record.partial ? ["**Partial: the run was broken off.**"] : []),
    verdict(record.rows),
    ...sections.flatMap((section) => [
      `## ${TEXTS[section].title}`,
      TEXTS[section].sentence,
      sectionTable(record.rows, section),
    ]),
  ]
    .join("\n\n")
    .concat("\n");
}
