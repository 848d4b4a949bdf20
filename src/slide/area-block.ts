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
  // A row past the last has no weight: any row may stand for it.
  const place = (y: number): number => (Math.min(y, last) - block.top) * stride;
  const sum = { data: block.data, down };
  if (first + 1 >= last) {
    setTwo(sum, place(first), place(first + 1), weight(first), weight(first + 1));
    return;
  }
  for (let y = first; y <= last; y += 4) {
    const places = [place(y), place(y + 1), place(y + 2), place(y + 3)] as const;
    const weights = [weight(y), weight(y + 1), weight(y + 2), weight(y + 3)] as const;
    if (y === first) setFour(sum, places, weights);
    else addFour(sum, places, weights);
  }
}

interface RowSum {
  readonly data: Uint8Array;
  readonly down: Float64Array;
}

type Four = readonly [number, number, number, number];

// The three loops in which the time of a read by scale goes: two or four rows at a time, nothing else in them.
function setTwo({ data, down }: RowSum, a: number, b: number, u: number, v: number): void {
  const count = down.length;
  for (let k = 0; k < count; k++) down[k] = u * data[a + k]! + v * data[b + k]!;
}

function setFour({ data, down }: RowSum, [a, b, c, d]: Four, [u, v, w, x]: Four): void {
  const count = down.length;
  for (let k = 0; k < count; k++)
    down[k] = u * data[a + k]! + v * data[b + k]! + w * data[c + k]! + x * data[d + k]!;
}

function addFour({ data, down }: RowSum, [a, b, c, d]: Four, [u, v, w, x]: Four): void {
  const count = down.length;
  for (let k = 0; k < count; k++)
    down[k]! += u * data[a + k]! + v * data[b + k]! + w * data[c + k]! + x * data[d + k]!;
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
