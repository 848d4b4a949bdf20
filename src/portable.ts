// lowmag's rooms that need no Node: slides read by ranges of a file, tissue, stains, annotations, in a browser or anywhere.
// The decoders are the package's own file, `lowmag/wasm/decoders.wasm`. Research use only.
//
//   import { blobSource, compileDecoders, createDecoders, createSlide, openSlideContent, readAtMpp } from "lowmag/portable";
//   const decoders = createDecoders(compileDecoders(new Uint8Array(await (await fetch(decodersUrl)).arrayBuffer())));
//   const slide = createSlide(await openSlideContent(blobSource(file.name, file), decoders));
//   const { width, height, data } = await readAtMpp(slide, 8);
export {
  ANNOTATION_LIMITS,
  type AnnotationFormat,
  type AnnotationRegion,
  type AnnotationSet,
  type AreaLabel,
  type GeoJsonFeature,
  labelByArea,
  type Polygon,
  polygonArea,
  type ReadAnnotationsOptions,
  rasteriseRegions,
  readAnnotations,
  regionsAsPieces,
  writeGeoJson,
} from "./annotation/index.ts";
export { type ErrorCode, isLowmagError, LowmagError } from "./base/index.ts";
export {
  type CompressedTile,
  compileDecoders,
  createDecoders,
  type DecoderModule,
  type Decoders,
  type Inflate,
  inflatePortable,
  type PixelWindow,
  type TileDecoder,
} from "./codec/index.ts";
export {
  applyColourTable,
  type ColourTable,
  type PixelSize,
  type RgbImage,
  resampleArea,
  rgbImage,
} from "./pixels/index.ts";
export {
  type AssociatedImage,
  type AssociatedKind,
  type ByteSource,
  blobSource,
  bytesSource,
  createSlide,
  levelForMpp,
  openDicomSlide,
  openSlideContent,
  openTiffSlide,
  outputSize,
  type ReadOptions,
  readAtMpp,
  type Slide,
  type SlideContent,
  type SlideFormat,
  type SlideLevel,
  type SlideMppSource,
  type SlideOptions,
  type TiledLevel,
} from "./slide/index.ts";
export {
  estimateStain,
  normaliseStain,
  STAIN_TARGETS,
  type StainEstimate,
  type StainMethod,
} from "./stain/index.ts";
export {
  blurScore,
  drawOverlay,
  findPen,
  findPieces,
  findTissue,
  outlinePieces,
  type PieceOptions,
  pieceMaskAt,
  TISSUE_METHODS,
  type TissueMask,
  type TissueMethod,
  type TissueOptions,
  type TissuePiece,
  toLevelZero,
  whiteOutside,
} from "./tissue/index.ts";
