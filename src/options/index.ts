// What the options room offers: the option schema of every operation (defaults, ranges, explanations in one place) and
// what reads such a schema. Nothing here runs anything, so that help and errors need no engine.
export { commandLineOf, flagOf } from "./command-line.ts";
export { type ConvertOptions, convertOptions } from "./convert.ts";
export { type DemoOptions, demoOptions } from "./demo.ts";
export {
  describeOptions,
  expectationIn,
  type OptionDescription,
  type OptionKind,
  type OptionsSchema,
} from "./describe.ts";
export { type DistillOptions, distillOptions } from "./distill.ts";
export { type DoctorOptions, doctorOptions } from "./doctor.ts";
export { type EvaluateOptions, evaluateOptions } from "./evaluate.ts";
export { type CompleteExportOptions, type ExportOptions, exportOptions } from "./export.ts";
export { ARCHITECTURES } from "./fragments.ts";
export { type LeaksOptions, leaksOptions } from "./leaks.ts";
export { PREDICT_OVERRIDES, type PredictOptions, predictOptions } from "./predict.ts";
export { type PrepareOptions, prepareOptions, SLIDE_OVERRIDES } from "./prepare.ts";
export { type ProfileOptions, profileOptions } from "./profile.ts";
export { type OptionOrigin, resolveOptions, unknownKey } from "./resolve.ts";
export { type ServeOptions, serveOptions } from "./serve.ts";
export {
  type SlideAssociatedOptions,
  type SlideInfoOptions,
  type SlideRegionOptions,
  type SlideThumbnailOptions,
  type SlideTissueOptions,
  slideAssociatedOptions,
  slideInfoOptions,
  slideRegionOptions,
  slideThumbnailOptions,
  slideTissueOptions,
} from "./slide.ts";
export { type SplitOptions, splitOptions } from "./split.ts";
export { type StudyInitOptions, type StudyOptions, studyInitOptions, studyOptions } from "./study.ts";
export { type ParsedStudyFile, type StudyFileInput, studyFileSchema } from "./study-file.ts";
export { KEYS_DECIDED_BY_THE_STUDY, STUDY_TRAINING_KEYS } from "./study-training-keys.ts";
export { type SynthesizeOptions, synthesizeOptions } from "./synthesize.ts";
export { TISSUE_METHOD_NAMES } from "./tissue-fragments.ts";
export { type TrainOptions, trainOptions } from "./train.ts";
