// What the cutting room offers: an open slide to tissue images by rules. Nothing here needs Node.
export { AreaTable } from "./area-table.ts";
export { type ColourChange, type SlideColours, slideColours } from "./colours.ts";
export { type Cut, type CutBasis, type CutPlan, planCuts } from "./cuts.ts";
export { type FailureReason, failureReason, withReason } from "./failure-reason.ts";
export { blurOf, ImageMaker, type MadeImage } from "./image-maker.ts";
export { pieceOutlines, rectangle } from "./outlines.ts";
export { checkFineEnough, type EmptySlide, nothingToCut, type ResolutionWish } from "./refusals.ts";
export { parseRememberedRules, USUAL_RULES } from "./remembered-rules.ts";
export type {
  CuttingRules,
  ImageRules,
  RegionLabelRules,
  RememberedRules,
  TissueRules,
} from "./rules.ts";
export {
  findOnThumbnail,
  knownPixelSize,
  mapTissue,
  readThumbnail,
  shareWithin,
  type Thumbnail,
  type TissueMap,
  toSlide,
} from "./tissue-map.ts";
export { fillWhite, type KeptMask } from "./white-fill.ts";
