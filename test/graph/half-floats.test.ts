import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { halfBits, toHalf, writeHalf } from "../../src/graph/half-floats.ts";

const numberOf = (bits: number): number => {
  const target = new Float32Array(1);
  writeHalf(Uint16Array.of(bits), target);
  return target[0]!;
};

describe("half-precision numbers", () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [1e30, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // a tie, to even
    [3 * 2 ** -25, 0x0002], // a tie, to even
    [2 ** -14 - 2 ** -26, 0x0400], // rounds up to the first that is not subnormal
    [1 + 2 ** -11, 0x3c00], // a tie, to even
    [1 + 3 * 2 ** -11, 0x3c02],
    [0.1, 0x2e66],
    [1 / 3, 0x3555],
  ])("%d has the bits of IEEE 754", (value, bits) => {
    expect(halfBits(value)).toBe(bits);
  });

  it("survive the round trip, all of them", () => {
    const all = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
    const values = new Float32Array(all.length);
    writeHalf(all, values);
    const back = toHalf(values);
    for (let bits = 0; bits < all.length; bits++)
      if (Number.isNaN(values[bits])) expect(back[bits]! & 0x7fff).toBe(0x7e00);
      else if (back[bits] !== bits) expect.fail(`${bits} came back as ${back[bits]}`);
  });

  it("are the nearest to any number", () => {
    const value = fc.float({ noNaN: true, noDefaultInfinity: true, min: -65504, max: 65504 });
    fc.assert(
      fc.property(value, (number) => {
        const bits = halfBits(number);
        const distance = (candidate: number): number => Math.abs(numberOf(candidate) - number);
        const magnitude = bits & 0x7fff;
        for (const neighbour of [magnitude - 1, magnitude + 1])
          if (neighbour >= 0 && neighbour <= 0x7bff)
            expect(distance(bits)).toBeLessThanOrEqual(distance((bits & 0x8000) | neighbour));
      }),
      { numRuns: 2000 },
    );
  });
});
