// Connected components without recursion: the runs of neighbouring rows that touch are joined (union by smaller number),
// and components numbered in the order in which their first pixel is met.
import { findRuns, paintRun, type Runs } from "./runs.ts";

/** Which neighbours touch: 4 (sides) or 8 (corners too). */
export type Connectivity = 4 | 8;

/** Components of a mask. */
export interface Components {
  /** 0 outside the mask, else 1..count. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** Components as runs. */
export interface RunComponents {
  /** 1..count for each run. */
  readonly labels: Int32Array;
  readonly count: number;
}

/** Labels the pixels of `mask` that equal `value`. Time and memory grow with the number of pixels alone. */
export function labelComponents(
  mask: Uint8Array,
  width: number,
  height: number,
  connectivity: Connectivity,
  value: 0 | 1 = 1,
): Components {
  const runs = findRuns(mask, width, height, value);
  const { labels, count } = joinRuns(runs, width, connectivity);
  return { labels: paintLabels(runs, labels, mask.length), count };
}

/** One label per pixel from one per run; 0 elsewhere. */
export function paintLabels(runs: Runs, labels: Int32Array, pixels: number): Int32Array {
  const out = new Int32Array(pixels);
  for (let i = 0; i < runs.count; i++) paintRun(runs, i, out, labels[i]!);
  return out;
}

/** Joins the runs that touch. */
export function joinRuns(runs: Runs, width: number, connectivity: Connectivity): RunComponents {
  const parents = new Int32Array(runs.count);
  for (let i = 0; i < parents.length; i++) parents[i] = i;
  const reach = connectivity === 8 ? 1 : 0;
  for (let y = 1; y < runs.rows.length - 1; y++) joinRow(runs, y, width, reach, parents);
  return numbered(parents);
}

/** Pixels of each component; entry 0 is not used. */
export function componentSizes({ starts, ends }: Runs, { labels, count }: RunComponents): Float64Array {
  const sizes = new Float64Array(count + 1);
  for (let i = 0; i < labels.length; i++) sizes[labels[i]!]! += ends[i]! - starts[i]!;
  return sizes;
}

/** Joins the runs of row `y` with those above; both lists are walked once. */
function joinRow(
  { starts, ends, rows }: Runs,
  y: number,
  width: number,
  reach: number,
  parents: Int32Array,
): void {
  const [first, last] = [rows[y]!, rows[y + 1]!];
  let above = rows[y - 1]!;
  for (let i = first; i < last; i++) {
    const left = starts[i]! - width - reach;
    const right = ends[i]! - width + reach;
    while (above < first && ends[above]! <= left) above++;
    for (let j = above; j < first && starts[j]! < right; j++) join(parents, i, j);
  }
}

/** The smaller root becomes the root of both. */
function join(parents: Int32Array, a: number, b: number): void {
  const first = rootOf(parents, a);
  const second = rootOf(parents, b);
  if (first < second) parents[second] = first;
  else parents[first] = second;
}

function rootOf(parents: Int32Array, run: number): number {
  let root = run;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!; // halve the path
    root = parents[root]!;
  }
  return root;
}

/** A parent comes before its children, so that it has its number by the time that they ask. */
function numbered(parents: Int32Array): RunComponents {
  const labels = new Int32Array(parents.length);
  let count = 0;
  for (let i = 0; i < parents.length; i++) labels[i] = parents[i] === i ? ++count : labels[parents[i]!]!;
  return { labels, count };
}
