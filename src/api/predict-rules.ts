// Options of `predict` as rules: how slides are cut, for all and, by the columns of a list, for single ones; and how the
// answers for pieces become the slide's.
import type * as z from "zod";
import { fail } from "../base/index.ts";
import { checkSlideRule, type ModelFacts, type SlideRule } from "../classify/index.ts";
import { type RememberedRules, USUAL_RULES } from "../cutting/index.ts";
import type { ListedSlide } from "../jobs/index.ts";
import { PREDICT_OVERRIDES, predictOptions } from "../options/index.ts";
import {
  type ChosenThreshold,
  type RequestedSlide,
  type RunOfModel,
  thresholdFrom,
} from "../predict/index.ts";
import { withCells } from "./option-cells.ts";

/** Options of `predict`, complete. */
export type CompletePredictOptions = z.output<typeof predictOptions>;

/**
 * The rules by which slides are cut: the model's own with what the options say instead; `null` where they say nothing.
 */
export function cuttingOf(options: CompletePredictOptions, model: ModelFacts): RememberedRules | null {
  const given = PREDICT_OVERRIDES.filter((key) => options[key] !== undefined);
  if (given.length === 0) return null;
  const rules = model.rules ?? USUAL_RULES;
  // Tiles are counted in the rules by pixels of the finest data that the model's images were made with.
  const inSteps = (pixels: number) => Math.max(1, Math.round((pixels * model.mpp) / rules.stepMpp));
  const { grid, stride } = options;
  return {
    ...rules,
    ...Object.fromEntries(given.map((key) => [key, options[key]])),
    ...(grid === undefined ? {} : { grid: inSteps(grid) }),
    ...(stride === undefined ? {} : { stride: inSteps(stride) }),
  };
}

/** The rules of one slide: those of all, with the cells of its row. @throws LowmagError `invalid-argument` with the line. */
export function cuttingOfSlide(
  options: CompletePredictOptions,
  model: ModelFacts,
  { overrides, where }: ListedSlide,
): RememberedRules | null {
  return cuttingOf(withCells("predict", predictOptions, options, overrides, where), model);
}

/** The slide rule, with a threshold chosen on data where that is asked for. */
export async function slideRuleOf(
  options: CompletePredictOptions,
  run: RunOfModel,
  slides: readonly RequestedSlide[],
): Promise<{ readonly slideRule: SlideRule; readonly chosen: ChosenThreshold | null }> {
  const { slideRule: kind, positive, threshold, thresholdFrom: results } = options;
  refuseSuperfluous(options);
  if (kind === "mean") return { slideRule: { kind }, chosen: null };
  if (positive === undefined)
    throw fail("invalid-argument", {
      where: "`--positive`",
      expected: `the class that \`--slide-rule ${kind}\` looks for: ${run.facts.classes.join(", ")}`,
      got: "none",
    });
  checkSlideRule({ kind: "max", positive }, run.facts.classes);
  if (kind === "max") return { slideRule: { kind, positive }, chosen: null };
  if (threshold !== undefined) return { slideRule: { kind, positive, threshold }, chosen: null };
  if (results === undefined)
    throw fail("invalid-argument", {
      where: "`--slide-rule any`",
      expected: "`--threshold`, or `--threshold-from` with results of labelled validation slides",
      got: "neither",
    });
  const chosen = await thresholdFrom(results, run, positive, slides);
  return { slideRule: { kind, positive, threshold: chosen.threshold }, chosen };
}

function refuseSuperfluous({
  slideRule,
  positive,
  threshold,
  thresholdFrom: results,
}: CompletePredictOptions): void {
  const superfluous = (option: string, rule: string) =>
    fail("invalid-argument", {
      where: `\`${option}\``,
      expected: `\`--slide-rule ${rule}\` with it`,
      got: `\`--slide-rule ${slideRule}\``,
    });
  if (slideRule === "mean" && positive !== undefined) throw superfluous("--positive", "max` or `any");
  if (slideRule !== "any" && threshold !== undefined) throw superfluous("--threshold", "any");
  if (slideRule !== "any" && results !== undefined) throw superfluous("--threshold-from", "any");
  if (threshold !== undefined && results !== undefined)
    throw fail("invalid-argument", {
      where: "`--threshold`",
      expected: "one threshold",
      got: "a value, and `--threshold-from` to choose one",
    });
}
