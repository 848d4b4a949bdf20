// Masks as runs: the stretches of a row whose bytes lie in a range. Tissue, glass and ink come in long stretches, so that
// what is asked of whole objects (which are joined, how large they are) is asked of some thousand runs, not of every pixel.

/** Runs in reading order; places count pixels of the whole raster, and no run goes on in the next row. */
export interface Runs {
  readonly count: number;
  /** First pixel of each run; longer than `count`. */
  readonly starts: Int32Array;
  /** The pixel after the last of each run; longer than `count`. */
  readonly ends: Int32Array;
  /** The first run of each row, and at the end `count`. */
  readonly rows: Int32Array;
}

/** The runs of pixels whose byte is `low` to `high`. */
export function findRuns(
  bytes: Uint8Array,
  width: number,
  height: number,
  low: number,
  high: number = low,
): Runs {
  // No row has more runs than every other pixel: with room for a row the inner loop need not ask.
  const most = (width + 1) >> 1;
  let starts = new Int32Array(4 * most);
  let ends = new Int32Array(4 * most);
  const rows = new Int32Array(height + 1);
  let count = 0;
  for (let y = 0, k = 0; y < height; y++) {
    if (count + most > starts.length) [starts, ends] = [doubled(starts), doubled(ends)];
    for (const end = k + width; k < end; ) {
      if (bytes[k]! < low || bytes[k]! > high) {
        k++;
        continue;
      }
      starts[count] = k;
      while (k < end && bytes[k]! >= low && bytes[k]! <= high) k++;
      ends[count++] = k;
    }
    rows[y + 1] = count;
  }
  return { count, starts, ends, rows };
}

/** Writes `value` into every pixel of run `i`. */
export function paintRun(
  { starts, ends }: Runs,
  i: number,
  into: Uint8Array | Int32Array,
  value: number,
): void {
  for (let k = starts[i]!, end = ends[i]!; k < end; k++) into[k] = value;
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}
