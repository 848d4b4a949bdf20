// The tables of results: every metric of every network, and each class.
import type { SeedsEstimate, StudyCell, StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import {
  formatCostShare,
  formatCount,
  formatInterval,
  formatMetric,
  formatMpp,
  formatSi,
  NOT_AVAILABLE,
} from "../format.ts";
import { FURTHER_METRICS, MAIN_METRICS, metricWords } from "../metrics.ts";
import { armsOf, cellWords, costShareOf, KIND_WORDS, orderedCells, share } from "./arms.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Block, TablePart, TableRow, TextCell } from "./document.ts";
import { exploratoryCells } from "./readings.ts";
import { fullCells } from "./subsets.ts";

const AT_ONCE = 32;

/** The metrics that the cells hold, the primary one first. */
export function metricsOf({ cells, primary }: StudyEvaluation, all = false): string[] {
  const present = new Set(cells.flatMap(({ metrics }) => Object.keys(metrics)));
  const known: string[] = [...MAIN_METRICS, ...(all ? FURTHER_METRICS : [])];
  const others = all ? [...present].filter((key) => !known.includes(key)) : [];
  return [...new Set([primary, ...known, ...others])].filter((key) => present.has(key));
}

/** The main table; where it is long, the fullest networks at once and all of them folded away. */
export function resultTables(record: StudyRecord, evaluation: StudyEvaluation): Block[] {
  const all = orderedCells(evaluation);
  const subset = fullCells(evaluation);
  const metrics = metricsOf(evaluation);
  const caption = `Mean over the seeds, its ${share(evaluation.level)} interval (${evaluation.resampling}) and the standard deviation over the seeds. The interval does not hold the spread between seeds.`;
  const table = (cells: readonly StudyCell[], words: string) =>
    ({
      kind: "table",
      label: "Results on the test split",
      caption: `${caption} ${words}`.trim(),
      heading: [
        "Network",
        "Images learned from",
        "MACs per mm²",
        ...metrics.map((key) => metricWords(key).heading),
      ],
      parts: partsOf(record, evaluation, cells, metrics),
    }) as const;
  if (all.length <= AT_ONCE || subset.cells.length === all.length) return [table(all, "")];
  return [
    table(subset.cells, subset.words),
    { ...table(all, ""), folded: `Show all ${formatCount(all.length)} networks` },
  ];
}

function partsOf(
  record: StudyRecord,
  evaluation: StudyEvaluation,
  cells: readonly StudyCell[],
  metrics: readonly string[],
): TablePart[] {
  const late = exploratoryCells(record);
  return armsOf(evaluation).flatMap(({ name, kind }) => {
    const rows = cells
      .filter(({ arm }) => arm === name)
      .map(
        (cell): TableRow => [
          {
            main: formatMpp(cell.mpp),
            sub: rowWords(evaluation, cell, late.includes(cell.id)),
          },
          imagesCell(cell),
          costCell(evaluation, cell),
          ...metrics.map((key) => seedsCell(key, cell.metrics[key])),
        ],
      );
    const title = name === kind ? name : `${name} (${KIND_WORDS[kind]})`;
    return rows.length === 0 ? [] : [{ title, rows }];
  });
}

/** What a row's network is besides its µm/px: "all unlabelled tissue, 3 seeds, exploratory". */
function rowWords(evaluation: StudyEvaluation, cell: StudyCell, late: boolean): string {
  const { length } = cell.seeds;
  const rest = cellWords(evaluation, cell, false).split(", ").slice(1);
  return [...rest, `${length} ${length === 1 ? "seed" : "seeds"}`, ...(late ? ["exploratory"] : [])].join(
    ", ",
  );
}

function imagesCell({ images }: StudyCell): TextCell {
  const { labelled, unlabelled } = images;
  return {
    main: formatCount(labelled + unlabelled),
    sub: unlabelled > 0 ? `${formatCount(unlabelled)} of them unlabelled` : "",
  };
}

function costCell(evaluation: StudyEvaluation, cell: StudyCell): TextCell {
  const cost = costShareOf(evaluation, cell);
  const words = cost === null || cell.kind === "teacher" ? "" : `${formatCostShare(cost)} of the teacher’s`;
  return { main: formatSi(cell.cost.macsPerMm2), sub: words };
}

/** A metric over its interval and spread. */
export function seedsCell(key: string, estimate: SeedsEstimate | undefined): TextCell {
  if (estimate === undefined) return { main: NOT_AVAILABLE, missing: "Not in the record." };
  if (estimate.value === null) return { main: NOT_AVAILABLE, missing: metricWords(key).undefinedBecause };
  const spread = estimate.standardDeviation === null ? "" : `SD ${formatMetric(estimate.standardDeviation)}`;
  return {
    main: formatMetric(estimate.value),
    sub: [formatInterval(estimate.interval), spread].filter((w) => w !== "").join("\n"),
  };
}

/** One row per network with every metric. */
export function resultsCsv(record: StudyRecord, evaluation: StudyEvaluation): string {
  const keys = metricsOf(evaluation, true);
  const late = exploratoryCells(record);
  const rows = orderedCells(evaluation).map((cell) => [
    ...cellFactCells(cell),
    ...[
      costShareOf(evaluation, cell),
      cell.seeds.map(({ seed }) => seed).join(" "),
      late.includes(cell.id) ? 1 : 0,
    ],
    ...keys.flatMap((key) => seedsCells(cell.metrics[key])),
  ]);
  return csvText(
    [...cellFactHeading(), "shareOfTeacherCost", "seeds", "exploratory", ...keys.flatMap(seedsHeading)],
    rows,
  );
}
