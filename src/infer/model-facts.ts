// What must be known of a trained model to use it on slides.
import { join } from "node:path";
import type { ModelFacts } from "../classify/index.ts";
import { parseRememberedRules } from "../cutting/index.ts";
import type { FinishedRun } from "../train/index.ts";

/**
 * The facts of a finished run.
 *
 * @throws LowmagError `corrupt-data` where run.json holds rules that no `lowmag prepare` can have written.
 */
export function modelFacts({ path, name, record, model, modelHash }: FinishedRun): ModelFacts {
  const { architecture, classes, mpp } = model.description;
  const { rules } = record.data;
  return {
    name,
    architecture,
    classes,
    mpp,
    hash: modelHash,
    rules: rules === undefined ? null : parseRememberedRules(rules, join(path, "run.json")),
  };
}
