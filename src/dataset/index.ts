// What the dataset room offers: labelled tissue images from disk, splits without leaks, augmentation and loading.

export {
  type AugmentationParameters,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  type JitterStrength,
  writeAugmented,
} from "./augmentation.ts";
export { type CsvRow, type CsvTable, readCsv } from "./csv-table.ts";
export { naturalOrder } from "./find-images.ts";
export { type DropLabelsOptions, dropLabels } from "./label-fraction.ts";
export { checkLeaks } from "./leaks.ts";
export { createLoader, type LoaderOptions } from "./loader.ts";
export { readSplit } from "./manifest.ts";
export { type PatientLookup, patientsFromPattern, readPatients, withPatients } from "./patients.ts";
export { PixelCache, type PixelCacheOptions, type StoredImage } from "./pixel-cache.ts";
export {
  type DatasetReading,
  type ReadDatasetOptions,
  type ReadImagesOptions,
  readDataset,
  readImages,
} from "./read-dataset.ts";
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
  SPLITS,
  type Split,
  type StainDraw,
  type TissueImage,
  type View,
} from "./types.ts";
export { MINIMUM_VIEW_SIDE, type SizedImage, viewSize } from "./view-size.ts";
