// The rules by which a slide is cut for a model: those of the images it learned from, as far as they are known.
import { type CuttingRules, type RememberedRules, USUAL_RULES } from "../cutting/index.ts";
import type { ModelFacts } from "./types.ts";

/** Rules with remarks on where they came from. */
export interface RulesOfModel {
  readonly rules: RememberedRules;
  readonly notes: readonly string[];
}

/**
 * The rules to use.
 *
 * @param given by the caller; they win over the model's own.
 */
export function rulesOfModel(model: ModelFacts, given: RememberedRules | null = null): RulesOfModel {
  const rules = given ?? model.rules ?? USUAL_RULES;
  const notes: string[] = [];
  if (given === null && model.rules === null)
    notes.push(
      "the model does not say how the images it learned from were cut; the usual rules of lowmag prepare were used",
    );
  if (rules.cutBy === "tissue") return { rules, notes };
  notes.push(
    "the model learned from annotated regions; a slide without annotations is cut by its pieces of tissue instead",
  );
  return { rules: { ...rules, cutBy: "tissue" }, notes };
}

/** The same rules as a plan wants them: at the model's µm/px, tiles in pixels of its images. */
export function cuttingRules(rules: RememberedRules, mpp: number): CuttingRules {
  const atModel = (pixels: number | null) =>
    pixels === null ? null : Math.max(1, Math.round((pixels * rules.stepMpp) / mpp));
  return {
    ...rules,
    grid: atModel(rules.grid),
    stride: atModel(rules.stride),
    mpp: [mpp],
    labelRule: "largest",
    labelShare: null,
    labelPriorities: [],
  };
}
