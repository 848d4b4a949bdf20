// All figures of a report: their panels, their words and the numbers behind them.
import type { EvaluationRecord } from "../evaluate/index.ts";
import { confusionPanel } from "./confusion-figure.ts";
import { costFigure } from "./cost-figure.ts";
import { drawableModels } from "./cost-layout.ts";
import { type Cell, comparisonsCsv, csvText, estimateCells, estimateHeading } from "./csv.ts";
import { type Panel, sheetSvg } from "./drawing.ts";
import { comparisonsByMetric, forestPanel } from "./forest-figure.ts";
import type { ReportFigure } from "./input.ts";
import { learningPanel, validationDomain, validationKeys } from "./learning-figure.ts";
import { own } from "./lookup.ts";
import { metricWords } from "./metrics.ts";
import { modelTopic } from "./panel-head.ts";
import { reliabilityPanel } from "./reliability-figure.ts";
import { rocPanel } from "./roc-figure.ts";
import { inReadingOrder, ROLES } from "./roles.ts";

/** A figure of the page. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  /** The same for a narrow screen, where it is drawn anew instead of shrunk. */
  readonly narrow: readonly Panel[];
  readonly csv: string;
}

/** All figures that the record has data for, in the order of the page. */
export function makeFigures(record: EvaluationRecord): Figure[] {
  return [
    costAgainst(record, "balancedAccuracy", "accuracy-against-cost"),
    costAgainst(record, "macroAuroc", "auroc-against-cost"),
    forest(record),
    learning(record),
    confusion(record),
    roc(record),
    reliability(record),
  ].filter((figure) => figure.panels.length > 0);
}

/** A figure as files. */
export function figureFile(figure: Figure): ReportFigure {
  return { name: figure.name, svg: sheetSvg(figure.title, figure.panels).text, csv: figure.csv };
}

function costAgainst(record: EvaluationRecord, metric: string, name: string): Figure {
  const [wide, narrow] = [true, false].map((isWide) => costFigure(record, metric, isWide));
  const rows = drawableModels(record.models, metric).map((model) => [
    ...[model.name, ROLES[model.role].one, model.mpp, model.cost.macsPerMm2],
    ...estimateCells(model.metrics[metric]),
  ]);
  return {
    name,
    title: `${metricWords(metric).heading} against cost per mm²`,
    panels: wide ? [wide] : [],
    narrow: narrow ? [narrow] : [],
    csv: csvText(["model", "role", "mpp", "macsPerMm2", ...estimateHeading(metric)], rows),
  };
}

function forest(record: EvaluationRecord): Figure {
  const panels = [...comparisonsByMetric(record)].map(([metric, own]) => forestPanel(metric, own));
  return {
    name: "paired-differences",
    title: "Paired differences",
    panels,
    narrow: [],
    csv: comparisonsCsv(record),
  };
}

function learning(record: EvaluationRecord): Figure {
  const models = inReadingOrder(record.models);
  const keys = [...new Set(models.flatMap((model) => validationKeys(model.learningCurve)))];
  const rows = models.flatMap((model) =>
    model.learningCurve.map((point): Cell[] => [
      ...[model.name, point.epoch, point.trainLoss],
      ...keys.map((key) => point.validation[key] ?? null),
    ]),
  );
  const domain = validationDomain(models);
  const panels = models.flatMap((model) => learningPanel(model, domain) ?? []);
  const csv = csvText(["model", "epoch", "trainLoss", ...keys], rows);
  return { name: "learning-curves", title: "Learning curves", panels, narrow: [], csv };
}

function confusion(record: EvaluationRecord): Figure {
  const models = inReadingOrder(record.models);
  const rows = models.flatMap((model) =>
    model.confusion.flatMap((row, truth) =>
      row.map((count, predicted) => [model.name, record.classes[truth]!, record.classes[predicted]!, count]),
    ),
  );
  return {
    name: "confusion-matrices",
    title: "Confusion matrices: counts and row percentages",
    panels:
      record.classes.length === 0
        ? []
        : models.map((model) => confusionPanel(modelTopic(model), model.confusion, record.classes)),
    narrow: [],
    csv: csvText(["model", "true", "predicted", "count"], rows),
  };
}

function roc(record: EvaluationRecord): Figure {
  const models = inReadingOrder(record.models).filter((model) =>
    record.classes.some((name) => (own(model.roc, name)?.length ?? 0) > 1),
  );
  const rows = models.flatMap((model) =>
    record.classes.flatMap((name) =>
      (own(model.roc, name) ?? []).map((point) => [
        model.name,
        name,
        point.falsePositiveRate,
        point.truePositiveRate,
      ]),
    ),
  );
  return {
    name: "roc-curves",
    title: "ROC curves, each class against the rest",
    panels: models.map((model) => rocPanel(model, record.classes)),
    narrow: [],
    csv: csvText(["model", "class", "falsePositiveRate", "truePositiveRate"], rows),
  };
}

function reliability(record: EvaluationRecord): Figure {
  const models = inReadingOrder(record.models);
  const rows = models.flatMap((model) =>
    model.reliability.map((bin) => [model.name, bin.confidence, bin.accuracy, bin.count]),
  );
  return {
    name: "reliability-diagrams",
    title: "Reliability diagrams",
    panels: models.flatMap((model) => reliabilityPanel(model) ?? []),
    narrow: [],
    csv: csvText(["model", "confidence", "accuracy", "count"], rows),
  };
}
