// The area filter for images that arrive row by row: the arithmetic of `resampleArea`, which is built on it. Output
// pixel (i, j) of a w x h image made from W x H pixels is the area-weighted mean of the source rectangle
// [i W/w, (i+1) W/w) x [j H/h, (j+1) H/h), rounded half up, once. With edges counted in units of 1/w and 1/h source pixels
// every weight is a whole number and every sum is exact in float64, so two implementations agree to the bit.

/** Shrinks an image from rows in order; holds one row of sums. */
export class AreaRows {
  readonly #columns: Spans;
  readonly #rows: Spans;
  readonly #area: number;
  readonly #stride: number;
  readonly #width: number;
  readonly #sums: Float64Array;
  /** Source rows taken and output rows given so far. */
  #taken = 0;
  #given = 0;

  /** `width` and `height` are whole, at least 1 and at most the source's; callers check. */
  constructor(sourceWidth: number, sourceHeight: number, width: number, height: number) {
    this.#columns = spans(sourceWidth, width);
    this.#rows = spans(sourceHeight, height);
    this.#area = this.#columns.total * this.#rows.total;
    this.#stride = 3 * sourceWidth;
    this.#width = width;
    this.#sums = new Float64Array(this.#stride);
  }

  /**
   * Takes the next source rows (RGB, interleaved, whole rows) and returns the output rows that they complete, which may
   * be none.
   */
  push(data: Uint8Array): Uint8Array {
    const rows = data.length / this.#stride;
    const out = new Uint8Array(3 * this.#width * this.#completedBy(rows));
    let at = 0;
    for (let i = 0; i < rows; i++, this.#taken++) {
      this.#add(data, i * this.#stride);
      if (this.#taken !== this.#rows.last[this.#given]) continue;
      if (this.#columns.whole === 1) this.#finishBlocks(out, at);
      else this.#finish(out, at);
      at += 3 * this.#width;
      this.#given++;
      this.#sums.fill(0);
      // A row may end one output row and begin the next.
      if (this.#rows.first[this.#given] === this.#taken) this.#add(data, i * this.#stride);
    }
    return out;
  }

  #completedBy(rows: number): number {
    const { last } = this.#rows;
    let end = this.#given;
    while (end < last.length && last[end]! < this.#taken + rows) end++;
    return end - this.#given;
  }

  #add(data: Uint8Array, offset: number): void {
    const weight = weightOf(this.#rows, this.#given, this.#taken);
    const sums = this.#sums;
    for (let k = 0; k < sums.length; k++) sums[k]! += weight * data[offset + k]!;
  }

  #finish(out: Uint8Array, at: number): void {
    for (let i = 0; i < this.#width; i++)
      for (let channel = 0; channel < 3; channel++)
        out[at + 3 * i + channel] = Math.floor(
          spanSum(this.#sums, this.#columns, i, channel) / this.#area + 0.5,
        );
  }

  /** Whole-number ratios: plain sums of blocks. */
  #finishBlocks(out: Uint8Array, at: number): void {
    const sums = this.#sums;
    const area = this.#area;
    const block = 3 * this.#columns.total;
    let from = 0;
    for (let to = at; to < at + 3 * this.#width; to += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (const end = from + block; from < end; from += 3) {
        red += sums[from]!;
        green += sums[from + 1]!;
        blue += sums[from + 2]!;
      }
      out[to] = Math.floor(red / area + 0.5);
      out[to + 1] = Math.floor(green / area + 0.5);
      out[to + 2] = Math.floor(blue / area + 0.5);
    }
  }
}

/** For each output pixel along one axis: the source pixels it covers and how much of the outer two. */
interface Spans {
  /** The size of one output pixel, in the units of the weights. */
  readonly total: number;
  /** The weight of a source pixel that is covered whole. */
  readonly whole: number;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float64Array;
  readonly lastWeight: Float64Array;
}

function spans(source: number, target: number): Spans {
  const divisor = greatestCommonDivisor(source, target);
  const total = source / divisor;
  const whole = target / divisor;
  const first = new Int32Array(target);
  const last = new Int32Array(target);
  const firstWeight = new Float64Array(target);
  const lastWeight = new Float64Array(target);
  for (let i = 0; i < target; i++) {
    const start = i * total;
    const end = start + total;
    first[i] = Math.floor(start / whole);
    last[i] = Math.ceil(end / whole) - 1;
    firstWeight[i] = Math.min(end, (first[i]! + 1) * whole) - start;
    lastWeight[i] = end - Math.max(start, last[i]! * whole);
  }
  return { total, whole, first, last, firstWeight, lastWeight };
}

function weightOf(axis: Spans, output: number, source: number): number {
  if (source === axis.first[output]) return axis.firstWeight[output]!;
  return source === axis.last[output] ? axis.lastWeight[output]! : axis.whole;
}

function spanSum(sums: Float64Array, columns: Spans, i: number, channel: number): number {
  const first = columns.first[i]!;
  const last = columns.last[i]!;
  let sum = sums[3 * first + channel]! * columns.firstWeight[i]!;
  if (last === first) return sum;
  for (let column = first + 1; column < last; column++) sum += sums[3 * column + channel]! * columns.whole;
  return sum + sums[3 * last + channel]! * columns.lastWeight[i]!;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
