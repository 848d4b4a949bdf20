// The primary metric against the amount of unlabelled tissue: one panel per arm that had more than one amount, one line
// per µm/px.
import type { StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import { formatCount, formatMpp, formatMppNumber } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { orderedColour } from "../palette.ts";
import { sameMpp } from "../roles.ts";
import { figureMetrics, keyOf, metricLimits } from "./arm-series.ts";
import { type ArmStyle, armsOf, mppsOf } from "./arms.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { linesPanel } from "./lines-panel.ts";
import { domainOf, type LineSeries } from "./lines-plot.ts";
import { mostLabels } from "./subsets.ts";

const MARKS: readonly ArmStyle["mark"][] = ["circle", "square", "triangle", "diamond", "down", "pentagon"];
const DASHES = ["", "7 3", "3 2", "8 2 2 2", "1 3", "5 2 1 2"];
const PANELS = 6;

/** Draws the figure; no panel where no arm had more than one amount. */
export function tissueFigure(evaluation: StudyEvaluation): Figure {
  const labels = mostLabels(evaluation);
  const cells = evaluation.cells.filter(({ labelFraction }) => labelFraction === labels);
  const arms = armsOf(evaluation).filter(({ name }) => {
    const own = cells.filter(({ arm }) => arm === name);
    return own.some((cell) => own.some((other) => isOtherAmount(cell, other)));
  });
  const shown = cells.filter(({ arm }) => arms.some(({ name }) => name === arm));
  const mpps = mppsOf(shown);
  const metrics = figureMetrics(evaluation).slice(0, arms.length === 1 ? 2 : 1);
  const panels = metrics.flatMap((metric) => {
    const perArm = arms.map(({ name }) => ({ name, series: seriesOf(shown, name, mpps, metric) }));
    const yDomain = domainOf(
      perArm.flatMap(({ series }) => series),
      metricLimits(metric),
    );
    return perArm.slice(0, PANELS).flatMap(({ name, series }) => {
      const title = `${name}: ${metricWords(metric).name}`;
      return linesPanel({ ...AXES, title, yDomain, series }) ?? [];
    });
  });
  const rows = shown.map((cell) => [
    ...cellFactCells(cell),
    ...metrics.flatMap((metric) => seedsCells(cell.metrics[metric])),
  ]);
  return {
    name: "accuracy-against-unlabelled-tissue",
    title: "Against the amount of unlabelled tissue",
    caption: captionOf(evaluation, arms.length),
    panels,
    size: "column",
    key: keyOf(mpps.map((_, index) => lineOf(shown, mpps, index, evaluation.primary))),
    csv: csvText([...cellFactHeading(), ...metrics.flatMap(seedsHeading)], rows),
  };
}

const AXES = {
  xTitle: "Images of unlabelled tissue",
  xKind: "linear",
  xFormat: formatCount,
  top: null,
  levels: [],
} as const;

function isOtherAmount(cell: StudyCell, other: StudyCell): boolean {
  return sameMpp(cell.mpp, other.mpp) && cell.unlabelledFraction !== other.unlabelledFraction;
}

function captionOf(evaluation: StudyEvaluation, arms: number): string {
  return [
    "Images of unlabelled tissue that a student learned from besides the training images. Marks are means over the seeds, bars their intervals, small dots single seeds.",
    new Set(evaluation.cells.map(({ labelFraction }) => labelFraction)).size > 1
      ? "Shown are the networks with the most labels."
      : "",
    arms > PANELS
      ? `The first ${PANELS} of ${arms} arms are drawn; the numbers of all are in the table of this figure.`
      : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function seriesOf(
  cells: readonly StudyCell[],
  arm: string,
  mpps: readonly number[],
  metric: string,
): LineSeries[] {
  const own = cells.filter((cell) => cell.arm === arm);
  return mpps.map((_, index) => lineOf(own, mpps, index, metric)).filter(({ points }) => points.length > 0);
}

function lineOf(
  cells: readonly StudyCell[],
  mpps: readonly number[],
  index: number,
  metric: string,
): LineSeries {
  const mpp = mpps[index]!;
  const style = {
    colour: orderedColour(index, mpps.length),
    mark: MARKS[index % MARKS.length]!,
    dash: DASHES[index % DASHES.length]!,
  };
  const points = cells
    .filter((cell) => sameMpp(cell.mpp, mpp) && cell.metrics[metric] !== undefined)
    .map((cell) => ({
      x: cell.images.unlabelled,
      estimate: cell.metrics[metric]!,
      words: `${formatMppNumber(mpp)} µm/px with ${formatCount(cell.images.unlabelled)} images`,
    }));
  return { label: formatMpp(mpp), style, points };
}
