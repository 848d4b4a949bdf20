// What the api room offers: one function per command, for programs. Each checks its options, puts the rooms together
// and returns plain data; the command line adds words and exit codes, nothing else.
export type { OperationContext } from "./context.ts";
export { type ConvertResult, convert } from "./convert.ts";
export { type DemoResult, demo } from "./demo.ts";
export { distill } from "./distill.ts";
export { type DoctorCheck, type DoctorResult, doctor } from "./doctor.ts";
export { type EvaluateResult, evaluate } from "./evaluate.ts";
export { type ExportResult, exportModel } from "./export.ts";
export { lossLines } from "./export-card.ts";
export type { PageDownload, PageFile, WrittenPage } from "./export-page.ts";
export type { ExportedQuantisation } from "./export-quantised.ts";
export { type LeaksResult, leaks } from "./leaks.ts";
export { type PredictFiles, type PredictResult, predict } from "./predict.ts";
export { type PreparedResolution, type PrepareResult, prepare } from "./prepare.ts";
export { type ModelProfile, type ProfileResult, profile } from "./profile.ts";
export { type ServeResult, serve } from "./serve.ts";
export {
  type SlideInfoLevel,
  type SlideInfoResult,
  type SlidePicture,
  slideAssociated,
  slideInfo,
  slideRegion,
  slideThumbnail,
} from "./slide.ts";
export { type SlideTissuePiece, type SlideTissueResult, slideTissue } from "./slide-tissue.ts";
export { type SplitResult, split } from "./split.ts";
export { type StudyResult, study } from "./study.ts";
export { type StudyInitResult, studyInit } from "./study-init.ts";
export { type SynthesizeResult, synthesize } from "./synthesize.ts";
export { train } from "./train.ts";
export type { TrainingResult } from "./training.ts";
