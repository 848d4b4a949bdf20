// What the tissue room offers: where the tissue is, in which pieces, and what was set aside. Nothing here needs Node.
export { blurLimit, blurScore } from "./blur.ts";
export { Canvas, type CanvasColour, numberSize } from "./canvas.ts";
export { findTissue, TISSUE_MPP, type TissueOptions } from "./find-tissue.ts";
export { type RasterSize, toLevelZero } from "./level-zero.ts";
export { type MultiPolygon, outlinePieces, type Position, type Ring } from "./outline.ts";
export { type DrawnBox, drawOverlay } from "./overlay.ts";
export { findPen, type PenColour, type PenMarks, type PenOptions } from "./pen.ts";
export { pieceMaskAt, whiteOutside } from "./piece-mask.ts";
export { findPieces, type PieceOptions } from "./pieces.ts";
export {
  type PieceMap,
  TISSUE_METHODS,
  type TissueMask,
  type TissueMethod,
  type TissuePiece,
} from "./types.ts";
