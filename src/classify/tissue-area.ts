// How much tissue was judged, in mm². Tiles that overlap show the same tissue twice; it counts once.
import { knownPixelSize } from "../cutting/index.ts";
import type { Slide } from "../slide/index.ts";
import type { SlidePlan } from "./slide-plan.ts";
import type { PiecePrediction } from "./types.ts";

/** Tissue in mm² of a share of a box of level-0 pixels. */
export function areaOf(slide: Slide, { box, tissue }: Pick<PiecePrediction, "box" | "tissue">): number {
  const { x, y } = knownPixelSize(slide);
  return (tissue * box.width * x * box.height * y) / 1e6;
}

/** Tissue of all pieces or tiles in mm². */
export function tissueAreaOf(
  { map, outlines }: Pick<SlidePlan, "map" | "outlines">,
  pieces: readonly Pick<PiecePrediction, "box" | "tissueArea">[],
): number {
  const sum = pieces.reduce((total, { tissueArea }) => total + tissueArea, 0);
  if (map === null || outlines.length > 0) return sum;
  const { mask, scale, mpp } = map;
  const seen = new Uint8Array(mask.data.length);
  let pixels = 0;
  for (const { box } of pieces) {
    const [x0, x1] = [Math.round(box.left / scale.x), Math.round((box.left + box.width) / scale.x)];
    const [y0, y1] = [Math.round(box.top / scale.y), Math.round((box.top + box.height) / scale.y)];
    for (let y = Math.max(0, y0); y < Math.min(mask.height, y1); y++)
      for (
        let k = y * mask.width + Math.max(0, x0), end = y * mask.width + Math.min(mask.width, x1);
        k < end;
        k++
      )
        if (mask.data[k] === 1 && seen[k] === 0) {
          seen[k] = 1;
          pixels++;
        }
  }
  return Math.min(sum, (pixels * mpp * mpp) / 1e6);
}
