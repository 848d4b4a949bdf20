// Exact Euclidean distances to a mask in linear time (Felzenszwalb and Huttenlocher 2012), and the growing of masks and
// of labelled pieces by discs that follows from them.

/** 1 wherever a pixel of the mask lies within `radius` pixels (centre to centre); a copy for a radius below 1. */
export function grow(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  if (radius < 1 || !mask.includes(1)) return mask.slice();
  const columns = columnDistances(mask, width, Math.ceil(radius) + 1);
  const reach = reaches(radius, width, height);
  const out = new Uint8Array(mask.length);
  for (let from = 0; from < out.length; from += width) {
    growRight(columns, from, from + width, reach, out);
    growLeft(columns, from, from + width, reach, out);
  }
  return out;
}

/**
 * Writes, into the pixels of `labels` that are 0 and lie within `radius` pixels of a positive label, that label negated:
 * the nearest one, of equally near ones the one found further left, then further up.
 */
export function growLabels(labels: Int32Array, width: number, height: number, radius: number): void {
  if (radius < 1) return;
  const mask = new Uint8Array(labels.length);
  for (let k = 0; k < mask.length; k++) mask[k] = labels[k]! > 0 ? 1 : 0;
  const columns = columnDistances(mask, width, Math.ceil(radius) + 1);
  const reach = reaches(radius, width, height);
  const envelope = new Envelope(width, reach);
  for (let y = 0, from = 0; y < height; y++, from += width) {
    for (let x = 0; x < width; x++) {
      if (mask[from + x] === 1) continue;
      // A gap between labelled pixels: what lies beyond those is further away.
      const first = Math.max(0, x - 1);
      while (x < width && mask[from + x] === 0) x++;
      envelope.build(columns, from, first, Math.min(width, x + 1));
      labelGap(labels, columns, width, from, envelope);
    }
  }
}

/** Labels what the envelope reaches of a gap in the row that starts at `from`. */
function labelGap(
  labels: Int32Array,
  columns: Uint16Array,
  width: number,
  from: number,
  envelope: Envelope,
): void {
  for (let i = 0; i < envelope.count; i++) {
    const place = from + envelope.places[i]!;
    const reach = columns[place]! * width;
    const above = place - reach;
    const label = above >= 0 && labels[above]! > 0 ? labels[above]! : labels[place + reach]!;
    for (let k = from + envelope.first(i), end = from + envelope.last(i); k <= end; k++)
      if (labels[k] === 0) labels[k] = -label;
  }
}

/** Distance to the nearest mask pixel of the same column, at most `limit`. */
function columnDistances(mask: Uint8Array, width: number, limit: number): Uint16Array {
  const cap = Math.min(limit, 65_535);
  const out = new Uint16Array(mask.length);
  for (let k = 0; k < width; k++) out[k] = mask[k] === 1 ? 0 : cap;
  for (let k = width; k < out.length; k++) {
    const next = out[k - width]! + 1;
    out[k] = mask[k] === 1 ? 0 : next < cap ? next : cap;
  }
  for (let k = out.length - width - 1; k >= 0; k--) {
    const next = out[k + width]! + 1;
    if (next < out[k]!) out[k] = next;
  }
  return out;
}

/** By distance along the column how far a disc reaches along the row, in whole pixels; -1 beyond the disc. */
function reaches(radius: number, width: number, height: number): Int32Array {
  const limit = radius * radius;
  const out = new Int32Array(Math.min(Math.ceil(radius) + 1, 65_535) + 1).fill(-1);
  let reach = Math.min(width, Math.floor(radius) + 1);
  for (let down = 0; down < Math.min(out.length, height) && down * down <= limit; down++) {
    while (reach * reach + down * down > limit) reach--;
    out[down] = reach;
  }
  return out;
}

/** Marks the pixels of one row that something on their left, or they themselves, reach. */
function growRight(
  columns: Uint16Array,
  from: number,
  end: number,
  reach: Int32Array,
  out: Uint8Array,
): void {
  for (let k = from, furthest = -1; k < end; k++) {
    const right = reach[columns[k]!]!;
    if (right >= 0 && k + right > furthest) furthest = k + right;
    if (k <= furthest) out[k] = 1;
  }
}

/** As {@link growRight} from the right. */
function growLeft(columns: Uint16Array, from: number, end: number, reach: Int32Array, out: Uint8Array): void {
  for (let k = end - 1, furthest = end; k >= from; k--) {
    const left = reach[columns[k]!]!;
    if (left >= 0 && k - left < furthest) furthest = k - left;
    if (k >= furthest) out[k] = 1;
  }
}

/** The lower envelope of parabolas along a part of one row: the columns that are the nearest somewhere, from the left. */
class Envelope {
  /** How many there are. */
  count = 0;
  readonly places: Int32Array;
  readonly #starts: Float64Array;
  readonly #heights: Int32Array;
  readonly #reach: Int32Array;
  #end = 0;

  /** @param reach see {@link reaches}: a column beyond it can matter nowhere. */
  constructor(width: number, reach: Int32Array) {
    this.places = new Int32Array(width);
    this.#starts = new Float64Array(width);
    this.#heights = new Int32Array(width);
    this.#reach = reach;
  }

  /** Takes columns `first` up to `end` of the row that starts at `from`. */
  build(columns: Uint16Array, from: number, first: number, end: number): void {
    const [places, starts, heights, reach] = [this.places, this.#starts, this.#heights, this.#reach];
    let last = -1;
    for (let x = first; x < end; x++) {
      const height = columns[from + x]!;
      if (reach[height]! < 0) continue;
      const rise = height * height + x * x;
      let start = first - 1;
      for (; last >= 0; last--) {
        const [place, down] = [places[last]!, heights[last]!];
        start = (rise - (down * down + place * place)) / (2 * (x - place));
        if (start > starts[last]!) break;
      }
      last++;
      places[last] = x;
      heights[last] = height;
      starts[last] = last === 0 ? first - 1 : start;
    }
    this.count = last + 1;
    this.#end = end - 1;
  }

  /** The first column that place `i` is the nearest of and reaches. */
  first(i: number): number {
    return Math.max(Math.floor(this.#starts[i]!) + 1, this.places[i]! - this.#reach[this.#heights[i]!]!);
  }

  /** The last such column; of equally near places the left one counts. */
  last(i: number): number {
    const next = i + 1 < this.count ? Math.floor(this.#starts[i + 1]!) : this.#end;
    return Math.min(next, this.#end, this.places[i]! + this.#reach[this.#heights[i]!]!);
  }
}
