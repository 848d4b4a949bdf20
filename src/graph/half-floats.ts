// IEEE 754 half precision (float16), as bits in a Uint16Array: rounded to nearest, ties to even, read back by table.

/** Every half-precision number, by its bits. */
const VALUES = Float32Array.from({ length: 2 ** 16 }, (_, bits) => numberOf(bits));

function numberOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** The bits of the half-precision number nearest to a value; beyond ±65,504 (and half a step) infinity. */
export function halfBits(value: number): number {
  single[0] = value;
  const bits = singleBits[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x4780_0000) return sign | 0x7c00; // 65,536 and more
  if (magnitude < 0x3880_0000) {
    // Below 2^-14 halves lie 2^-24 apart; the sum rounds to that grid as the processor rounds, ties to even.
    single[0] = Math.abs(single[0]!) + 0.5;
    return sign | (singleBits[0]! - 0x3f00_0000);
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1); // may carry into the exponent, as it should
  return sign | ((rounded - 0x3800_0000) >>> 13);
}

/** Half-precision bits of each number. */
export function toHalf(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = halfBits(values[i]!);
  return halves;
}

/** Writes the numbers that half-precision bits stand for. */
export function writeHalf(halves: Uint16Array, target: Float32Array): void {
  for (let i = 0; i < halves.length; i++) target[i] = VALUES[halves[i]!]!;
}
