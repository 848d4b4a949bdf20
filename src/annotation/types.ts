// The nouns of the annotation room: what a pathologist drew, in pixels of the slide's finest level, and what it is
// called. Readers make an `AnnotationSet` of a file; masks, labels and pieces are computed from it.

/** The formats by name. `geojson` is QuPath's; `ncrf` the JSON of tumour outlines of the CAMELYON16 baseline. */
export type AnnotationFormat = "geojson" | "asap" | "imagescope" | "halo" | "ncrf";

/**
 * A closed outline: x0, y0, x1, y1, … in level-0 pixels, where (0, 0) is the upper left corner of the upper left pixel.
 * The first point is not repeated at the end, and no point equals the one before it.
 */
export type Ring = Float64Array;

/** An outline with its holes. A point is inside when a ray from it crosses the rings an odd number of times. */
export interface Polygon {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/** 8-bit sRGB. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The smallest box around some points, in level-0 pixels. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a person drew, or what a program found (QuPath's detections, cells, tiles): the latter give no labels. */
export type RegionKind = "annotation" | "detection";

/** One region of the file: an outline, or several that were drawn as one object. */
export interface AnnotationRegion {
  /** Its place in the file from 0, counting also those set aside. */
  readonly index: number;
  /** The file's own identifier; `null` where it has none. */
  readonly id: string | null;
  /** The class or layer; `null` for none. */
  readonly label: string | null;
  /** What the region itself was called; `null` for nothing. */
  readonly name: string | null;
  /** Cut out of the regions of the same label; of all regions when its label is `null`. */
  readonly negative: boolean;
  readonly kind: RegionKind;
  readonly colour: Colour | null;
  /** At least one; they may overlap, and then count once. */
  readonly polygons: readonly Polygon[];
  /** The box around all of it. */
  readonly bounds: Bounds;
}

/** What was read of one annotation file. */
export interface AnnotationSet {
  /** The file's name, for messages. */
  readonly file: string;
  readonly format: AnnotationFormat;
  /** µm per pixel as the file states it (ImageScope does); for a comparison with the slide's. */
  readonly mpp: number | null;
  readonly regions: readonly AnnotationRegion[];
  /** Remarks for a person: what was skipped, set aside, or crosses itself. */
  readonly notes: readonly string[];
}

/** A point in level-0 pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which of a region's names becomes its label. */
export type LabelSource = "class" | "base-class" | "name";

/** How a file is read. */
export interface ReadAnnotationsOptions {
  /**
   * Level-0 position of the file's (0, 0), added to every point. QuPath and OpenSlide differ for slides whose scanned
   * part does not begin at the plane's corner (MRXS): give the slide's bounds there. Default: no shift.
   */
  readonly origin?: Point | undefined;
  /**
   * `class` (default): QuPath's classification, ASAP's group, the layer of ImageScope and HALO. `base-class`: "Tumor" of
   * QuPath's "Tumor: Positive", the topmost of ASAP's nested groups. `name`: the region's own name.
   */
  readonly labelFrom?: LabelSource | undefined;
  /** Labels whose regions are cut out of all others, such as CAMELYON's "Exclusion" or "_2". */
  readonly negativeLabels?: readonly string[] | undefined;
  /** What happens to a region that is no region: an error that names it (default), or a note and the rest is read. */
  readonly onInvalid?: "error" | "skip" | undefined;
}
