import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyColourTable, colourNodes, rgbImage } from "../../src/pixels/index.ts";

const one = (...colour: number[]) => rgbImage(1, 1, Uint8Array.from(colour));
const byte = fc.integer({ min: 0, max: 255 });

/** A table of what a function makes of the nodes. */
function tableOf(change: (colour: readonly number[]) => readonly number[]) {
  const nodes = colourNodes().data;
  const data = new Uint8Array(nodes.length);
  for (let i = 0; i < nodes.length; i += 3) data.set(change([...nodes.subarray(i, i + 3)]), i);
  return { data };
}

describe("applyColourTable", () => {
  it("leaves every colour as it is when the table does", () => {
    const table = tableOf((colour) => colour);
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        expect([...applyColourTable(one(r, g, b), table).data]).toEqual([r, g, b]);
      }),
      {
        examples: [
          [0, 0, 0],
          [255, 255, 255],
          [247, 248, 249],
          [7, 8, 9],
          [255, 0, 248],
        ],
      },
    );
  });

  it("is exact for what is linear, such as negatives and channels swapped", () => {
    const table = tableOf(([r, g, b]) => [255 - b!, r!, 255 - g!]);
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        expect([...applyColourTable(one(r, g, b), table).data]).toEqual([255 - b, r, 255 - g]);
      }),
    );
  });

  it("stays between the corners of the cell", () => {
    const table = tableOf(([r, g, b]) => [(r! * g!) >> 8, r! > 100 ? 255 : 0, b! ^ 0x55]);
    fc.assert(
      fc.property(byte, byte, byte, (r, g, b) => {
        const low = [r, g].map((value) => Math.min(248, value & ~7));
        const high = low.map((value) => Math.min(255, value + 8));
        const [red] = applyColourTable(one(r, g, b), table).data;
        expect(red).toBeGreaterThanOrEqual((low[0]! * low[1]!) >> 8);
        expect(red).toBeLessThanOrEqual((high[0]! * high[1]!) >> 8);
      }),
    );
  });

  it("refuses a table of another size, and leaves the image alone", () => {
    expect(() => applyColourTable(one(1, 2, 3), { data: new Uint8Array(5) })).toThrow(
      "3 bytes for each of 33^3 nodes",
    );
    const image = one(1, 2, 3);
    applyColourTable(
      image,
      tableOf(() => [9, 9, 9]),
    );
    expect([...image.data]).toEqual([1, 2, 3]);
  });
});
