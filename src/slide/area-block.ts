// Sums of one block of source pixels under the area filter. A block covers its outer output pixels in part; what it has of
// them is handed on.
import { type AreaRowSpan, sumAreas } from "../pixels/index.ts";
import type { AxisSpans } from "./axis-spans.ts";

/** A block of RGB and where it lies in its level. */
export interface SourceBlock {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** Receives the sums of output row `j` over the block's columns: `sums[3 (i - columns.from)]` for column i. */
export type RowReceiver = (j: number, sums: Float64Array) => void;

/** Pixels that are covered whole count once. */
const BETWEEN = { columns: 1, rows: 1 };

/**
 * Sums a block.
 *
 * @param columns spans cut off at the block's left and right edge.
 * @param rows spans cut off at its top and bottom.
 * @param receive may change the sums, not keep them.
 */
export function sumBlock(
  block: SourceBlock,
  columns: AxisSpans,
  rows: AxisSpans,
  receive: RowReceiver,
): void {
  const { from, to, first, last, firstWeight, lastWeight } = columns;
  const spans = {
    first: first.subarray(from, to).map((at) => at - block.left),
    last: last.subarray(from, to).map((at) => at - block.left),
    firstWeight: firstWeight.subarray(from, to),
    lastWeight: lastWeight.subarray(from, to),
  };
  let j = rows.from;
  sumAreas(block.data, block.width, spans, rowsOf(rows, block.top), BETWEEN, (sums) => receive(j++, sums));
}

function* rowsOf(rows: AxisSpans, top: number): Generator<AreaRowSpan> {
  for (let j = rows.from; j < rows.to; j++)
    yield {
      first: rows.first[j]! - top,
      last: rows.last[j]! - top,
      firstWeight: rows.firstWeight[j]!,
      lastWeight: rows.lastWeight[j]!,
    };
}
