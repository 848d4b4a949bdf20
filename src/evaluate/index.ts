// What the evaluate room offers: predictions in, an evaluation record out.
export type {
  EvaluationRecord,
  Interval,
  LearningCurvePoint,
  MetricEstimate,
  ModelCost,
  ModelEvaluation,
  ModelRole,
  PairedComparison,
  Prediction,
  ReliabilityBin,
  RocPoint,
} from "./record.ts";
