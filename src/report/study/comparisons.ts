// The table of comparisons: question, pair, difference, p, and what is shown.
import type { StudyComparison, StudyEvaluation } from "../../evaluate/index.ts";
import { csvText, estimateCells, estimateHeading } from "../csv.ts";
import {
  formatCount,
  formatDifference,
  formatInterval,
  formatMetric,
  formatPValue,
  joinWords,
} from "../format.ts";
import { metricWords } from "../metrics.ts";
import { orderedCells, share } from "./arms.ts";
import type { Block, TableRow, TextCell } from "./document.ts";
import { pairWords } from "./pairs.ts";
import { fullCells, mostLabels } from "./subsets.ts";
import { QUESTION_ORDER, QUESTIONS, verdictWords } from "./verdicts.ts";

const HEADING = [
  "First − second",
  "Difference",
  "SD over seeds",
  "p",
  "p, Holm-adjusted",
  "Non-inferiority p, adjusted",
  "What it shows",
];

/** More rows than this are folded away, behind those of the networks that figures show. */
const AT_ONCE = 40;

/** The tables, one per metric: the primary one at once, the others folded away. */
export function comparisonTables(evaluation: StudyEvaluation): Block[] {
  const { primary, comparisons } = evaluation;
  const metrics = [...new Set([primary, ...comparisons.map(({ metric }) => metric)])];
  return metrics.flatMap((metric): Block[] => {
    const own = comparisons.filter((comparison) => comparison.metric === metric);
    const { heading, name } = metricWords(metric);
    if (own.length === 0) return [];
    const table = tableOf(evaluation, own, name);
    const folded = `${heading}: show all ${formatCount(own.length)} comparisons`;
    if (metric !== primary) return [{ ...table, folded }];
    const shown = shownComparisons(evaluation);
    if (own.length <= AT_ONCE || shown.length === own.length) return [table];
    return [tableOf(evaluation, shown, name, fullCells(evaluation).words), { ...table, folded }];
  });
}

/** Comparisons of the primary metric, of the cells that figures show; amounts of tissue are compared for all. */
export function shownComparisons(evaluation: StudyEvaluation): StudyComparison[] {
  const full = fullCells(evaluation).cells.map(({ id }) => id);
  const labels = mostLabels(evaluation);
  const labelled = evaluation.cells.filter((cell) => cell.labelFraction === labels).map(({ id }) => id);
  const order = orderedCells(evaluation).map(({ id }) => id);
  return evaluation.comparisons
    .filter(({ metric }) => metric === evaluation.primary)
    .filter(({ question, first }) => (question === "unlabelled-none" ? labelled : full).includes(first))
    .sort((a, b) => order.indexOf(a.first) - order.indexOf(b.first));
}

function tableOf(evaluation: StudyEvaluation, own: readonly StudyComparison[], name: string, subset = "") {
  const methods = [...new Set(own.flatMap(({ test }) => (test === null ? [] : [test.method])))];
  const order = orderedCells(evaluation).map(({ id }) => id);
  const parts = QUESTION_ORDER.flatMap((question) => {
    const rows = own
      .filter((comparison) => comparison.question === question)
      .sort((a, b) => order.indexOf(a.first) - order.indexOf(b.first))
      .map((comparison) => row(evaluation, comparison));
    return rows.length === 0 ? [] : [{ title: QUESTIONS[question].heading, rows }];
  });
  return {
    kind: "table",
    label: `Paired comparisons of ${name}`,
    caption:
      `Differences in ${name} on the same images, mean over the seeds that both networks have, with ${share(evaluation.level)} intervals. p by ${joinWords(methods)}; adjusted p-values are held against ${Number((1 - evaluation.level).toFixed(4))}. ${subset}`.trim(),
    heading: HEADING,
    parts,
    words: [6],
  } as const;
}

function row(evaluation: StudyEvaluation, comparison: StudyComparison): TableRow {
  const { difference, test, nonInferiority } = comparison;
  const untested: TextCell = { main: "n/a", missing: "No test was made of this difference." };
  const value: TextCell =
    difference.value === null
      ? { main: "n/a", missing: "The difference is not defined." }
      : { main: formatDifference(difference.value), sub: formatInterval(difference.interval) };
  return [
    pairWords(evaluation, comparison),
    value,
    formatMetric(difference.standardDeviation),
    test === null ? untested : formatPValue(test.pValue),
    test === null ? untested : formatPValue(test.adjusted),
    nonInferiority === null
      ? { main: "–" }
      : { main: formatPValue(nonInferiority.adjusted), sub: `margin ${formatMetric(nonInferiority.margin)}` },
    verdictWords(evaluation, comparison),
  ];
}

/** One row per comparison. */
export function comparisonsCsv(evaluation: StudyEvaluation): string {
  const rows = evaluation.comparisons.map((comparison) => {
    const { difference, test, nonInferiority } = comparison;
    return [
      ...[
        comparison.question,
        comparison.metric,
        comparison.first,
        comparison.second,
        comparison.seeds.join(" "),
      ],
      ...[...estimateCells(difference), difference.standardDeviation],
      ...[test?.pValue ?? null, test?.adjusted ?? null, test?.method ?? null],
      ...[nonInferiority?.margin ?? null, nonInferiority?.pValue ?? null, nonInferiority?.adjusted ?? null],
      ...[
        nonInferiority === null ? null : nonInferiority.shown ? "shown" : "not shown",
        nonInferiority?.method ?? null,
      ],
      verdictWords(evaluation, comparison),
    ];
  });
  const heading = [
    ...["question", "metric", "first", "second", "seeds", ...estimateHeading("difference"), "differenceSD"],
    ...["pValue", "pAdjusted", "method", "margin", "nonInferiorityP", "nonInferiorityPAdjusted"],
    ...["nonInferiority", "nonInferiorityMethod", "verdict"],
  ];
  return csvText(heading, rows);
}
