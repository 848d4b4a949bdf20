// Predictions as rows of tables: one per piece, one per slide.
import { probabilityName } from "./geojson.ts";
import type { SlidePrediction, SlideRule } from "./types.ts";

/** A cell of a table; `null` stands empty. */
export type TableCell = string | number | null;

/** The head of a table of pieces. Boxes in pixels of level 0, probabilities 0 to 1. */
export function pieceColumns(classes: readonly string[]): string[] {
  const box = ["x", "y", "width", "height"];
  return ["slide", "piece", ...box, "mpp", "tissue mm2", ...classes.map(probabilityName), "label", "seconds"];
}

/** The pieces of a slide, as {@link pieceColumns} calls them. */
export function pieceRows({ slide, model, pieces }: SlidePrediction): TableCell[][] {
  return pieces.map(({ number, box, tissueArea, probabilities, label, seconds }) => [
    slide,
    number,
    ...[box.left, box.top, box.width, box.height].map((value) => decimals(value, 3)),
    model.mpp,
    decimals(tissueArea, 6),
    ...probabilities.map((value) => decimals(value, 6)),
    label,
    decimals(seconds, 4),
  ]);
}

/** The head of a table of slides. */
export function slideColumns(classes: readonly string[]): string[] {
  return [
    "slide",
    "pieces",
    "tissue mm2",
    ...classes.map(probabilityName),
    "label",
    "rule",
    "truth",
    "seconds",
  ];
}

/** A slide, as {@link slideColumns} calls it. */
export function slideRow(prediction: SlidePrediction): TableCell[] {
  const { slide, pieces, tissueArea, answer, slideRule, truth, seconds } = prediction;
  return [
    slide,
    pieces.length,
    decimals(tissueArea, 6),
    ...answer.probabilities.map((value) => decimals(value, 6)),
    answer.label,
    ruleInWords(slideRule),
    truth,
    decimals(seconds.total, 4),
  ];
}

/** A slide rule in a few words: "mean by tissue area", "max of Tumour", "any Tumour >= 0.7". */
export function ruleInWords(rule: SlideRule): string {
  if (rule.kind === "mean") return "mean by tissue area";
  return rule.kind === "max" ? `max of ${rule.positive}` : `any ${rule.positive} >= ${rule.threshold}`;
}

/** Rows as the text of a CSV file (RFC 4180, lines end in a line feed). */
export function csvText(rows: readonly (readonly TableCell[])[]): string {
  return rows.map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

function csvCell(value: TableCell): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function decimals(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
