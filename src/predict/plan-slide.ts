// What would be classified of a slide, for a dry run: the same plan, and no network.
import { lookAtSlide } from "../classify/index.ts";
import type { OpenedSource, SlideProgress } from "../jobs/index.ts";
import type { JobContext } from "../machine/index.ts";
import { measure } from "./summary.ts";
import type { CutKind, PredictTask, SlideSummary } from "./types.ts";

/** Slides are cut; a plain image is a tissue image already, as those that a model learns from. */
export function howOf({ slide }: Pick<OpenedSource, "slide">, cut: CutKind): "cut" | "whole" {
  if (cut === "auto") return slide.format === "image" ? "whole" : "cut";
  return cut === "tissue" ? "cut" : "whole";
}

/** Plans one slide. @throws LowmagError as `classifySlide` before its first forward pass. */
export async function planSlide(
  { slide: planned, run, cut, pixelLimit }: PredictTask,
  opened: OpenedSource,
  { signal }: JobContext<SlideProgress>,
): Promise<SlideSummary> {
  const { slide } = opened;
  const how = howOf(opened, cut);
  const options = { how, rules: planned.rules, pixelLimit, signal };
  const { pieces, tissueArea, notes } = await lookAtSlide(slide, run.facts, options);
  return {
    answer: null,
    ...measure(pieces),
    tissueArea,
    mpp: Math.max(slide.mpp!.x, slide.mpp!.y), // known, or it had been refused
    mppSource: slide.mppSource ?? "option",
    seconds: 0,
    notes,
  };
}
