// One line for a person about a run that has ended.
import type { ValidationMetrics } from "../../train/index.ts";
import { validationOf } from "./choose.ts";
import type { RunOutcome } from "./execute-runs.ts";

/** "trained baseline at 4 µm/px, seed 2: validation loss 0.412, AUROC 0.913; 34 s (baseline-4um-l100-seed2-1a2b3c4d)". */
export function outcomeText(outcome: RunOutcome): string {
  const { kind, options, seed, name } = outcome.planned;
  const what = `${kind} at ${options.mpp} µm/px, seed ${seed}`;
  if (outcome.state !== "done") return `${outcome.state} ${what}: ${outcome.reason} (${name})`;
  const { finished } = outcome;
  const validation = validationOf(outcome);
  const found = validation === null ? "no validation images" : metricsText(validation);
  const time = `${finished.file.seconds.toFixed(finished.file.seconds < 10 ? 1 : 0)} s`;
  return `trained ${what}: ${found}; ${time} (${finished.name})`;
}

function metricsText({ loss, balancedAccuracy, auroc }: ValidationMetrics): string {
  const known = [
    ["balanced accuracy", balancedAccuracy],
    ["AUROC", auroc],
  ] as const;
  const more = known.flatMap(([name, value]) => (value === null ? [] : [`${name} ${value.toFixed(3)}`]));
  return [`validation loss ${loss.toFixed(3)}`, ...more].join(", ");
}
