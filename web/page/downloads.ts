// Tables of what was answered, as text, and how a browser is made to save them.
import {
  csvText,
  pieceColumns,
  pieceRows,
  type SlidePrediction,
  slideColumns,
  slideRow,
} from "../../src/classify/index.ts";

/** One row per piece. All predictions are of one model. */
export function piecesTable(predictions: readonly SlidePrediction[]): string {
  const classes = predictions[0]?.model.classes ?? [];
  return csvText([pieceColumns(classes), ...predictions.flatMap(pieceRows)]);
}

/** One row per slide. */
export function slidesTable(predictions: readonly SlidePrediction[]): string {
  const classes = predictions[0]?.model.classes ?? [];
  return csvText([slideColumns(classes), ...predictions.map(slideRow)]);
}

/** Has the browser save a text as a file. */
export function saveText(text: string, name: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
