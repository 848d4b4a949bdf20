// What the dataset room offers: labelled tissue images from disk, splits without leaks, augmentation and loading.

export type { AllowedPair } from "./allowed-pairs.ts";
export {
  type AugmentationParameters,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  type JitterStrength,
  writeAugmented,
} from "./augmentation.ts";
export { BoundedMemory } from "./bounded-memory.ts";
export { type CsvRow, type CsvTable, readCsv } from "./csv-table.ts";
export type { DeepSlideImage } from "./deepslide-folders.ts";
export {
  type DeepSlideChoice,
  type DeepSlidePart,
  type DeepSlideReading,
  readDeepSlide,
} from "./deepslide-layout.ts";
export { findImages, naturalOrder } from "./find-images.ts";
export { type FindLeaksOptions, findLeaks } from "./find-leaks.ts";
export type { LeftOut } from "./found-image.ts";
export { type DropLabelsOptions, dropLabels } from "./label-fraction.ts";
export { groupByLikeness } from "./leak-groups.ts";
export type { LeakCheck, LeakImage, LeakKind, LeakPair, LeakReport, PixelMap } from "./leak-types.ts";
export { checkLeaks } from "./leaks.ts";
export {
  createLoader,
  type LoaderImages,
  type LoaderOptions,
  LoaderThreads,
  type LoaderThreadsOptions,
} from "./loader.ts";
export { readSplit } from "./manifest.ts";
export { type PatientLookup, patientsFromPattern, readPatients, withPatients } from "./patients.ts";
export { PixelCache } from "./pixel-cache.ts";
export type { PixelCacheOptions, StoredImage } from "./pixel-store.ts";
export {
  type DatasetReading,
  type ReadDatasetOptions,
  type ReadImagesOptions,
  readDataset,
  readImages,
} from "./read-dataset.ts";
export { describeLeak, refuseLeaks } from "./refuse-leaks.ts";
export { type SplitFractions, type SplitOptions, splitDataset } from "./split-dataset.ts";
export { applySplits, readSplits, type SplitRow, type SplitsFile, writeSplits } from "./splits-file.ts";
export {
  measureStains,
  ownColours,
  type StainAugmentation,
  type StainStatistics,
} from "./stain-augmentation.ts";
export { computeStatistics, type StatisticsOptions } from "./statistics.ts";
export { countBySplit, hashDataset, type SplitCounts } from "./summary.ts";
export {
  type AugmentationDraw,
  type ChannelStatistics,
  type Dataset,
  type JitterDraw,
  type JitterOperation,
  type LoadedBatch,
  type LoadedView,
  type Loader,
  type LoadRequest,
  type SlideCut,
  SPLITS,
  type Split,
  type StainDraw,
  type TissueImage,
  type View,
} from "./types.ts";
export { type TakeUnlabelledOptions, takeUnlabelled } from "./unlabelled-fraction.ts";
export { MINIMUM_VIEW_SIDE, type SizedImage, viewSize } from "./view-size.ts";
export { type ManifestImage, writeManifest } from "./write-manifest.ts";
