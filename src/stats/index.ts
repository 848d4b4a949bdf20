// What the stats room offers: classification metrics, bootstrap intervals, paired tests and temperature scaling on
// plain arrays. It knows nothing of models or files.
export { AGREEMENT, AgreementCalculator } from "./agreement.ts";
export { aurocDifference, aurocInterval } from "./auroc-difference.ts";
export {
  type BootstrappedModel,
  bootstrapMetrics,
  bootstrapStatistics,
  DEFAULT_DRAWS,
  estimateMetric,
  type IntervalOptions,
  type Statistic,
} from "./bootstrap.ts";
export { CalibrationErrorCalculator } from "./calibration-error.ts";
export { bootstrapDifference, type PairedDifference, pairedDifference } from "./comparison.ts";
export {
  type AurocComponents,
  aurocComponents,
  aurocVariance,
  combineAurocs,
} from "./delong.ts";
export { type Difference, judgeDifference, type PairedEstimate } from "./difference.ts";
export {
  fairBinomialCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from "./distributions.ts";
export { effectiveUnits } from "./effective-units.ts";
export { holmAdjust } from "./holm.ts";
export {
  type Bounds,
  bootstrapInterval,
  DEFAULT_LEVEL,
  type Interval,
  type IntervalInput,
  type IntervalMethod,
  type MetricScale,
  metricScale,
  quantile,
} from "./interval.ts";
export { type McNemarTest, mcnemarTest } from "./mcnemar.ts";
export {
  CLASS_METRICS,
  type ClassificationMetrics,
  type ClassMetric,
  classIndex,
  definedOrNull,
  metricCount,
  nameMetrics,
  OVERALL_METRICS,
  type OverallMetric,
  overallIndex,
} from "./metric-names.ts";
export { classificationMetrics, confusionMatrix, flatMetrics, MetricCalculator } from "./metrics.ts";
export { type PermutationTest, pairedPermutationTest } from "./permutation.ts";
export {
  argmax,
  CALIBRATION_BINS,
  checkProbabilities,
  PROBABILITY_SUM_TOLERANCE,
  type PreparedPredictions,
  preparePredictions,
} from "./predictions.ts";
export { type RocPoint, rocCurve } from "./ranking.ts";
export { pooledReliabilityBins, type ReliabilityBin, reliabilityBins } from "./reliability.ts";
export { MAX_REDRAWS, Resampler, type ResamplingPlan, type ResamplingScheme } from "./resampling.ts";
export {
  fitTemperature,
  MAX_TEMPERATURE,
  MIN_TEMPERATURE,
  softmax,
  type TemperatureFit,
} from "./temperature.ts";
