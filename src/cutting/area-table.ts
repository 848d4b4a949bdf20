// Areas of a mask inside any rectangle at once: a summed-area table, exact for rectangles with fractional edges.

/** Sums over rectangles of a raster. */
export class AreaTable {
  readonly #sums: Float64Array;
  readonly #columns: number;

  constructor(
    readonly width: number,
    readonly height: number,
    holds: (k: number) => boolean,
  ) {
    this.#columns = width + 1;
    this.#sums = new Float64Array(this.#columns * (height + 1));
    for (let y = 0, k = 0; y < height; y++) {
      let row = 0;
      for (let x = 0; x < width; x++, k++) {
        if (holds(k)) row++;
        const at = (y + 1) * this.#columns + x + 1;
        this.#sums[at] = this.#sums[at - this.#columns]! + row;
      }
    }
  }

  /** Pixels that hold inside a rectangle, by area; what lies outside the raster holds nothing. */
  sum(left: number, top: number, width: number, height: number): number {
    return (
      this.#upTo(left + width, top + height) -
      this.#upTo(left, top + height) -
      this.#upTo(left + width, top) +
      this.#upTo(left, top)
    );
  }

  /** The sum over [0, x) x [0, y): the table between its corners is bilinear, since a pixel is constant. */
  #upTo(x: number, y: number): number {
    const [column, across] = place(x, this.width);
    const [row, down] = place(y, this.height);
    const at = row * this.#columns + column;
    const right = across > 0 ? 1 : 0;
    const below = down > 0 ? this.#columns : 0;
    const upper = this.#sums[at]! * (1 - across) + this.#sums[at + right]! * across;
    const lower = this.#sums[at + below]! * (1 - across) + this.#sums[at + below + right]! * across;
    return upper * (1 - down) + lower * down;
  }
}

/** The cell that a coordinate lies in and how far into it, clamped to the raster. */
function place(value: number, limit: number): [cell: number, fraction: number] {
  const inside = Math.min(limit, Math.max(0, value));
  const cell = Math.floor(inside);
  return [cell, inside - cell];
}
