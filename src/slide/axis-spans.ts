// One axis of the area filter: which source pixels every output pixel covers, and how much of the outer two.

/** Where output pixels lie along an axis of a level, in pixels of that level. */
export interface OutputAxis {
  /** The near edge of output pixel 0. */
  readonly start: number;
  /** The side of an output pixel; above 0. */
  readonly step: number;
  /** Output pixels. */
  readonly count: number;
}

/** For each output pixel: the source pixels under it that exist. Empty ones (outside) have a `length` of 0. */
export interface AxisSpans {
  /** Output pixels `from` to `to` (exclusive) cover something. */
  readonly from: number;
  readonly to: number;
  /** First and last source pixel. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Covered shares of the first and the last pixel; equal to the length where they are the same pixel. */
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
  /** Covered source pixels, fractions counted. */
  readonly length: Float64Array;
}

/** Edges closer to a whole number than this are that number: they differ by rounding alone. */
const SNAP = 1e-9;

/** Spans over the source pixels `near` to `far` (exclusive); outputs that reach beyond are cut off there. */
export function spansOf(axis: OutputAxis, near: number, far: number): AxisSpans {
  const { count } = axis;
  const spans = {
    first: new Int32Array(count),
    last: new Int32Array(count),
    firstWeight: new Float64Array(count),
    lastWeight: new Float64Array(count),
    length: new Float64Array(count),
  };
  let from = count;
  let to = 0;
  const [begin, end] = outputsOver(axis, near, far);
  for (let i = begin; i < end; i++) {
    const low = Math.max(near, edge(axis, i));
    const high = Math.min(far, edge(axis, i + 1));
    if (high <= low) continue;
    from = Math.min(from, i);
    to = i + 1;
    const first = Math.floor(low);
    const last = Math.ceil(high) - 1;
    spans.first[i] = first;
    spans.last[i] = last;
    spans.firstWeight[i] = Math.min(high, first + 1) - low;
    spans.lastWeight[i] = high - Math.max(low, last);
    spans.length[i] = high - low;
  }
  return { ...spans, from: Math.min(from, to), to };
}

/** The near edge of output pixel i, freed of rounding. */
function edge({ start, step }: OutputAxis, i: number): number {
  const exact = start + i * step;
  const whole = Math.round(exact);
  return Math.abs(exact - whole) < SNAP * Math.max(1, step) ? whole : exact;
}

/** A range of output pixels that holds all those over `near` to `far`. */
function outputsOver({ start, step, count }: OutputAxis, near: number, far: number): [number, number] {
  const begin = Math.floor((near - start) / step) - 1;
  const end = Math.ceil((far - start) / step) + 1;
  return [Math.min(count, Math.max(0, begin)), Math.max(0, Math.min(count, end))];
}
