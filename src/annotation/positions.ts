// Lists of [x, y] positions, as JSON formats have them.
import type { AnnotationDraft } from "./draft.ts";
import { elements } from "./json.ts";
import { ringOf } from "./ring.ts";
import type { Ring } from "./types.ts";

/** A ring of positions; a third number is ignored. What is no number becomes NaN, which the check of the region names. */
export function ringOfPositions(positions: unknown, draft: AnnotationDraft): Ring {
  const points: number[] = [];
  for (const position of elements(positions)) {
    draft.countVertex();
    const [x, y] = elements(position);
    points.push(typeof x === "number" ? x : Number.NaN, typeof y === "number" ? y : Number.NaN);
  }
  return ringOf(points);
}
