// Sums of one block of source pixels under the area filter: down the rows first, four at a time, then along the columns.
// A block covers its outer output pixels in part; what it has of them is handed on.
import type { AxisSpans } from "./axis-spans.ts";

/** A block of RGB and where it lies in its level. */
export interface SourceBlock {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Receives the sums of output row `j` over the block's columns: `sums[3 (i - columns.from)]` for column i. */
export type RowReceiver = (j: number, sums: Float64Array) => void;

/**
 * Sums a block.
 *
 * @param columns spans cut off at the block's left and right edge.
 * @param rows spans cut off at its top and bottom.
 */
export function sumBlock(
  block: SourceBlock,
  columns: AxisSpans,
  rows: AxisSpans,
  receive: RowReceiver,
): void {
  const down = new Float64Array(3 * block.width);
  const sums = new Float64Array(3 * (columns.to - columns.from));
  for (let j = rows.from; j < rows.to; j++) {
    sumRows(block, rows, j, down);
    sumColumns(down, block.left, columns, sums);
    receive(j, sums);
  }
}

/** The weighted sum of the source rows under output row j, per source column. */
function sumRows(block: SourceBlock, rows: AxisSpans, j: number, down: Float64Array): void {
  const first = rows.first[j]!;
  const last = rows.last[j]!;
  const stride = 3 * block.width;
  const weight = (y: number): number => {
    if (y === first) return rows.firstWeight[j]!;
    return y < last ? 1 : y === last ? rows.lastWeight[j]! : 0;
  };
  down.fill(0);
  for (let y = first; y <= last; y += 4) {
    const at = (y - block.top) * stride;
    const held = Math.min(3, last - y) * stride; // rows past the last have no weight: any row may stand for them
    if (y + 1 >= last) addTwo(down, block.data, at, at + Math.min(stride, held), weight(y), weight(y + 1));
    else
      addFour(
        down,
        block.data,
        at,
        stride,
        at + held,
        weight(y),
        weight(y + 1),
        weight(y + 2),
        weight(y + 3),
      );
  }
}

function addTwo(down: Float64Array, data: Uint8Array, a: number, b: number, u: number, v: number): void {
  const count = down.length;
  for (let k = 0; k < count; k++) down[k]! += u * data[a + k]! + v * data[b + k]!;
}

/** Rows at `at`, one and two strides further, and at `fourth`. */
function addFour(
  down: Float64Array,
  data: Uint8Array,
  at: number,
  stride: number,
  fourth: number,
  u: number,
  v: number,
  w: number,
  x: number,
): void {
  const count = down.length;
  const b = at + stride;
  const c = b + stride;
  for (let k = 0; k < count; k++)
    down[k]! += u * data[at + k]! + v * data[b + k]! + w * data[c + k]! + x * data[fourth + k]!;
}

/** The weighted sums along a row of column sums, per output column. */
function sumColumns(down: Float64Array, left: number, columns: AxisSpans, sums: Float64Array): void {
  const { first, last, firstWeight, lastWeight, from } = columns;
  const count = sums.length / 3;
  for (let k = 0, i = from, to = 0; k < count; k++, i++, to += 3) {
    let at = 3 * (first[i]! - left);
    const end = 3 * (last[i]! - left);
    const weight = firstWeight[i]!;
    let red = weight * down[at]!;
    let green = weight * down[at + 1]!;
    let blue = weight * down[at + 2]!;
    if (at < end) {
      for (at += 3; at < end; at += 3) {
        red += down[at]!;
        green += down[at + 1]!;
        blue += down[at + 2]!;
      }
      const rest = lastWeight[i]!;
      red += rest * down[end]!;
      green += rest * down[end + 1]!;
      blue += rest * down[end + 2]!;
    }
    sums[to] = red;
    sums[to + 1] = green;
    sums[to + 2] = blue;
  }
}
