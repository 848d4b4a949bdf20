// The figures of one small drawing per network: learning curves, calibration, confusion matrices.
import type { StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { confusionPanel } from "../confusion-figure.ts";
import { type Cell, csvText } from "../csv.ts";
import { metricWords } from "../metrics.ts";
import type { Topic } from "../panel-head.ts";
import { armOf, shortWords } from "./arms.ts";
import { calibrationPanel } from "./calibration-panel.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Figure } from "./figure.ts";
import { curveDomain, curveMetric, learningPanel } from "./learning-panel.ts";
import { panelCells } from "./subsets.ts";

/** At most so many drawings of one kind: more belong into a supplement, and their numbers are in the tables. */
const LIMIT = 18;

/** A network as the topic of a small drawing. */
function topicOf(evaluation: StudyEvaluation, cell: StudyCell): Topic {
  const { name, style } = armOf(evaluation, cell);
  return { name, detail: shortWords(evaluation, cell, false), style };
}

/** Learning curves: a validation metric and the training loss per epoch, every seed a line. */
export function learningFigure(evaluation: StudyEvaluation): Figure {
  const { cells, words } = panelCells(evaluation, LIMIT);
  const metric = curveMetric(evaluation);
  const domain = curveDomain(cells, metric);
  const keys = [...new Set(curvePoints(evaluation).flatMap(({ validation }) => Object.keys(validation)))];
  const rows = evaluation.cells.flatMap((cell) =>
    cell.seeds.flatMap(({ seed, learningCurve, bestEpoch }) =>
      learningCurve.map((point): Cell[] => [
        ...[cell.id, seed, point.epoch, Number(point.epoch === bestEpoch), point.trainLoss],
        ...keys.map((key) => point.validation[key] ?? null),
      ]),
    ),
  );
  return {
    name: "learning-curves",
    title: "Learning curves",
    caption:
      `Per epoch, one thin line per seed: above, ${metric === null ? "nothing" : metricWords(metric).name} on the validation split; below, the training loss. The mark is the epoch whose weights were kept, chosen on the validation split. Losses of teachers, students and baselines are different quantities and have scales of their own. ${words}`.trim(),
    panels: cells.flatMap((cell) => learningPanel(topicOf(evaluation, cell), cell, metric, domain) ?? []),
    size: "third",
    key: [],
    csv: csvText(["cell", "seed", "epoch", "chosen", "trainLoss", ...keys], rows),
  };
}

function curvePoints(evaluation: StudyEvaluation) {
  return evaluation.cells.flatMap(({ seeds }) => seeds.flatMap(({ learningCurve }) => learningCurve));
}

/** Reliability diagrams before and after temperature scaling. */
export function calibrationFigure(evaluation: StudyEvaluation): Figure {
  const { cells, words } = panelCells(evaluation, 12);
  const rows = evaluation.cells.flatMap(({ id, calibration: { before, after } }) =>
    [["before", before.bins] as const, ["after", after?.bins ?? []] as const].flatMap(([when, bins]) =>
      bins.map((bin) => [id, when, bin.confidence, bin.accuracy, bin.count]),
    ),
  );
  return {
    name: "calibration",
    title: "Calibration before and after temperature scaling",
    caption:
      `How often an answer is right, by the confidence it was given with, over all seeds. Hollow marks: the probabilities as the network gives them; filled marks: divided by a temperature fitted on the validation split, one per seed. Below the dotted diagonal a network is too sure of itself. ECE is the expected calibration error, the mean over the seeds; bars below count the answers behind each hollow mark. ${words}`.trim(),
    panels: cells.flatMap((cell) => calibrationPanel(topicOf(evaluation, cell), cell.calibration) ?? []),
    size: "third",
    key: [],
    csv: csvText(["cell", "temperatureScaling", "confidence", "accuracy", "count"], rows),
  };
}

/** ECE of every network, before and after, as a table. */
export function calibrationCsv(evaluation: StudyEvaluation): string {
  const rows = evaluation.cells.map((cell) => [
    ...cellFactCells(cell),
    ...seedsCells(cell.calibration.before.error),
    ...seedsCells(cell.calibration.after?.error),
    cell.calibration.temperatures.map((value) => value ?? "").join(" "),
  ]);
  const heading = [...seedsHeading("eceBefore"), ...seedsHeading("eceAfter"), "temperatures"];
  return csvText([...cellFactHeading(), ...heading], rows);
}

/** Confusion matrices, summed over the seeds. */
export function confusionFigure(evaluation: StudyEvaluation): Figure {
  const { classes } = evaluation;
  const { cells, words } = panelCells(evaluation, classes.length > 5 ? 8 : LIMIT);
  const rows = evaluation.cells.flatMap(({ id, confusion }) =>
    confusion.flatMap((row, truth) =>
      row.map((count, predicted) => [id, classes[truth]!, classes[predicted]!, count]),
    ),
  );
  return {
    name: "confusion-matrices",
    title: "Confusion matrices",
    caption:
      `Rows are true classes, columns predicted ones: answers on the test split summed over the seeds, and percentages of the row. ${words}`.trim(),
    panels:
      classes.length === 0
        ? []
        : cells.map((cell) => confusionPanel(topicOf(evaluation, cell), cell.confusion, classes)),
    size: classes.length <= 3 ? "third" : "column",
    key: [],
    csv: csvText(["cell", "true", "predicted", "count"], rows),
  };
}
