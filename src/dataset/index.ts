// What the dataset room offers: labelled tissue images from disk, splits without leaks, augmentation and loading.
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
