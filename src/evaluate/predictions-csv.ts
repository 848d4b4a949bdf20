// The predictions of an evaluation as a table for a spreadsheet.
import { stringify } from "csv-stringify/sync";
import type { EvaluationRecord } from "./record.ts";

/**
 * The predictions as CSV text, one row per model and image: model, image, patient, label, predicted, then the
 * probability of each class ("probability: Sprue"). An unknown patient is an empty cell.
 *
 * Cells that a spreadsheet would run as a formula (beginning with = + - @, tab or carriage return) are prefixed with an
 * apostrophe: names of files and classes come from other people.
 */
export function predictionsCsv(record: EvaluationRecord): string {
  const header = [
    "model",
    "image",
    "patient",
    "label",
    "predicted",
    ...record.classes.map((name) => `probability: ${name}`),
  ];
  const rows = record.models.flatMap(({ name, predictions }) =>
    predictions.map(({ image, patient, label, predicted, probabilities }) => [
      name,
      image,
      patient ?? "",
      label,
      predicted,
      ...probabilities.map(String),
    ]),
  );
  return stringify([header, ...rows], { escape_formulas: true });
}
