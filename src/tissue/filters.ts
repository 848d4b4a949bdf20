// Filters by area: small holes are filled, small objects removed. Objects touch by corners (8 neighbours), holes by
// sides (4), so that a line of tissue one pixel wide closes a hole.
import { componentSizes, joinRuns, type RunComponents } from "./components.ts";
import { findRuns, paintRun, type Runs } from "./runs.ts";

/** Removes the objects of fewer than `minimum` pixels, in place. */
export function removeSmallObjects(mask: Uint8Array, width: number, height: number, minimum: number): void {
  if (minimum <= 1) return;
  const runs = findRuns(mask, width, height, 1);
  const components = joinRuns(runs, width, 8);
  const sizes = componentSizes(runs, components);
  for (let i = 0; i < runs.count; i++)
    if (sizes[components.labels[i]!]! < minimum) paintRun(runs, i, mask, 0);
}

/** Fills the holes of fewer than `limit` pixels that nothing joins to the border, in place. */
export function fillSmallHoles(mask: Uint8Array, width: number, height: number, limit: number): void {
  if (limit <= 1 || !mask.includes(1)) return;
  const runs = findRuns(mask, width, height, 0);
  const components = joinRuns(runs, width, 4);
  const sizes = componentSizes(runs, components);
  const open = atBorder(runs, components, width);
  for (let i = 0; i < runs.count; i++) {
    const label = components.labels[i]!;
    if (open[label] === 0 && sizes[label]! < limit) paintRun(runs, i, mask, 1);
  }
}

/** Of `mask` only the objects that touch the border of the picture. */
export function touchingBorder(mask: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  const runs = findRuns(mask, width, height, 1);
  const components = joinRuns(runs, width, 8);
  const touches = atBorder(runs, components, width);
  for (let i = 0; i < runs.count; i++) if (touches[components.labels[i]!] === 1) paintRun(runs, i, out, 1);
  return out;
}

/** 1 for the components that touch the border of the picture. */
export function atBorder(
  { count: all, starts, ends, rows }: Runs,
  { labels, count }: RunComponents,
  width: number,
): Uint8Array {
  const touches = new Uint8Array(count + 1);
  const [second, last] = [rows[1]!, rows[rows.length - 2]!];
  for (let i = 0; i < all; i++)
    if (i < second || i >= last || starts[i]! % width === 0 || ends[i]! % width === 0)
      touches[labels[i]!] = 1;
  return touches;
}
