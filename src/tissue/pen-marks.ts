// Marks: what of one ink hangs together and is large enough to have been drawn.
import { componentSizes, joinRuns } from "./components.ts";
import { atBorder } from "./filters.ts";
import { BLACK } from "./pen-colours.ts";
import { findRuns, paintRun } from "./runs.ts";

/** The ink of every pixel. */
export interface InkPicture {
  readonly width: number;
  readonly height: number;
  /** Codes of inks; 0 is none. */
  readonly kinds: Uint8Array;
  /** Pixels of each code from 1. */
  readonly counts: Float64Array;
}

/** Counts the inks of a picture. */
export function inkPicture(kinds: Uint8Array, width: number, height: number): InkPicture {
  const counts = new Float64Array(BLACK + 1);
  for (let k = 0; k < kinds.length; k++) if (kinds[k] !== 0) counts[kinds[k]!]! += 1;
  return { width, height, kinds, counts };
}

/**
 * The objects of at least `minimum` pixels of the inks `low` to `high`, as a mask; `null` where there are none. Black at the
 * border of the picture is no mark.
 */
export function findMarks(
  { width, height, kinds, counts }: InkPicture,
  minimum: number,
  low: number,
  high: number = low,
): Uint8Array | null {
  const pixels = counts.subarray(low, high + 1).reduce((sum, count) => sum + count);
  if (pixels === 0 || pixels < minimum) return null;
  const runs = findRuns(kinds, width, height, low, high);
  const components = joinRuns(runs, width, 8);
  const isMark = componentSizes(runs, components).map((size) => (size >= minimum ? 1 : 0));
  if (low === BLACK)
    for (const [label, at] of atBorder(runs, components, width).entries()) isMark[label]! -= at;
  let mask: Uint8Array | null = null;
  for (let i = 0; i < runs.count; i++) {
    if (isMark[components.labels[i]!] !== 1) continue;
    mask ??= new Uint8Array(kinds.length);
    paintRun(runs, i, mask, 1);
  }
  return mask;
}
