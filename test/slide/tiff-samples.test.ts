// Stored samples to 8-bit RGB, by the rules that images follow: one rounding, alpha over white, white-is-zero turned.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type SampleLayout, samplesToRgb } from "../../src/slide/tiff/samples.ts";
import { noise } from "../support/memory-slide.ts";
import { openBytes } from "../support/open-bytes.ts";
import { type Tag, writeTiff } from "../support/slide-writers/tiff-file.ts";
import { imageDirectory } from "../support/slide-writers/tiles.ts";

const layout: SampleLayout = {
  rowPixels: 2,
  samples: 3,
  bits: 8,
  littleEndian: true,
  inverted: false,
  alpha: "ignored",
};
const both = { left: 0, top: 0, width: 2, height: 1 };
const convert = (bytes: readonly number[], change: Partial<SampleLayout>, window = both) => [
  ...samplesToRgb(Uint8Array.from(bytes), { ...layout, ...change }, window),
];

describe("samples", () => {
  it("of RGB are copied, of grey repeated", () => {
    expect(convert([1, 2, 3, 4, 5, 6], {})).toEqual([1, 2, 3, 4, 5, 6]);
    expect(convert([7, 9], { samples: 1 })).toEqual([7, 7, 7, 9, 9, 9]);
    expect(convert([7, 9], { samples: 1, inverted: true })).toEqual([248, 248, 248, 246, 246, 246]);
  });

  it("of 16 bits are rounded to 8 in either byte order", () => {
    // 0x0080 = 128 is just below half of 257, 0x0081 just above
    expect(convert([0x80, 0, 0x81, 0], { samples: 1, bits: 16 })).toEqual([0, 0, 0, 1, 1, 1]);
    expect(convert([0xff, 0xff, 0, 0x81], { samples: 1, bits: 16, littleEndian: false })).toEqual([
      255, 255, 255, 1, 1, 1,
    ]);
  });

  it("with alpha lie over white; without a word of the file the fourth sample is no alpha", () => {
    const pixels = [100, 0, 0, 255, 100, 50, 0, 51];
    expect(convert(pixels, { samples: 4, alpha: "straight" })).toEqual([100, 0, 0, 224, 214, 204]);
    expect(convert(pixels, { samples: 4, alpha: "premultiplied" })).toEqual([100, 0, 0, 255, 254, 204]);
    expect(convert(pixels, { samples: 4, alpha: "ignored" })).toEqual([100, 0, 0, 100, 50, 0]);
  });

  it("of a window are those of the whole, cut", () => {
    const kind = fc.record({
      samples: fc.constantFrom(1 as const, 3 as const, 4 as const),
      bits: fc.constantFrom(8 as const, 16 as const),
      littleEndian: fc.boolean(),
      inverted: fc.constant(false),
      alpha: fc.constantFrom("straight" as const, "premultiplied" as const, "ignored" as const),
    });
    fc.assert(
      fc.property(kind, fc.nat(3), fc.nat(2), (change, left, top) => {
        const stored = noise(11, 40).data.subarray(0, 7 * 5 * change.samples * (change.bits / 8));
        const all = { ...layout, ...change, rowPixels: 7 };
        const whole = samplesToRgb(stored, all, { left: 0, top: 0, width: 7, height: 5 });
        const part = samplesToRgb(stored, all, { left, top, width: 4, height: 3 });
        for (let y = 0; y < 3; y++)
          expect(part.slice(12 * y, 12 * y + 12)).toEqual(
            whole.slice(3 * (7 * (top + y) + left)).slice(0, 12),
          );
      }),
      { seed: 5 },
    );
  });
});

describe("a picture with alpha", () => {
  it.each([
    [2, [100, 0, 0, 224, 214, 204]],
    [1, [100, 0, 0, 255, 254, 204]],
    [0, [100, 0, 0, 100, 50, 0]],
  ])("that calls its fourth sample %d is shown as that means", async (extra, expected) => {
    const directory = await imageDirectory(noise(2, 1), { rowsPerStrip: 1 }, { compression: "none" });
    const tags = directory.tags.map(
      (tag): Tag =>
        tag.tag === 277 ? { ...tag, values: [4] } : tag.tag === 258 ? { ...tag, values: [8, 8, 8, 8] } : tag,
    );
    const segments = [Uint8Array.from([100, 0, 0, 255, 100, 50, 0, 51])];
    const alpha: Tag = { tag: 338, type: "short", values: [extra] };
    const slide = await openBytes(writeTiff([{ ...directory, tags: [...tags, alpha], segments }]));
    const { data } = await slide.readRegion(0, both);
    expect([...data]).toEqual(expected);
  });
});
