// The pairs of edges whose boxes overlap: the ground for every question about crossings. The plane is cut into upright
// strips; in each, a sweep from the top compares every edge with those that begin before it ends.
import type { Effort } from "./effort.ts";
import { IntervalStrips } from "./interval-strips.ts";
import type { Segments } from "./segments.ts";

/** What a visited pair costs against one that is passed over. */
const VISIT_STEPS = 10;

/** Looks at two edges; false ends the visit. */
export type PairVisitor = (first: number, second: number) => boolean;

/**
 * Calls `visit` once for every two edges whose boxes overlap and that share no end, until it returns false.
 *
 * @returns false when not all pairs were seen: the effort was spent, or the visitor had enough.
 */
export function visitPairs(segments: Segments, effort: Effort, visit: PairVisitor): boolean {
  const { x, y, next } = segments;
  const strips = new IntervalStrips(
    x.length,
    (e) => Math.min(x[e]!, x[next[e]!]!),
    (e) => Math.max(x[e]!, x[next[e]!]!),
  );
  const top = (e: number) => Math.min(y[e]!, y[next[e]!]!);
  for (let s = 0; s < strips.count; s++) {
    const edges = strips.itemsOf(s).sort((a, b) => top(a) - top(b));
    // Two edges may share several strips: they are visited in the first.
    const isFirst = (left: number) => strips.of(left) === s;
    for (let i = 0; i < edges.length; i++) {
      const compared = compareWithLater(segments, edges, i, effort, isFirst, visit);
      if (compared < 0 || !effort.take(compared)) return false;
    }
  }
  return true;
}

/** Compares an edge with those behind it that begin before it ends; how many those are, or -1 to end the visit. */
function compareWithLater(
  { x, y, next }: Segments,
  edges: Uint32Array,
  i: number,
  effort: Effort,
  isFirst: (x: number) => boolean,
  visit: PairVisitor,
): number {
  const a = edges[i]!;
  const a2 = next[a]!;
  const [left, right] = [Math.min(x[a]!, x[a2]!), Math.max(x[a]!, x[a2]!)];
  const bottom = Math.max(y[a]!, y[a2]!);
  let j = i + 1;
  for (; j < edges.length; j++) {
    const b = edges[j]!;
    const b2 = next[b]!;
    if (y[b]! > bottom && y[b2]! > bottom) break;
    const from = Math.min(x[b]!, x[b2]!);
    if (from > right || Math.max(x[b]!, x[b2]!) < left || b2 === a || a2 === b) continue;
    if (!isFirst(Math.max(from, left))) continue;
    if (!effort.take(VISIT_STEPS) || !visit(a, b)) return -1;
  }
  return j - i;
}
