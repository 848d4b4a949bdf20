// The result of a training in words.
import type { TrainingResult } from "../api/index.ts";

/** A few lines about a finished run. */
export function runText(result: TrainingResult): string {
  const { architecture, mpp, parameters, images, bestEpoch, epochs, validation, run } = result;
  const counts = `${images.train} training images${images.unlabelled > 0 ? ` (${images.unlabelled} of them unlabelled)` : ""}, ${images.val} validation images`;
  return [
    `${architecture} at ${mpp} µm/px, ${parameters.toLocaleString("en-US")} parameters; ${counts}`,
    `Best epoch ${bestEpoch} of ${epochs}${validation === null ? " (the last: there are no validation images)" : `: ${metricsText(validation)}`}`,
    `Run folder: ${run}`,
  ].join("\n");
}

function metricsText(validation: NonNullable<TrainingResult["validation"]>): string {
  const { loss, accuracy, balancedAccuracy, auroc } = validation;
  const parts: readonly (readonly [string, number | null])[] = [
    ["validation loss", loss],
    ["accuracy", accuracy],
    ["balanced accuracy", balancedAccuracy],
    ["AUROC", auroc],
  ];
  return parts.flatMap(([name, value]) => (value === null ? [] : [`${name} ${value.toFixed(3)}`])).join(", ");
}
