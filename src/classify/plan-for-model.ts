// What a model would be asked on a slide: the pieces by its rules, checked before anything is read at its resolution.
import { fail } from "../base/index.ts";
import { type Cut, checkFineEnough, type RememberedRules, withReason } from "../cutting/index.ts";
import type { Slide } from "../slide/index.ts";
import type { ClassifySlideOptions } from "./classify-slide.ts";
import { cuttingRules, rulesOfModel } from "./rules-of-model.ts";
import { planSlide, type SlidePlan } from "./slide-plan.ts";
import { Stopwatch } from "./stopwatch.ts";
import { areaOf, tissueAreaOf } from "./tissue-area.ts";
import type { ModelFacts } from "./types.ts";
import { planWhole } from "./whole-plan.ts";

/** A plan and by which rules it was made. */
export interface PlannedForModel {
  readonly plan: SlidePlan;
  readonly rules: RememberedRules;
  readonly notes: readonly string[];
}

/** What of the options decides the plan. */
export type PlanningOptions = Pick<
  ClassifySlideOptions,
  "how" | "rules" | "profile" | "pixelLimit" | "onTissue" | "signal"
>;

/** Plans a slide for a model. @throws LowmagError as `classifySlide` before its first forward pass. */
export async function planForModel(
  slide: Slide,
  model: ModelFacts,
  { how = "cut", onTissue, signal, ...options }: PlanningOptions,
  watch: Stopwatch,
): Promise<PlannedForModel> {
  checkFineEnough(slide, [model.mpp], AS_MODEL_ASKS);
  const { rules, notes } = rulesOfModel(model, options.rules);
  const profile = rules.icc ? (options.profile ?? null) : null;
  const make = how === "whole" ? planWhole : planSlide;
  const plan = await make(slide, cuttingRules(rules, model.mpp), { profile, watch, onTissue, signal });
  for (const cut of plan.cuts) checkFits(slide.name, cut, options.pixelLimit ?? Number.POSITIVE_INFINITY);
  return { plan, rules, notes };
}

/** What would be classified of a slide. */
export interface SlideOutlook {
  /** Of each piece's or tile's image, in pixels at the model's µm/px. */
  readonly pieces: readonly { readonly width: number; readonly height: number }[];
  /** In mm². */
  readonly tissueArea: number;
  readonly notes: readonly string[];
}

/** Looks at a slide without a network: the same plan as `classifySlide`. @throws LowmagError as it does before its first forward pass. */
export async function lookAtSlide(
  slide: Slide,
  model: ModelFacts,
  options: PlanningOptions,
): Promise<SlideOutlook> {
  const watch = new Stopwatch(() => 0);
  const { plan, notes } = await planForModel(slide, model, options, watch);
  const judged = plan.cuts.map((cut) => ({ box: cut.box, tissueArea: areaOf(slide, cut) }));
  return {
    pieces: plan.cuts.map(({ width, height }) => ({ width, height })),
    tissueArea: tissueAreaOf(plan, judged),
    notes: [...slide.notes, ...(options.how === "whole" ? [] : notes), ...plan.notes],
  };
}

const AS_MODEL_ASKS = {
  asked: "as the model was trained on",
  fix: "Use a model of a coarser resolution, or leave this slide out.",
};

function checkFits(where: string, { number, mpp, width, height }: Cut, pixelLimit: number): void {
  if (width * height <= pixelLimit) return;
  throw withReason(
    fail("out-of-memory", {
      where: `${where}, piece ${number}`,
      expected: `tissue of at most ${(pixelLimit / 1e6).toFixed(1)} million pixels at ${mpp} µm per pixel`,
      got: `${width} x ${height}, ${((width * height) / 1e6).toFixed(1)} million`,
      fix: "Give it more memory (`--max-memory`), use a model of a coarser resolution, or divide the tissue: a smaller gap that joins pieces, or a model of tiles.",
    }),
    "too-large",
  );
}
