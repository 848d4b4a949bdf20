// The rules by which a slide becomes tissue images. A model is used on images made by the rules of those it learned from,
// so the part that decides pixels travels with it.
import type { TissueMethod } from "../tissue/index.ts";

/** The rules that decide where tissue is. */
export interface TissueRules {
  readonly tissueMethod: TissueMethod;
  /** Threshold in units of the method, 0 to 255; `null` for Otsu's. */
  readonly tissueThreshold: number | null;
  /** Resolution in µm per pixel at which tissue is looked for. */
  readonly tissueMpp: number;
  /** Pieces below this many mm² are left out. */
  readonly minArea: number;
  /** Tissue across gaps up to this many µm is one piece. */
  readonly joinGap: number;
  /** Width in µm of the background around a piece's tissue, on each side of its box. */
  readonly margin: number;
  /** How far outside its tissue, in µm, a piece is kept when the rest is painted white. */
  readonly fringe: number;
}

/** The rules that decide the pixels of a tissue image, whatever its resolution. */
export interface ImageRules extends TissueRules {
  /** Apply the slide's embedded colour profile. */
  readonly icc: boolean;
  /** What stands outside a piece and its fringe: white, or the slide as it is. */
  readonly background: "white" | "keep";
  readonly cutBy: "tissue" | "annotations";
  /** Sides of a piece's image at the finest resolution are multiples of this many pixels. */
  readonly sizeStep: number;
  /** Side of fixed tiles in pixels of the output; `null` cuts whole pieces. */
  readonly grid: number | null;
  /** Distance of neighbouring tiles in pixels of the output; `null` for the side. */
  readonly stride: number | null;
  /** Least share of tissue in a tile. */
  readonly minTissue: number;
  readonly stain: "none" | "macenko" | "reinhard";
}

/** How the regions over an image become its label; see `labelByArea`. */
export interface RegionLabelRules {
  readonly labelRule: "largest" | "any";
  /** Least share of the image's tissue; `null` for the rule's own. */
  readonly labelShare: number | null;
  readonly labelPriorities: readonly string[];
}

/** All that a plan of images needs to be told. */
export interface CuttingRules extends Omit<ImageRules, "icc">, RegionLabelRules {
  /** Resolutions in µm per pixel, finest first. */
  readonly mpp: readonly number[];
  /** The resolution whose pixels `sizeStep` counts, in µm per pixel. Default: the finest of `mpp`. */
  readonly stepMpp?: number;
}

/** The image rules that a model remembers: those of the data set it learned from. */
export interface RememberedRules extends ImageRules {
  /** The data set's finest resolution in µm per pixel, whose pixels `sizeStep`, `grid` and `stride` count. */
  readonly stepMpp: number;
}
