// A study in words for the terminal: the plan of a dry run, the main table of a finished one, and what failed.
import type { StudyResult } from "../api/index.ts";
import { estimateText } from "./estimate-text.ts";
import { formatDuration } from "./progress-display.ts";
import { formatTable } from "./table.ts";

type Record = NonNullable<StudyResult["record"]>;

/** What was found, and where the report is. `nameOf`: the words for a metric. */
export function studyText({ record, report, out }: StudyResult, nameOf: (metric: string) => string): string {
  if (record === null) return "";
  const failed = record.runs.filter(({ state }) => state === "failed");
  const skipped = record.runs.filter(({ state }) => state === "skipped");
  return [
    ...(record.evaluation === null ? ["Nothing could be evaluated."] : mainTable(record, nameOf)),
    ...failed.map(({ name, reason }) => `Failed: ${name}: ${reason}`),
    ...(skipped.length > 0
      ? [`Skipped, as what they need failed: ${skipped.map(({ name }) => name).join(", ")}`]
      : []),
    ...(failed.length > 0 ? ["The same command tries the failed runs again."] : []),
    ...exploratory(record),
    `Report: ${report ?? out}`,
  ].join("\n");
}

/** One row per network: the primary metric with its interval and the spread over seeds. */
function mainTable({ evaluation }: Record, nameOf: (metric: string) => string): string[] {
  if (evaluation === null) return [];
  const { primary, cells, images, patients, resampling, level } = evaluation;
  const header = ["arm", "µm/px", "labels", "unlabelled", "seeds", nameOf(primary), "SD", "GMAC/mm²"];
  const rows = cells.map((cell) => [
    cell.arm,
    `${cell.mpp}`,
    `${100 * cell.labelFraction}%`,
    cell.kind === "distilled" || cell.kind === "fine-tuned" ? `${100 * cell.unlabelledFraction}%` : "–",
    `${cell.seeds.length}`,
    estimateText(cell.metrics[primary]),
    cell.metrics[primary]?.standardDeviation?.toFixed(3) ?? "–",
    (cell.cost.macsPerMm2 / 1e9).toPrecision(3),
  ]);
  const people = patients === null ? "" : ` of ${patients} patients`;
  return [
    formatTable(header, rows),
    `${images} test images${people}; ${100 * level}% intervals from ${resampling}`,
  ];
}

function exploratory({ runs, testReadings }: Record): string[] {
  const present = new Set(runs.map(({ name }) => name));
  const late = new Set(
    testReadings.flatMap(({ run, afterFirstReading }) =>
      afterFirstReading && present.has(run) ? [run] : [],
    ),
  );
  return late.size === 0
    ? []
    : [
        `Note: ${late.size} runs were trained after the test split had first been read: their results are exploratory.`,
      ];
}

/** A dry run: the networks, what training them costs, and how the trainings would share the machine. */
export function plannedStudyText({ plan, shares, cost, out }: StudyResult): string {
  const header = [
    "arm",
    "µm/px",
    "labels",
    "unlabelled",
    "trainings",
    "epochs",
    "steps",
    "images",
    "done",
    "TMAC",
    "thread time",
    "GB",
  ];
  return [
    formatTable(
      header,
      plan.cells.map((cell, i) => plannedRow(plan, cell, cost.cells[i]!)),
    ),
    `${cost.runs} trainings to do${cost.reused > 0 ? ` (${cost.reused} are done)` : ""}, ${terra(cost.macs)} TMAC; ${shares.jobs} at a time on ${shares.workers} threads${cost.wallSeconds === null ? "" : `: about ${formatDuration(cost.wallSeconds)}`}`,
    ...(cost.exceedsMemory
      ? [
          `Note: the largest training wants about ${gigabytes(cost.peakBytes)} GB of the ${gigabytes(shares.memory)} GB there are; it runs alone.`,
        ]
      : []),
    `Folder: ${out}`,
    "Nothing was trained (--dry-run).",
  ].join("\n");
}

type Plan = StudyResult["plan"];

/** A network: its trainings over all seeds and settings under trial; cost is of those to be done, memory of the largest. */
function plannedRow(
  { runs: all }: Plan,
  cell: Plan["cells"][number],
  cost: StudyResult["cost"]["cells"][number],
): string[] {
  const runs = all.filter(({ key }) => cell.runs.includes(key));
  return [
    cell.arm,
    `${cell.mpp}`,
    `${100 * cell.labelFraction}%`,
    cell.kind === "distilled" || cell.kind === "fine-tuned" ? `${100 * cell.unlabelledFraction}%` : "–",
    `${runs.length}`,
    rangeOf(cost.epochs),
    rangeOf(cost.steps),
    rangeOf(runs.map((run) => run.cost.images)),
    doneText(cost.runs),
    terra(cost.macs),
    cost.seconds === null ? "–" : formatDuration(cost.seconds),
    gigabytes(cost.peakBytes),
  ];
}

/** Trainings that need not be done: finished before, or those of an earlier row. */
function doneText({ reused, shared }: StudyResult["cost"]["cells"][number]["runs"]): string {
  const words = [reused > 0 ? `${reused}` : "", shared > 0 ? `${shared} above` : ""].filter(
    (word) => word !== "",
  );
  return words.join(" + ") || "–";
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

function rangeOf(values: readonly number[]): string {
  if (values.length === 0) return "–";
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? `${low}` : `${low}–${high}`;
}

/** 10^12 multiply-accumulates. */
const terra = (macs: number): string => {
  const value = macs / 1e12;
  return value >= 100 ? value.toFixed(0) : `${Number(value.toPrecision(3))}`;
};
