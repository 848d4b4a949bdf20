// What the dataset room offers: labelled tissue images from disk, splits without leaks, augmentation and loading.

export {
  type AugmentationParameters,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  type JitterStrength,
  writeAugmented,
} from "./augmentation.ts";
export { naturalOrder } from "./find-images.ts";
export { createLoader, type LoaderOptions } from "./loader.ts";
export { PixelCache, type PixelCacheOptions, type StoredImage } from "./pixel-cache.ts";
export {
  type DatasetReading,
  type ReadDatasetOptions,
  type ReadImagesOptions,
  readDataset,
  readImages,
} from "./read-dataset.ts";
export { computeStatistics, type StatisticsOptions } from "./statistics.ts";
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
  type TissueImage,
  type View,
} from "./types.ts";
export { MINIMUM_VIEW_SIDE, type SizedImage, viewSize } from "./view-size.ts";
