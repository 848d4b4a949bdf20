// Things that each cover an interval of one axis, found by the strips of that axis that they touch. Makes questions about
// a part of a large drawing cost as much as that part.

const ITEMS_PER_STRIP = 128;
const MOST_STRIPS = 4096;
/** On average, an item may lie in so many strips; where intervals are longer, strips become fewer. */
const STRIPS_PER_ITEM = 4;

/** Strips of equal width over all intervals, each with its items. */
export class IntervalStrips {
  readonly #low: (item: number) => number;
  readonly #start: number;
  /** Strips per unit of the axis. */
  #scale = 0;
  /** Items of strip s: `#items[#starts[s]]` to before `#items[#starts[s + 1]]`. */
  #starts = new Uint32Array(1);
  readonly #items: Uint32Array;

  /** `low` and `high` give the ends of an item's interval, and must go on giving the same. */
  constructor(size: number, low: (item: number) => number, high: (item: number) => number) {
    this.#low = low;
    let [start, end] = [Infinity, -Infinity];
    for (let i = 0; i < size; i++) {
      start = Math.min(start, low(i));
      end = Math.max(end, high(i));
    }
    this.#start = start;
    let strips = Math.max(1, Math.min(MOST_STRIPS, Math.ceil(size / ITEMS_PER_STRIP)));
    while (!this.#count(strips, size, end, high)) strips = Math.ceil(strips / 2);
    this.#items = this.#fill(size, high);
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  /** The strip of a value; the first or last one for values outside. */
  of(value: number): number {
    return Math.max(0, Math.min(this.count - 1, Math.floor((value - this.#start) * this.#scale)));
  }

  /** The items that touch a strip; the caller may put them in another order. */
  itemsOf(strip: number): Uint32Array {
    return this.#items.subarray(this.#starts[strip]!, this.#starts[strip + 1]!);
  }

  /** Calls `visit` once for each item whose strips meet those of an interval: all that meet it, and some neighbours. */
  visit(from: number, to: number, visit: (item: number) => void): void {
    const [first, last] = [this.of(from), this.of(to)];
    for (let strip = first; strip <= last; strip++)
      for (const item of this.itemsOf(strip))
        if (strip === Math.max(first, this.of(this.#low(item)))) visit(item);
  }

  /** Counts the items of each strip into `#starts`; false when items lie in too many strips. */
  #count(strips: number, size: number, end: number, high: (item: number) => number): boolean {
    this.#starts = new Uint32Array(strips + 1);
    this.#scale = end > this.#start ? strips / (end - this.#start) : 0;
    let total = 0;
    for (let i = 0; i < size; i++) {
      const [first, last] = [this.of(this.#low(i)), this.of(high(i))];
      total += last - first + 1;
      if (strips > 1 && total > STRIPS_PER_ITEM * size) return false;
      for (let s = first; s <= last; s++) this.#starts[s]! += 1;
    }
    return true;
  }

  /** Lists the items of each strip, ascending, and turns the counts into starts. */
  #fill(size: number, high: (item: number) => number): Uint32Array {
    let sum = 0;
    for (let s = 0; s < this.#starts.length; s++) {
      sum += this.#starts[s]!;
      this.#starts[s] = sum;
    }
    const items = new Uint32Array(sum);
    for (let i = size - 1; i >= 0; i--)
      for (let s = this.of(this.#low(i)), last = this.of(high(i)); s <= last; s++) {
        this.#starts[s]! -= 1;
        items[this.#starts[s]!] = i;
      }
    return items;
  }
}
