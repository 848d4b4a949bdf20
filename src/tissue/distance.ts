// Exact Euclidean distances to a mask in linear time (Felzenszwalb and Huttenlocher 2012), and the growing of masks and
// of labelled pieces by discs that follows from them.

/** 1 wherever a pixel of the mask lies within `radius` pixels (centre to centre); a copy for a radius below 1. */
export function grow(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  if (radius < 1 || !mask.includes(1)) return mask.slice();
  const columns = columnDistances(mask, width, height, Math.ceil(radius) + 1);
  const out = new Uint8Array(mask.length);
  const envelope = new Envelope(width);
  for (let y = 0, from = 0; y < height; y++, from += width) {
    const last = envelope.build(columns, from, radius * radius);
    if (last < 0) continue;
    for (let x = 0; x < width; x++) if (envelope.nearest(x) >= 0) out[from + x] = 1;
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
  const columns = columnDistances(mask, width, height, Math.ceil(radius) + 1);
  const envelope = new Envelope(width);
  for (let y = 0, from = 0; y < height; y++, from += width) {
    if (envelope.build(columns, from, radius * radius) < 0) continue;
    for (let x = 0; x < width; x++) {
      const place = envelope.nearest(x);
      if (place < 0 || labels[from + x]! > 0) continue;
      const reach = columns[from + place]! * width;
      const above = from + place - reach;
      const label = above >= 0 && labels[above]! > 0 ? labels[above]! : labels[from + place + reach]!;
      labels[from + x] = -label;
    }
  }
}

/** Distance to the nearest mask pixel of the same column, at most `limit`. */
function columnDistances(mask: Uint8Array, width: number, height: number, limit: number): Uint16Array {
  const cap = Math.min(limit, 65_535);
  const out = new Uint16Array(mask.length);
  for (let k = 0; k < mask.length; k++) {
    const above = k < width ? cap : out[k - width]!;
    out[k] = mask[k] === 1 ? 0 : Math.min(cap, above + 1);
  }
  for (let k = mask.length - width - 1; k >= 0 && height > 1; k--)
    out[k] = Math.min(out[k]!, out[k + width]! + 1);
  return out;
}

/** The lower envelope of parabolas along one row. */
class Envelope {
  readonly #places: Int32Array;
  readonly #starts: Float64Array;
  readonly #heights: Float64Array;
  #last = -1;
  #at = 0;
  #limit = 0;

  constructor(width: number) {
    this.#places = new Int32Array(width);
    this.#starts = new Float64Array(width);
    this.#heights = new Float64Array(width);
  }

  /** Takes the row that starts at `from`; parabolas above the limit can matter nowhere. Gives -1 if none is left. */
  build(columns: Uint16Array, from: number, limit: number): number {
    const width = this.#heights.length;
    let last = -1;
    for (let x = 0; x < width; x++) {
      const height = columns[from + x]! ** 2;
      this.#heights[x] = height;
      if (height > limit) continue;
      let start = Number.NEGATIVE_INFINITY;
      for (; last >= 0; last--) {
        const place = this.#places[last]!;
        start = (height + x * x - (this.#heights[place]! + place * place)) / (2 * (x - place));
        if (start > this.#starts[last]!) break;
      }
      last++;
      this.#places[last] = x;
      this.#starts[last] = last === 0 ? Number.NEGATIVE_INFINITY : start;
    }
    this.#last = last;
    this.#at = 0;
    this.#limit = limit;
    return last;
  }

  /** Column whose nearest mask pixel is the nearest of all, or -1 beyond the limit. Ask for rising `x`. */
  nearest(x: number): number {
    while (this.#at < this.#last && this.#starts[this.#at + 1]! < x) this.#at++;
    const place = this.#places[this.#at]!;
    return (x - place) ** 2 + this.#heights[place]! <= this.#limit ? place : -1;
  }
}
