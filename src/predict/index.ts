// What the predict room offers: a model over many slides, resumable, shared by processes, in processes of their own.
export {
  type PredictedSlides,
  type PredictJob,
  predictSlides,
  type SlideResult,
} from "./predict-slides.ts";
export {
  type PredictRecord,
  type ResultCounts,
  readPredictRecord,
} from "./results-folder.ts";
export type { Shard } from "./shard.ts";
export { readSource, slideFolder } from "./slide-record.ts";
export { type ChosenThreshold, thresholdFrom } from "./threshold.ts";
export type {
  AnswerSettings,
  CutKind,
  Presentation,
  RequestedSlide,
  RunOfModel,
  SlideSource,
  SlideSummary,
} from "./types.ts";
