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
  // A window that reaches beyond both borders sees no more for being larger.
  const across = Math.min((side - 1) / 2, width);
  const down = Math.min((side - 1) / 2, height);
  const shares = Float64Array.from({ length: width }, (_, x) => 1 / covered(x, across, width));
  const sums = new Float64Array(width + 2 * across + 1); // of columns, with a frame of zeros
  const out = new Uint8Array(values.length);
  for (let row = -down; row < height; row++) {
    if (row + down < height) addRow(sums, across + 1, values, (row + down) * width, width, 1);
    if (row - down - 1 >= 0) addRow(sums, across + 1, values, (row - down - 1) * width, width, -1);
    if (row >= 0) writeMeans(sums, across, shares, 1 / covered(row, down, height), out, row * width);
  }
  return out;
}

/** Number of ones. */
export function countOnes(mask: Uint8Array): number {
  let count = 0;
  for (let k = 0; k < mask.length; k++) count += mask[k]!;
  return count;
}

/** How many of the places within `radius` of one lie inside. */
function covered(place: number, radius: number, length: number): number {
  return Math.min(place + radius, length - 1) - Math.max(place - radius, 0) + 1;
}

function addRow(
  sums: Float64Array,
  at: number,
  values: Uint8Array,
  from: number,
  width: number,
  sign: number,
): void {
  for (let x = 0; x < width; x++) sums[at + x]! += sign * values[from + x]!;
}

/**
 * Multiplies by reciprocals where a division would do: sums are whole, so that a quarter more changes no rounding, and
 * keeps halves, which go up, clear of the products' rounding errors.
 */
function writeMeans(
  sums: Float64Array,
  radius: number,
  shares: Float64Array,
  share: number,
  out: Uint8Array,
  to: number,
): void {
  let sum = 0.25;
  for (let x = 1; x <= 2 * radius; x++) sum += sums[x]!;
  for (let x = 0; x < shares.length; x++) {
    sum += sums[x + 2 * radius + 1]! - sums[x]!;
    out[to + x] = sum * shares[x]! * share + 0.5; // kept as a whole byte, rounded down
  }
}
