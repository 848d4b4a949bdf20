// Sums of one block of source pixels under the area filter: along each row into output columns, then down the rows.
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
  const line = new Float64Array(3 * (columns.to - columns.from));
  const sums = new Float64Array(line.length);
  let summed = -1;
  for (let j = rows.from; j < rows.to; j++) {
    sums.fill(0);
    const first = rows.first[j]!;
    const last = rows.last[j]!;
    for (let y = first; y <= last; y++) {
      if (y !== summed) sumLine(block, columns, y, line);
      summed = y;
      addLine(sums, line, y === first ? rows.firstWeight[j]! : y === last ? rows.lastWeight[j]! : 1);
    }
    receive(j, sums);
  }
}

/** The weighted sums of one source row per output column. */
function sumLine(block: SourceBlock, columns: AxisSpans, y: number, line: Float64Array): void {
  const { data } = block;
  const row = 3 * ((y - block.top) * block.width - block.left);
  for (let i = columns.from, to = 0; i < columns.to; i++, to += 3) {
    let at = row + 3 * columns.first[i]!;
    const end = row + 3 * columns.last[i]!;
    let weight = columns.firstWeight[i]!;
    let red = weight * data[at]!;
    let green = weight * data[at + 1]!;
    let blue = weight * data[at + 2]!;
    if (at < end) {
      for (at += 3; at < end; at += 3) {
        red += data[at]!;
        green += data[at + 1]!;
        blue += data[at + 2]!;
      }
      weight = columns.lastWeight[i]!;
      red += weight * data[end]!;
      green += weight * data[end + 1]!;
      blue += weight * data[end + 2]!;
    }
    line[to] = red;
    line[to + 1] = green;
    line[to + 2] = blue;
  }
}

function addLine(sums: Float64Array, line: Float64Array, weight: number): void {
  for (let k = 0; k < sums.length; k++) sums[k]! += weight * line[k]!;
}
