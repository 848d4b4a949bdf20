// On how many independent units does a metric rest? A recall rests on the patients that have images of that class, not
// on all patients; unequal patients count for less than equal ones. The small-sample correction of the intervals
// (`interval.ts`) needs this number per metric.
import {
  type CLASS_METRICS,
  classIndex,
  metricCount,
  type OVERALL_METRICS,
  overallIndex,
} from "./metric-names.ts";
import type { PreparedPredictions } from "./predictions.ts";

/** Below this a variance cannot be told at all; keeps the degrees of freedom of class means above zero. */
const FEWEST_UNITS = 1.5;

/**
 * Effective number of independent units of every metric, laid out as the flat array of metrics.
 *
 * Per class: Kish's (sum s)² / sum s², s = images of each unit that enter the metric (images of the class for recall and
 * AUPRC, images predicted as the class for precision, either or those of the class for F1, whichever is fewer, all for accuracies; AUROC joins the class and its rest).
 * For a mean over classes: Welch-Satterthwaite, 1 + (sum 1/m)² / sum 1/(m² (m-1)), never more than the whole set's number. Kappa, log loss and
 * calibration error take that of the mean recall: a few patients of one class decide them too (with all patients' number instead, intervals of
 * 6 patients cover 88%, 91% and 81% of the time instead of 95%; with this one 97%, 99% and 97%).
 *
 * @param unitOf unit of each image [N], integers from 0
 */
export function effectiveUnits(predictions: PreparedPredictions, unitOf: Int32Array): Float64Array {
  const { classes, labels, predicted } = predictions;
  const count = (belongs: (image: number) => boolean) => kishUnits(unitOf, belongs);
  const all = count(() => true);
  const result = new Float64Array(metricCount(classes)).fill(all);
  const present: number[] = [];
  for (let c = 0; c < classes; c++) {
    const truth = count((i) => labels[i] === c);
    if (truth > 0) present.push(c);
    const rest = count((i) => labels[i] !== c);
    result[classIndex(c, "recall")] = truth;
    result[classIndex(c, "auprc")] = truth;
    result[classIndex(c, "precision")] = count((i) => predicted[i] === c);
    // Many images of others taken for a rare class do not make up for the few patients who have it.
    const either = count((i) => predicted[i] === c || labels[i] === c);
    result[classIndex(c, "f1")] = Math.min(truth, either);
    result[classIndex(c, "auroc")] = Math.min(all, joinUnits([truth, rest]));
  }
  for (const [mean, metric] of CLASS_MEANS) {
    const parts = present.map((c) => result[classIndex(c, metric)]!);
    result[overallIndex(mean)] = Math.min(all, joinUnits(parts));
  }
  for (const metric of OF_ALL_CLASSES) result[overallIndex(metric)] = result[overallIndex("macroRecall")]!;
  return result;
}

/** Degrees of freedom (plus one) of a sum of independent means with equal spread, Welch-Satterthwaite. */
function joinUnits(parts: readonly number[]): number {
  const floored = parts.map((part) => Math.max(FEWEST_UNITS, part));
  const variance = floored.reduce((sum, part) => sum + 1 / part, 0);
  const spread = floored.reduce((sum, part) => sum + 1 / (part * part * (part - 1)), 0);
  return 1 + variance ** 2 / spread;
}

function kishUnits(unitOf: Int32Array, belongs: (image: number) => boolean): number {
  const sizes = new Map<number, number>();
  unitOf.forEach((unit, image) => {
    if (belongs(image)) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  });
  let sum = 0;
  let squares = 0;
  for (const size of sizes.values()) {
    sum += size;
    squares += size * size;
  }
  return squares === 0 ? 0 : sum ** 2 / squares;
}

const CLASS_MEANS = [
  ["balancedAccuracy", "recall"],
  ["macroRecall", "recall"],
  ["macroPrecision", "precision"],
  ["macroF1", "f1"],
  ["macroAuroc", "auroc"],
  ["macroAuprc", "auprc"],
] as const satisfies readonly (readonly [(typeof OVERALL_METRICS)[number], (typeof CLASS_METRICS)[number]])[];

/** Means over images that lean on every class. */
const OF_ALL_CLASSES = ["quadraticKappa", "logLoss", "expectedCalibrationError"] as const;
