// Connected components without recursion: one pass that joins the labels of neighbours (union by smaller label), one
// that writes the final labels, numbered in the order in which their first pixel is met.

/** Which neighbours touch: 4 (sides) or 8 (corners too). */
export type Connectivity = 4 | 8;

/** Components of a mask. */
export interface Components {
  /** 0 outside the mask, else 1..count. */
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
  // A frame of zeros on both sides of two rows, this one and the one before, spares the border cases.
  const stride = width + 2;
  const rows = new Int32Array(2 * stride);
  const labels = new Int32Array(mask.length);
  const parents = new Parents();
  for (let y = 0, k = 0; y < height; y++) {
    const now = (y % 2) * stride;
    const before = stride - now;
    for (let x = 1; x <= width; x++, k++) {
      let label = 0;
      if (mask[k] === value) {
        label = parents.join(rows[now + x - 1]!, rows[before + x]!);
        if (connectivity === 8) {
          label = parents.join(label, rows[before + x - 1]!);
          label = parents.join(label, rows[before + x + 1]!);
        }
        if (label === 0) label = parents.add();
      }
      rows[now + x] = label;
      labels[k] = label;
    }
  }
  const { final, count } = parents.numbered();
  for (let k = 0; k < labels.length; k++) labels[k] = final[labels[k]!]!;
  return { labels, count };
}

/** Pixels of each component; entry 0 counts the rest. */
export function componentSizes({ labels, count }: Components): Float64Array {
  const sizes = new Float64Array(count + 1);
  for (let k = 0; k < labels.length; k++) sizes[labels[k]!]! += 1;
  return sizes;
}

/** A forest of labels whose roots are the smallest of their tree. */
class Parents {
  #parents = new Int32Array(1024);
  #count = 1;

  add(): number {
    if (this.#count === this.#parents.length) {
      const larger = new Int32Array(2 * this.#count);
      larger.set(this.#parents);
      this.#parents = larger;
    }
    this.#parents[this.#count] = this.#count;
    return this.#count++;
  }

  /** Joins two labels (0 = none) and gives the root of both. */
  join(a: number, b: number): number {
    if (b === 0 || a === b) return a;
    if (a === 0) return this.#root(b);
    const first = this.#root(a);
    const second = this.#root(b);
    const root = Math.min(first, second);
    this.#parents[Math.max(first, second)] = root;
    return root;
  }

  numbered(): { final: Int32Array; count: number } {
    const final = new Int32Array(this.#count);
    let count = 0;
    for (let label = 1; label < this.#count; label++) {
      const root = this.#root(label);
      final[label] = root === label ? ++count : final[root]!;
    }
    return { final, count };
  }

  #root(label: number): number {
    const parents = this.#parents;
    let root = label;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]!]!; // halve the path
      root = parents[root]!;
    }
    return root;
  }
}
