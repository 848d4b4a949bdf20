// Stored answers for pieces, presented by another slide rule, another label or another way to write objects. No network.
import { applySlideRule, type SlidePrediction } from "../classify/index.ts";
import { presentAnew } from "./slide-files.ts";
import { filesAreWhole, removeRecord, writeRecord } from "./slide-record.ts";
import type { Presentation, StoredSlide } from "./types.ts";

/** The record as it is presented now, written anew where that differs; `null` where its files are not whole. */
export async function restate(
  out: string,
  record: StoredSlide,
  presentation: Presentation,
  truth: string | null,
): Promise<StoredSlide | null> {
  const { prediction, stored } = record;
  const presented = JSON.stringify(stored.presentation) === JSON.stringify(presentation);
  if (presented && prediction.truth === truth) return record;
  if (!(await filesAreWhole(out, record))) return null;
  const { slideRule } = presentation;
  const answer = applySlideRule(slideRule, prediction.model.classes, prediction.pieces);
  const restated: SlidePrediction = { ...prediction, slideRule, answer, truth };
  await removeRecord(out, prediction.slide);
  const files = presented
    ? stored.files
    : { ...stored.files, ...(await presentAnew(out, restated, presentation)) };
  const again = { ...stored, presentation, files };
  await writeRecord(out, restated, again);
  return { prediction: restated, stored: again };
}
