// What the prepare room offers: slides to a data set, resumable, in processes of their own.

export { profileChange } from "./colours.ts";
export { blurOf } from "./image-maker.ts";
export { manifestPath } from "./manifests.ts";
export type { RequestedSlide } from "./plan-slides.ts";
export {
  type PreparedDataset,
  type PreparedSlide,
  type PrepareJob,
  prepareDataset,
} from "./prepare-dataset.ts";
export { readSlideList, type SlideList } from "./slide-list.ts";
export {
  knownPixelSize,
  mapTissue,
  shareWithin,
  type TissueMap,
  type TissueRules,
  toSlide,
} from "./tissue-map.ts";
export type {
  FailureReason,
  ListedSlide,
  PrepareRules,
  ResolutionCount,
  SlideFailure,
} from "./types.ts";
