// Shapes on a slide as polygons in pixels of level 0: the outlines of pieces, and boxes.
import { type Polygon, ringOf } from "../annotation/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { outlinePieces } from "../tissue/index.ts";
import type { TissueMap } from "./tissue-map.ts";

/** The outline of each piece's tissue in their order, in pixels of level 0; a piece may be in several parts. */
export function pieceOutlines({ pieces, mask, scale }: TissueMap): Polygon[][] {
  const covered = { width: mask.width * scale.x, height: mask.height * scale.y };
  return outlinePieces(pieces, covered).map(({ coordinates }) =>
    coordinates.map(([outer = [], ...holes]) => ({
      outer: ringOf(outer.flat()),
      holes: holes.map((hole) => ringOf(hole.flat())),
    })),
  );
}

/** A box as a polygon. */
export function rectangle({ left, top, width, height }: PixelWindow): Polygon {
  const [right, bottom] = [left + width, top + height];
  return { outer: ringOf([left, top, right, top, right, bottom, left, bottom]), holes: [] };
}
