// A study in words for the terminal: the plan of a dry run, the main table of a finished one, and what failed.
import type { StudyResult } from "../api/index.ts";
import { formatDuration } from "./progress-display.ts";
import { formatTable } from "./table.ts";

type Record = NonNullable<StudyResult["record"]>;
type Cell = NonNullable<Record["evaluation"]>["cells"][number];
type Estimate = Cell["metrics"][string];

/** What was found, and where the report is. */
export function studyText({ record, report, out }: StudyResult): string {
  if (record === null) return "";
  const failed = record.runs.filter(({ state }) => state === "failed");
  const skipped = record.runs.filter(({ state }) => state === "skipped");
  return [
    ...(record.evaluation === null ? ["Nothing could be evaluated."] : mainTable(record)),
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
function mainTable({ evaluation }: Record): string[] {
  if (evaluation === null) return [];
  const { primary, cells, images, patients, resampling, level } = evaluation;
  const header = ["arm", "µm/px", "labels", "unlabelled", "seeds", primary, "SD", "GMAC/mm²"];
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

function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined || estimate.value === null) return "–";
  const value = estimate.value.toFixed(3);
  if (estimate.interval === null) return value;
  const { low, high } = estimate.interval;
  return `${value} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
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

/** A dry run: the trainings, their cost, and how they would share the machine. */
export function plannedStudyText({ plan, shares, out }: StudyResult): string {
  const header = ["run", "epochs", "steps", "images", "PMAC", "estimated"];
  const rows = plan.runs.map(({ name, cost }) => [
    name,
    `${cost.epochs}`,
    `${cost.steps}`,
    `${cost.images}`,
    (cost.macs / 1e15).toPrecision(3),
    cost.seconds === null ? "–" : formatDuration(cost.seconds),
  ]);
  const macs = plan.runs.reduce((sum, { cost }) => sum + cost.macs, 0);
  return [
    formatTable(header, rows),
    `${plan.runs.length} trainings of ${plan.cells.length} networks, ${(macs / 1e15).toPrecision(3)} PMAC; ${shares.jobs} at a time on ${shares.workers} threads`,
    `Folder: ${out}`,
    "Nothing was trained (--dry-run).",
  ].join("\n");
}
