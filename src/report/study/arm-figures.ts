// The figures with one line per arm: metrics against cost, against the amount of labels, and agreement with the teacher.
import type { StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { type Cell, csvText } from "../csv.ts";
import { metricWords } from "../metrics.ts";
import {
  armSeries,
  costPanel,
  figureMetrics,
  keyOf,
  leastOfFirst,
  levelWords,
  MISSING,
} from "./arm-series.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { fullCells } from "./subsets.ts";

/** Each metric against the cost per mm². */
export function costFigure(evaluation: StudyEvaluation): Figure {
  const subset = fullCells(evaluation);
  const cells = subset.cells.filter(({ cost }) => cost.macsPerMm2 > 0);
  const least = leastOfFirst(evaluation).filter(({ cost }) => cost.macsPerMm2 > 0);
  const metrics = figureMetrics(evaluation);
  const panels = metrics.flatMap((metric) => {
    const series = armSeries(
      evaluation,
      cells,
      least,
      (cell) => cell.metrics[metric] ?? MISSING,
      "macsPerMm2",
    );
    return costPanel(evaluation, [...cells, ...least], series, metricWords(metric).heading, metric) ?? [];
  });
  const rows = [...cells, ...least].map((cell): Cell[] => [
    ...cellFactCells(cell),
    ...metrics.flatMap((metric) => seedsCells(cell.metrics[metric])),
  ]);
  return {
    name: "accuracy-against-cost",
    title: "Accuracy against cost",
    caption: [
      `Mean over the seeds (mark) with its ${levelWords(evaluation)} interval (bar: ${evaluation.resampling}); small dots are single seeds.`,
      "Overlapping bars do not mean that two networks are equal: the paired comparisons judge that.",
      "Networks of one cost are set side by side. The dotted line is the teacher. The vertical axes need not begin at 0.",
      subset.words,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
    panels,
    size: "column",
    key: keyOf(armSeries(evaluation, cells, least, () => MISSING, "macsPerMm2")),
    csv: csvText([...cellFactHeading(), ...metrics.flatMap(seedsHeading)], rows),
  };
}

/** Share of test images that get the teacher's class, and Cohen's kappa, against the cost. */
export function agreementFigure(evaluation: StudyEvaluation): Figure {
  const subset = fullCells(evaluation);
  const judged = (cells: readonly StudyCell[]) =>
    cells.filter(({ agreement, cost }) => agreement !== null && cost.macsPerMm2 > 0);
  const cells = judged(subset.cells);
  const least = judged(leastOfFirst(evaluation));
  const kinds = [
    ["share", "Same class as the teacher (share of images)"],
    ["kappa", "Cohen’s kappa with the teacher"],
  ] as const;
  const panels = kinds.flatMap(([key, title]) => {
    const series = armSeries(
      evaluation,
      cells,
      least,
      (cell) => cell.agreement?.[key] ?? MISSING,
      "macsPerMm2",
    );
    return costPanel(evaluation, [...cells, ...least], series, title, key) ?? [];
  });
  const rows = [...cells, ...least].map((cell): Cell[] => [
    ...cellFactCells(cell),
    ...kinds.flatMap(([key]) => seedsCells(cell.agreement?.[key])),
  ]);
  return {
    name: "agreement-with-teacher",
    title: "Agreement with the teacher",
    caption:
      `How often a network gives a test image the class that the teacher of the same seed and labels gives it, whether that is right or wrong; kappa takes away what would agree by chance. Marks, bars and dots as above. ${subset.words}`.trim(),
    panels,
    size: "column",
    key: keyOf(armSeries(evaluation, cells, least, () => MISSING, "macsPerMm2")),
    csv: csvText([...cellFactHeading(), ...kinds.flatMap(([key]) => seedsHeading(key))], rows),
  };
}
