// The names, order and meaning of every classification metric. A set of metrics travels as one flat array of numbers
// [overall…, class 0…, class 1…], NaN where undefined, so that 10,000 resamples of it stay cheap; the functions here
// turn it into named values with `null` at the door.

/**
 * Metrics of the whole set. Class means are over the classes that have images (as scikit-learn's
 * `balanced_accuracy_score`); a class without images adds nothing and its absence makes nothing else undefined.
 *
 * - `accuracy`: share of images whose most probable class is true (top-1)
 * - `balancedAccuracy`: mean recall (equal to `macroRecall`, kept under both names because both are asked for)
 * - `macroF1`, `macroPrecision`, `macroRecall`, `macroAuroc`, `macroAuprc`: class means of the metrics below
 * - `quadraticKappa`: Cohen's kappa with weights (i - j)²; supposes that the classes are ordered; undefined when truth
 *   and predictions are all one class
 * - `oneVsRestAccuracy`, `publishedAccuracy`: class means of the metrics below
 * - `expectedCalibrationError`: sum over 15 equal-width bins of the confidence (highest probability), open below, closed
 *   above, of share · |accuracy - mean confidence| (Guo et al. 2017). Biased upwards in small samples.
 * - `logLoss`: mean of -log p(true class), p clipped to 2.2e-16
 */
export const OVERALL_METRICS = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "macroPrecision",
  "macroRecall",
  "macroAuroc",
  "macroAuprc",
  "quadraticKappa",
  "oneVsRestAccuracy",
  "publishedAccuracy",
  "expectedCalibrationError",
  "logLoss",
] as const;

/**
 * Metrics of one class c against the rest, from its TP, FP, FN, TN.
 *
 * - `precision` = TP / (TP + FP), 0 where nothing was predicted as c (scikit-learn's `zero_division=0`)
 * - `recall` = TP / (TP + FN);  `f1` = 2 TP / (2 TP + FP + FN)
 * - `auroc`, `auprc`: see `rankingAreas`; ties handled
 * - `oneVsRestAccuracy` = (TP + TN) / N
 * - `publishedAccuracy` = N / (N + FP + FN): what the published script of DiPalma et al. calls accuracy. Its TN is
 *   mis-counted; it is never below `oneVsRestAccuracy` and is not comparable with other papers' accuracies.
 * - `support`: images of the class
 *
 * For a class without images all but `oneVsRestAccuracy`, `publishedAccuracy` and `support` are undefined.
 */
export const CLASS_METRICS = [
  "precision",
  "recall",
  "f1",
  "auroc",
  "auprc",
  "oneVsRestAccuracy",
  "publishedAccuracy",
  "support",
] as const;

export type OverallMetric = (typeof OVERALL_METRICS)[number];
export type ClassMetric = (typeof CLASS_METRICS)[number];

/** Named metrics of one model; `null` where undefined. */
export interface ClassificationMetrics {
  readonly overall: Readonly<Record<OverallMetric, number | null>>;
  /** One per class. */
  readonly perClass: readonly Readonly<Record<ClassMetric, number | null>>[];
}

/** Length of the flat array of metrics for K classes. */
export function metricCount(classes: number): number {
  return OVERALL_METRICS.length + classes * CLASS_METRICS.length;
}

/** Place of an overall metric in the flat array. */
export function overallIndex(metric: OverallMetric): number {
  return OVERALL_METRICS.indexOf(metric);
}

/** Place of a class's metric in the flat array. */
export function classIndex(classNumber: number, metric: ClassMetric): number {
  return OVERALL_METRICS.length + classNumber * CLASS_METRICS.length + CLASS_METRICS.indexOf(metric);
}

/** Gives names to what stands at each place of the flat array. */
export function nameMetrics<T>(
  classes: number,
  at: (index: number, metric: OverallMetric | ClassMetric) => T,
): { overall: Record<OverallMetric, T>; perClass: Record<ClassMetric, T>[] } {
  const overall = Object.fromEntries(OVERALL_METRICS.map((name) => [name, at(overallIndex(name), name)]));
  const perClass = Array.from({ length: classes }, (_, c) =>
    Object.fromEntries(CLASS_METRICS.map((name) => [name, at(classIndex(c, name), name)])),
  );
  return { overall, perClass } as { overall: Record<OverallMetric, T>; perClass: Record<ClassMetric, T>[] };
}

/** `null` for NaN: undefined values leave the room as `null`. */
export function definedOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
