// What the annotation room offers: annotation files to regions. Nothing here needs Node.
export { ANNOTATION_LIMITS } from "./limits.ts";
export { describeRegion, readAnnotations } from "./read-annotations.ts";
export { type Bounds, pixelsOf, polygonBounds } from "./ring.ts";
export type {
  AnnotationFormat,
  AnnotationRegion,
  AnnotationSet,
  Colour,
  LabelSource,
  Point,
  Polygon,
  ReadAnnotationsOptions,
  RegionKind,
  Ring,
} from "./types.ts";
