// What the prepare room offers: slides to a data set, resumable, in processes of their own.

export { manifestPath } from "./manifests.ts";
export type { RequestedSlide } from "./plan-slides.ts";
export {
  type PreparedDataset,
  type PreparedSlide,
  type PrepareJob,
  prepareDataset,
} from "./prepare-dataset.ts";
export type { PrepareRules, ResolutionCount } from "./types.ts";
