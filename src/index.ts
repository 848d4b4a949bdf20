// lowmag as a library: one function per command, taking the same options, and the types they take and return.
// Research use only.
//
//   import { predict } from "lowmag";
//   const { predictions } = await predict({ run: "runs/student-4", images: ["biopsy.png"] });
export {
  type DemoResult,
  type DoctorCheck,
  type DoctorResult,
  demo,
  distill,
  doctor,
  type EvaluateResult,
  type ExportResult,
  evaluate,
  exportModel,
  type ImageFailure,
  type ImagePrediction,
  type ModelProfile,
  type OperationContext,
  type PredictResult,
  type ProfileResult,
  predict,
  profile,
  type SplitResult,
  type SynthesizeResult,
  split,
  synthesize,
  type TrainingResult,
  train,
} from "./api/index.ts";
export {
  type ErrorCode,
  isLowmagError,
  LowmagError,
  type Progress,
  type ProgressListener,
} from "./base/index.ts";
export type {
  EvaluationRecord,
  Interval,
  MetricEstimate,
  ModelCost,
  ModelEvaluation,
  ModelRole,
  PairedComparison,
  Prediction,
} from "./evaluate/index.ts";
export type {
  DemoOptions,
  DistillOptions,
  DoctorOptions,
  EvaluateOptions,
  ExportOptions,
  PredictOptions,
  ProfileOptions,
  SplitOptions,
  SynthesizeOptions,
  TrainOptions,
} from "./options/index.ts";
