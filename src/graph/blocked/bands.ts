// Maps that are made and used a band of rows at a time, so that none of the large ones behind a network's first layer ever
// exists as a whole while the gradient passes through it. A band fits a processor's cache, and memory stays small.
import type { Blocks } from "./blocks.ts";

/** Rows from `start`, which is even, to before `end`; both names of int64[1]. */
export interface Rows {
  readonly start: string;
  readonly end: string;
  /** True for the band that begins at the first row. */
  readonly first: boolean;
  /** True for the band that ends at the last row. */
  readonly last: boolean;
}

/** A gradient that can be had by bands. */
export interface BandedMap {
  readonly channels: number;
  /** Height and width of the whole, as the shape of this. */
  readonly like: string;
  /** The band of some rows, blocked. */
  readonly band: (rows: Rows) => string;
  /** All rows, blocked. */
  readonly whole: () => string;
  /** Where this is the gradient of a maximum: what is enough to know sums over the whole. */
  readonly pooled?: PooledGradient;
}

/** A gradient whose numbers other than zero are those of `dy`, at places where the map is as in `maxima`. */
export interface PooledGradient {
  readonly dy: string;
  readonly maxima: string;
  /** The name of the map that was pooled. */
  readonly map: string;
}

/** The band of a map, blocked. */
export function bandOf(
  blocks: Blocks,
  map: string,
  channels: number,
  { start, end }: Pick<Rows, "start" | "end">,
): string {
  const { emitter } = blocks;
  const cut = emitter.node("Slice", [blocks.rows(map, channels), start, end, emitter.ints(2)]);
  return blocks.fromRows(cut, channels);
}

/**
 * Splits the rows of a map into bands of even height and adds up what is made of each. A band begins only once the one before
 * is done with: its first row is known no earlier.
 */
export function sumOverBands(
  blocks: Blocks,
  like: string,
  count: number,
  make: (rows: Rows) => string,
): string {
  const { emitter } = blocks;
  const height = blocks.lengths(like, 2, 3);
  const [parts, two] = [emitter.ints(2 * count), emitter.ints(2)];
  const boundary = (k: number): string => {
    if (k === count) return height;
    const share = emitter.node("Div", [emitter.node("Mul", [height, emitter.ints(k)]), parts]);
    return emitter.node("Mul", [share, two]);
  };
  let sum: string | undefined;
  for (let k = 0; k < count; k++) {
    const from = boundary(k);
    const start = sum === undefined ? from : emitter.node("Add", [from, emitter.zerosOnce(sum, 1)]);
    const part = make({ start, end: boundary(k + 1), first: k === 0, last: k === count - 1 });
    sum = sum === undefined ? part : emitter.node("Add", [sum, part]);
  }
  return sum!;
}
