// The nouns of the tissue room: a mask of a thumbnail, the pieces of tissue in it, and what was set aside.
import type { PixelWindow } from "../codec/index.ts";
import type { PenMarks } from "./pen.ts";

/** How tissue is told from glass; see {@link findTissue}. */
export type TissueMethod = "saturation" | "grey" | "optical-density" | "texture";

/** The methods in the order in which help lists them. */
export const TISSUE_METHODS: readonly TissueMethod[] = ["saturation", "grey", "optical-density", "texture"];

/** Where the tissue is, on the pixels of a thumbnail. */
export interface TissueMask {
  readonly width: number;
  readonly height: number;
  /** One byte per pixel, row-major: 1 is tissue, 0 is not. */
  readonly data: Uint8Array;
  /** µm per mask pixel. */
  readonly mpp: number;
  readonly method: TissueMethod;
  /** The threshold used, in units of the method's measure (0..255); tissue lies above. */
  readonly threshold: number;
  /** Otsu's own threshold, before it was kept inside the method's limits; `null` where all pixels are alike. */
  readonly otsu: number | null;
  /** Share of the thumbnail that is tissue, 0..1. */
  readonly tissueShare: number;
  /** Ink, which is never tissue; `null` when it was not looked for. */
  readonly pen: PenMarks | null;
  /** Share of the thumbnail that is black border, 0..1; never tissue. */
  readonly borderShare: number;
}

/** Which piece every pixel of a mask belongs to; one array, shared by all pieces of a slide. */
export interface PieceMap {
  readonly width: number;
  readonly height: number;
  /** µm per pixel. */
  readonly mpp: number;
  /** n: tissue of piece n; -n: no tissue, but within the fringe that piece n keeps; 0: neither. */
  readonly owners: Int32Array;
}

/** One connected piece of tissue. All windows are in mask pixels. */
export interface TissuePiece {
  /** 1, 2, ... from the top of the slide to the bottom, then left to right. */
  readonly number: number;
  /** The piece with its margin, clipped to the mask: what is cut out of the slide. */
  readonly box: PixelWindow;
  /** The smallest window that holds the tissue itself. */
  readonly tissueBox: PixelWindow;
  /** Tissue in µm². */
  readonly area: number;
  /** Says which pixels are this piece's, also where boxes overlap. */
  readonly map: PieceMap;
}
