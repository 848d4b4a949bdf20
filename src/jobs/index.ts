// What the jobs room offers: a job over many slides, whatever is done to them: which ones, what they are called, who
// does them, in which processes, and what becomes of those that cannot be used.
export { failuresPath, writeFailures } from "./failures-file.ts";
export { listSlides } from "./list-slides.ts";
export { type MemoryShare, type ProcessMemory, shareMemory } from "./memory-share.ts";
export { nameSlides, writeNames } from "./name-slides.ts";
export { type OpenedSource, type OpenSource, slideOutcome, withSource } from "./open-source.ts";
export {
  type RunOptions,
  runSlides,
  type SlideEnd,
  type SlideGate,
  type SlideJob,
} from "./run-slides.ts";
export { readSlideList, type SlideList, type SlideListOptions } from "./slide-list.ts";
export { safeNames } from "./slide-names.ts";
export { hashSource, type SourceFile, sizeOf, sourceFiles, stateOf } from "./source-files.ts";
export type { ListedSlide, NamedSlide, SlideFailure, SlideOutcome, SlideProgress } from "./types.ts";
