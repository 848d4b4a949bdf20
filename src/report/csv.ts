// The numbers behind figures and tables as CSV. Cells that a spreadsheet would run as a formula are defused.
import { stringify } from "csv-stringify/sync";
import type { EvaluationRecord, MetricEstimate } from "../evaluate/index.ts";
import { own } from "./lookup.ts";
import { cleanText } from "./markup.ts";
import { CLASS_METRICS } from "./metrics.ts";
import { costShare, inReadingOrder } from "./roles.ts";

/** A cell; null is an empty cell. */
export type Cell = string | number | null;

/** Rows under a heading as CSV text. */
export function csvText(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const body = rows.map((row) => row.map((cell) => (typeof cell === "string" ? cleanText(cell) : cell)));
  return stringify([[...heading], ...body], { escape_formulas: true });
}

/** A value and the ends of its interval as three cells. */
export function estimateCells(estimate: MetricEstimate | undefined): Cell[] {
  return [estimate?.value ?? null, estimate?.interval?.low ?? null, estimate?.interval?.high ?? null];
}

/** The headings of {@link estimateCells}. */
export function estimateHeading(name: string): string[] {
  return [name, `${name}Low`, `${name}High`];
}

/** One row per model: role, resolution, cost and every metric with its interval. */
export function modelsCsv(record: EvaluationRecord): string {
  const keys = [...new Set(record.models.flatMap((model) => Object.keys(model.metrics)))];
  const heading = [
    ...[
      "model",
      "role",
      "mpp",
      "architecture",
      "parameters",
      "macsPerPixel",
      "macsPerMm2",
      "shareOfTeacherCost",
    ],
    ...[
      "macsPerImageMean",
      "latencySecondsPerImage",
      "latencyMegapixelsPerSecond",
      ...keys.flatMap(estimateHeading),
    ],
  ];
  const rows = inReadingOrder(record.models).map((model) => [
    ...[model.name, model.role, model.mpp, model.architecture, model.parameters],
    ...[
      model.cost.macsPerPixel,
      model.cost.macsPerMm2,
      costShare(record, model),
      model.cost.macsPerImageMean,
    ],
    ...[model.cost.latencySecondsPerImage, model.cost.latencyMegapixelsPerSecond],
    ...keys.flatMap((key) => estimateCells(model.metrics[key])),
  ]);
  return csvText(heading, rows);
}

/** One row per class and model. */
export function classesCsv(record: EvaluationRecord): string {
  const rows = record.classes.flatMap((name) =>
    inReadingOrder(record.models).map((model) => {
      const metrics = own(model.perClass, name) ?? {};
      const cells = CLASS_METRICS.flatMap((key) => estimateCells(metrics[key]));
      return [name, model.name, metrics.support?.value ?? null, ...cells];
    }),
  );
  return csvText(["class", "model", "images", ...CLASS_METRICS.flatMap(estimateHeading)], rows);
}

/** One row per paired comparison. */
export function comparisonsCsv(record: EvaluationRecord): string {
  const rows = record.comparisons.map((comparison) => [
    ...[comparison.metric, comparison.first, comparison.second, ...estimateCells(comparison.difference)],
    ...[comparison.pValue, comparison.method],
  ]);
  return csvText(["metric", "first", "second", ...estimateHeading("difference"), "pValue", "method"], rows);
}
