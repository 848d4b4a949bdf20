// What the stats room offers: classification metrics, bootstrap intervals, paired tests and temperature scaling on
// plain arrays. It knows nothing of models or files.
export {
  type BootstrappedModel,
  bootstrapMetrics,
  DEFAULT_DRAWS,
  estimateMetric,
  type IntervalOptions,
} from "./bootstrap.ts";
export { type PairedDifference, pairedDifference } from "./comparison.ts";
export {
  fairBinomialCdf,
  normalCdf,
  normalQuantile,
  studentTCdf,
  studentTQuantile,
} from "./distributions.ts";
export { effectiveUnits } from "./effective-units.ts";
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
export { type ReliabilityBin, reliabilityBins } from "./reliability.ts";
export { MAX_REDRAWS, Resampler, type ResamplingPlan, type ResamplingScheme } from "./resampling.ts";
export {
  fitTemperature,
  MAX_TEMPERATURE,
  MIN_TEMPERATURE,
  softmax,
  type TemperatureFit,
} from "./temperature.ts";
