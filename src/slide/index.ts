// What the slide room offers: whole-slide images of many formats behind one interface.
export { createSlide, DEFAULT_CACHE_BYTES, type SlideOptions } from "./create-slide.ts";
export {
  type DeepZoomPlan,
  deepZoomXml,
  levelSize,
  overviewLevel,
  ownTileSize,
  type PlannedTile,
  planDeepZoom,
  tileAt,
} from "./deep-zoom-plan.ts";
export { type DicomOptions, isDicom, openDicomSlide, readDicomSeries } from "./dicom/index.ts";
export { openSlideContent } from "./open-content.ts";
export { openTiffSlide } from "./open-tiff.ts";
export { pictureLevel } from "./picture-level.ts";
export { FINEST_SHARE, levelForMpp, outputSize, readAtMpp } from "./read-at-mpp.ts";
export { OVERVIEW_SIDE, SlidePixels } from "./slide-pixels.ts";
export { blobSource, bytesSource, checkRange } from "./source.ts";
export type {
  AssociatedImage,
  AssociatedKind,
  ByteSource,
  ReadOptions,
  Slide,
  SlideContent,
  SlideFormat,
  SlideLevel,
  SlideMppSource,
  TiledLevel,
} from "./types.ts";
export { elementsOf, readXml, type XmlElement, xmlNumber } from "./xml.ts";
