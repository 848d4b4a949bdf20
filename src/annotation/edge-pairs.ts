// The pairs of edges whose boxes overlap: the ground for every question about crossings. The plane is cut into upright
// strips; in each, a sweep from the top compares every edge with those that begin before it ends.
import type { Effort } from "./effort.ts";
import type { Segments } from "./segments.ts";

/** What a visited pair costs against one that is passed over. */
const VISIT_STEPS = 10;
const EDGES_PER_STRIP = 128;
const MOST_STRIPS = 4096;
/** On average, an edge may lie in so many strips; where edges are longer, strips become fewer. */
const STRIPS_PER_EDGE = 4;

/** Looks at two edges; false ends the visit. */
export type PairVisitor = (first: number, second: number) => boolean;

/**
 * Calls `visit` once for every two edges whose boxes overlap and that share no end, until it returns false.
 *
 * @returns false when not all pairs were seen: the effort was spent, or the visitor had enough.
 */
export function visitPairs(segments: Segments, effort: Effort, visit: PairVisitor): boolean {
  const { y, next } = segments;
  const strips = cutIntoStrips(segments);
  const top = (e: number) => Math.min(y[e]!, y[next[e]!]!);
  for (let s = 0; s + 1 < strips.starts.length; s++) {
    const edges = strips.edges.subarray(strips.starts[s]!, strips.starts[s + 1]!);
    edges.sort((a, b) => top(a) - top(b));
    // Two edges may share several strips: they are visited in the first.
    const first = (x: number) => strips.of(x) === s;
    for (let i = 0; i < edges.length; i++) {
      const compared = compareWithLater(segments, edges, i, effort, first, visit);
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

interface Strips {
  /** Edges of strip s: `edges[starts[s]]` to before `edges[starts[s + 1]]`. */
  readonly edges: Uint32Array;
  readonly starts: Uint32Array;
  /** The strip of an x. */
  of(x: number): number;
}

function cutIntoStrips({ x, next }: Segments): Strips {
  const left = x.reduce((least, value) => Math.min(least, value), Infinity);
  const width = x.reduce((most, value) => Math.max(most, value), -Infinity) - left;
  let count = Math.min(MOST_STRIPS, Math.ceil(x.length / EDGES_PER_STRIP));
  for (;;) {
    const scale = width > 0 ? count / width : 0;
    const last = count - 1;
    const of = (value: number) => Math.min(last, Math.floor((value - left) * scale));
    const starts = new Uint32Array(count + 1);
    let total = 0;
    for (let e = 0; e < x.length; e++) {
      const [s, t] = [of(x[e]!), of(x[next[e]!]!)];
      total += Math.abs(t - s) + 1;
      for (let k = Math.min(s, t); k <= Math.max(s, t) && total <= STRIPS_PER_EDGE * x.length; k++)
        starts[k]! += 1;
    }
    if (count === 1 || total <= STRIPS_PER_EDGE * x.length)
      return { edges: fill(starts, total, x, next, of), starts, of };
    count = Math.ceil(count / 2);
  }
}

/** Turns the counts in `starts` into starts, and lists the edges of each strip. */
function fill(
  starts: Uint32Array,
  total: number,
  x: Float64Array,
  next: Int32Array,
  of: (x: number) => number,
): Uint32Array {
  let sum = 0;
  for (let s = 0; s < starts.length; s++) {
    sum += starts[s]!;
    starts[s] = sum;
  }
  const edges = new Uint32Array(total);
  for (let e = x.length - 1; e >= 0; e--) {
    const [s, t] = [of(x[e]!), of(x[next[e]!]!)];
    for (let k = Math.min(s, t); k <= Math.max(s, t); k++) {
      starts[k]! -= 1;
      edges[starts[k]!] = e;
    }
  }
  return edges;
}
