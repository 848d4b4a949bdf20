// Passes over whole rasters that every step of the tissue room shares: box means in time that does not depend on the
// window, and counting.

/** Side in pixels, odd and at least 1, of a window of so many µm. */
export function oddSide(micrometres: number, mpp: number): number {
  return Math.max(1, 2 * Math.round((micrometres / mpp - 1) / 2) + 1);
}

/**
 * Means over a square window of odd side, rounded half up; at the border over the part of the window inside.
 * Running sums: two additions per pixel and axis.
 */
export function boxMean(values: Uint8Array, width: number, height: number, side: number): Uint8Array {
  if (side <= 1) return values;
  const radius = (side - 1) / 2;
  const sums = new Float64Array(width);
  const out = new Uint8Array(values.length);
  for (let row = -radius; row < height; row++) {
    if (row + radius < height) addRow(sums, values, (row + radius) * width, 1);
    if (row - radius - 1 >= 0) addRow(sums, values, (row - radius - 1) * width, -1);
    if (row < 0) continue;
    const rows = Math.min(row + radius, height - 1) - Math.max(row - radius, 0) + 1;
    writeMeans(sums, radius, rows, out, row * width);
  }
  return out;
}

/** Number of ones. */
export function countOnes(mask: Uint8Array): number {
  let count = 0;
  for (let k = 0; k < mask.length; k++) count += mask[k]!;
  return count;
}

function addRow(sums: Float64Array, values: Uint8Array, from: number, sign: number): void {
  for (let x = 0; x < sums.length; x++) sums[x]! += sign * values[from + x]!;
}

function writeMeans(sums: Float64Array, radius: number, rows: number, out: Uint8Array, to: number): void {
  const width = sums.length;
  let sum = 0;
  for (let x = 0; x < Math.min(radius, width); x++) sum += sums[x]!;
  for (let x = 0; x < width; x++) {
    if (x + radius < width) sum += sums[x + radius]!;
    if (x - radius - 1 >= 0) sum -= sums[x - radius - 1]!;
    const columns = Math.min(x + radius, width - 1) - Math.max(x - radius, 0) + 1;
    out[to + x] = Math.floor(sum / (rows * columns) + 0.5);
  }
}
