// A whole set of synthetic slides on disk: pyramids, outlines, lists and the record of how they were made. Running it
// again finishes what is missing and leaves the rest alone.
import type { SynthesisParameters } from "./plan.ts";
import type { RenderedSlide } from "./render-slide.ts";
import { runSynthesis, type SynthesisRun } from "./run-synthesis.ts";
import { type WrittenSlideLists, writeSlideLists } from "./slide-lists.ts";
import { planSlides } from "./slide-plan.ts";

/** What was written, where, and how much of it is new. */
export interface SlideSetSummary extends WrittenSlideLists {
  readonly parameters: SynthesisParameters;
  /** Slides drawn now, and found whole from an earlier run. */
  readonly drawn: number;
  readonly kept: number;
}

/**
 * Draws one slide per patient with `imagesPerPatient` pieces of about `size` px of tissue each: `<out>/slides/` with
 * `<out>/annotations/` (QuPath's GeoJSON, one outline per piece with its class) listed in `<out>/slides.csv`, and
 * `<out>/unlabelled-slides/` in `<out>/unlabelled-slides.csv`; the truth about every labelled piece in `<out>/pieces.csv`.
 *
 * @throws LowmagError as `synthesizeDataset`.
 */
export async function synthesizeSlides(request: SynthesisRun): Promise<SlideSetSummary> {
  return runSynthesis("slides", request, {
    activity: "drawing synthetic slides",
    plan: planSlides,
    finish: (out, plan, _parameters, finished: ReadonlyMap<string, RenderedSlide>) =>
      writeSlideLists(out, plan, finished),
  });
}
