// What the evaluate room offers: predictions in, an evaluation record out.
export { COMPARED_METRICS } from "./compare-models.ts";
export { evaluateModels } from "./evaluate-models.ts";
export { evaluateStudy } from "./evaluate-study.ts";
export type { Answer, BootstrapChoice, EvaluatedModel, EvaluationInput } from "./evaluation-input.ts";
export { predictionsCsv } from "./predictions-csv.ts";
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
export type {
  ArmKind,
  Exclusion,
  LeakCheck,
  SeedsEstimate,
  StudyCalibration,
  StudyCell,
  StudyCellFacts,
  StudyCellInput,
  StudyComparison,
  StudyEvaluation,
  StudyEvaluationInput,
  StudyQuestion,
  StudyRecord,
  StudyRun,
  StudySeedAnswers,
  StudyTest,
  TestReading,
  ValidationChoice,
} from "./study-record.ts";
