// What the annotation room offers: annotation files to regions, regions to masks, labels and pieces, and GeoJSON back.
// Nothing here needs Node.
export { clipPolygon } from "./clip.ts";
export { type AreaLabel, type LabelRules, labelByArea, type TissueGrid } from "./labels.ts";
export { ANNOTATION_LIMITS } from "./limits.ts";
export type { MaskGrid } from "./mask-grid.ts";
export { rasteriseRegions } from "./rasterise.ts";
export { readAnnotations } from "./read-annotations.ts";
export { type RegionPiece, regionsAsPieces } from "./region-pieces.ts";
export { pixelsOf, polygonBounds, ringOf } from "./ring.ts";
export { polygonArea } from "./self-crossing.ts";
export type {
  AnnotationFormat,
  AnnotationRegion,
  AnnotationSet,
  Bounds,
  Colour,
  LabelSource,
  Point,
  Polygon,
  ReadAnnotationsOptions,
  RegionKind,
  Ring,
} from "./types.ts";
export {
  CLASS_COLOURS,
  type GeoJsonFeature,
  type WriteGeoJsonOptions,
  writeGeoJson,
} from "./write-geojson.ts";
