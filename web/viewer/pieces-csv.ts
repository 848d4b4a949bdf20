// A slide's pieces as a table for spreadsheets: one row per piece, its box, its probabilities.
import type { SlidePrediction } from "../../src/classify/index.ts";

/** The pieces as CSV (RFC 4180) with a heading. */
export function piecesCsv(prediction: SlidePrediction): string {
  const { classes, mpp } = prediction.model;
  const heading = ["slide", "piece", "left", "top", "width", "height", "mpp", "label", ...classes];
  const rows = prediction.pieces.map(({ number, box, label, probabilities }) => [
    prediction.slide,
    number,
    box.left,
    box.top,
    box.width,
    box.height,
    mpp,
    label,
    ...probabilities,
  ]);
  return [heading, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
