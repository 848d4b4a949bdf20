// A whole synthetic data set on disk: images, file lists with the truth about each image, and the record of how they were
// made. Running it again finishes what is missing and leaves the rest alone.
import { type WrittenLists, writeLists } from "./dataset-lists.ts";
import { planImages, type SynthesisParameters } from "./plan.ts";
import { runSynthesis, type SynthesisRun } from "./run-synthesis.ts";

/** A request with where to put it and how to run. */
export type DatasetRequest = SynthesisRun;

/** What was written, where, and how much of it is new. */
export interface DatasetSummary extends WrittenLists {
  readonly parameters: SynthesisParameters;
  /** Images drawn now, and found whole from an earlier run. */
  readonly drawn: number;
  readonly kept: number;
}

/**
 * Draws a data set: `<out>/<Class>/<patient>_<n>.png` with `<out>/manifest.csv` (image, label, patient, mpp and the
 * truth about each image), `<out>/unlabelled/` with `<out>/unlabelled.csv`, and `<out>/synthesis.json`.
 *
 * @throws LowmagError `invalid-argument` for parameters out of range and for a folder that holds something else;
 *   `not-writable`; `cancelled` when the signal fires (run again to go on).
 */
export async function synthesizeDataset(request: DatasetRequest): Promise<DatasetSummary> {
  return runSynthesis("images", request, {
    activity: "drawing synthetic tissue",
    plan: planImages,
    finish: writeLists,
  });
}
