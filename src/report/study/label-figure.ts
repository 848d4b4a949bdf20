// The primary metric against the amount of labels.
import type { StudyEvaluation } from "../../evaluate/index.ts";
import { type Cell, csvText } from "../csv.ts";
import { formatMppNumber } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { armSeries, keyOf, MISSING, metricLimits } from "./arm-series.ts";
import { mppsOf, share } from "./arms.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { linesPanel } from "./lines-panel.ts";
import { domainOf } from "./lines-plot.ts";
import { fullestTissue } from "./subsets.ts";

/** The primary metric against the share of the labels, one panel per µm/px; no panel where there is one share only. */
export function labelFigure(evaluation: StudyEvaluation): Figure {
  const fullest = fullestTissue(evaluation.cells);
  const cells = fullest.filter((cell) =>
    fullest.some((other) => other.arm === cell.arm && other.labelFraction !== cell.labelFraction),
  );
  const { primary } = evaluation;
  const all = armSeries(evaluation, cells, [], (cell) => cell.metrics[primary] ?? MISSING, "labelFraction");
  const yDomain = domainOf(all, metricLimits(primary));
  const panels = mppsOf(cells)
    .slice(0, 8)
    .flatMap((mpp) => {
      const own = cells.filter((cell) => Math.abs(cell.mpp - mpp) <= 1e-3 * mpp);
      const plot = {
        title: `${formatMppNumber(mpp)} µm/px: ${metricWords(primary).name}`,
        xTitle: "Share of the training labels, log scale",
        xKind: "log" as const,
        xFormat: share,
        top: null,
        yDomain,
        levels: [],
        series: armSeries(evaluation, own, [], (cell) => cell.metrics[primary] ?? MISSING, "labelFraction"),
      };
      return linesPanel(plot) ?? [];
    });
  const rows = cells.map((cell): Cell[] => [...cellFactCells(cell), ...seedsCells(cell.metrics[primary])]);
  return {
    name: "accuracy-against-labels",
    title: "Against the amount of labels",
    caption:
      "Networks that learned from fewer of the labels (drawn by whole patients), each arm with the most unlabelled tissue it had; arms with one amount of labels only are left out. Marks, bars and dots as above.",
    panels,
    size: "column",
    key: keyOf(all),
    csv: csvText([...cellFactHeading(), ...seedsHeading(primary)], rows),
  };
}
