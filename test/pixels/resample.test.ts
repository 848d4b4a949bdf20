// The area filter against its own definition, evaluated slowly with whole numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AreaRows,
  flipImage,
  type RgbImage,
  resampleArea,
  rgbImage,
  studentSize,
} from "../../src/pixels/index.ts";

/** The definition, pixel by pixel: overlaps in units of 1/(w h) source pixels, as BigInt, rounded half up. */
function byDefinition(image: RgbImage, width: number, height: number): Uint8Array {
  const out = new Uint8Array(3 * width * height);
  const area = BigInt(image.width) * BigInt(image.height);
  for (let k = 0; k < out.length; k++) {
    const i = Math.floor(k / 3) % width;
    const j = Math.floor(k / 3 / width);
    let sum = 0n;
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const weight = overlap(x, width, i, image.width) * overlap(y, height, j, image.height);
        sum += BigInt(weight * image.data[3 * (y * image.width + x) + (k % 3)]!);
      }
    }
    out[k] = Number((2n * sum + area) / (2n * area));
  }
  return out;
}

function overlap(pixel: number, pixelSize: number, output: number, outputSize: number): number {
  const start = Math.max(pixel * pixelSize, output * outputSize);
  const end = Math.min((pixel + 1) * pixelSize, (output + 1) * outputSize);
  return Math.max(0, end - start);
}

const images = fc
  .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }))
  .chain(([width, height]) =>
    fc.tuple(
      fc
        .uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height })
        .map((data) => rgbImage(width, height, data)),
      fc.integer({ min: 1, max: width }),
      fc.integer({ min: 1, max: height }),
    ),
  );

describe("resampleArea", () => {
  it("equals its definition to the bit, at every ratio", () => {
    fc.assert(
      fc.property(images, ([image, width, height]) => {
        expect(resampleArea(image, width, height).data).toEqual(byDefinition(image, width, height));
      }),
    );
  });

  it("gives the same rows when the image arrives in bands", () => {
    fc.assert(
      fc.property(images, fc.integer({ min: 1, max: 5 }), ([image, width, height], band) => {
        const rows = new AreaRows(image.width, image.height, width, height);
        const bytes = band * 3 * image.width;
        const out: number[] = [];
        for (let at = 0; at < image.data.length; at += bytes)
          out.push(...rows.push(image.data.subarray(at, at + bytes)));
        expect(Uint8Array.from(out)).toEqual(resampleArea(image, width, height).data);
      }),
    );
  });

  it("halves a known image", () => {
    // Means 2.5 and 101.25, rounded half up once: 3 and 101.
    const data = [1, 100, 0, 2, 100, 0, 3, 102, 0, 4, 103, 0];
    expect([...resampleArea(rgbImage(2, 2, Uint8Array.from(data)), 1, 1).data]).toEqual([3, 101, 0]);
  });

  it("weights the pixel that two outputs share", () => {
    // 3 -> 2 pixels: (1 a + 1/2 b) / 1.5 and (1/2 b + 1 c) / 1.5.
    const data = [30, 0, 0, 60, 0, 0, 120, 0, 0];
    expect([...resampleArea(rgbImage(3, 1, Uint8Array.from(data)), 2, 1).data]).toEqual([
      40, 0, 0, 100, 0, 0,
    ]);
  });

  it("keeps a constant image constant", () => {
    fc.assert(
      fc.property(images, fc.nat(255), ([{ width, height }, w, h], value) => {
        const flat = rgbImage(width, height, new Uint8Array(3 * width * height).fill(value));
        expect(resampleArea(flat, w, h).data.every((v) => v === value)).toBe(true);
      }),
    );
  });

  it("keeps the mean of every channel to half a grey level", () => {
    const mean = (data: Uint8Array, channel: number) => {
      const values = data.filter((_, i) => i % 3 === channel);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    fc.assert(
      fc.property(images, ([image, width, height]) => {
        const small = resampleArea(image, width, height);
        for (const c of [0, 1, 2])
          expect(Math.abs(mean(small.data, c) - mean(image.data, c))).toBeLessThanOrEqual(0.5);
      }),
    );
  });

  it("commutes with flips at every ratio, so that pairs stay aligned", () => {
    fc.assert(
      fc.property(
        images,
        fc.boolean(),
        fc.boolean(),
        ([image, width, height], flipHorizontal, flipVertical) => {
          const flips = { flipHorizontal, flipVertical };
          const first = resampleArea(flipImage(image, flips), width, height);
          expect(first).toEqual(flipImage(resampleArea(image, width, height), flips));
        },
      ),
    );
  });

  it("gives a copy at equal size", () => {
    const image = rgbImage(2, 1, Uint8Array.from([1, 2, 3, 4, 5, 6]));
    const copy = resampleArea(image, 2, 1);
    expect(copy).toEqual(image);
    expect(copy.data).not.toBe(image.data);
  });

  it("sums large blocks without losing a bit", () => {
    const image = rgbImage(3000, 2000, new Uint8Array(3 * 3000 * 2000).fill(255));
    image.data[0] = 254;
    expect([...resampleArea(image, 1, 1).data]).toEqual([255, 255, 255]);
    expect(resampleArea(image, 7, 3).data.every((value) => value === 255)).toBe(true);
  });

  it.each([
    [3, 1],
    [0, 1],
    [1.5, 1],
    [1, Number.NaN],
  ])("refuses the size %d x %d", (width, height) => {
    expect(() => resampleArea(rgbImage(2, 2, new Uint8Array(12)), width, height)).toThrow(
      `resampleArea: expected a size from 1 x 1 to 2 x 2 (the area filter only shrinks), got ${width} x ${height}.`,
    );
  });
});

describe("studentSize", () => {
  it.each([
    [1024, 768, 1, 8, [128, 96]],
    [1000, 999, 0.5, 8, [63, 62]], // 62.5 rounds up, 62.4375 down
    [1000, 500, 0.265, 1, [265, 133]], // 132.5 rounds up although 0.265 is not a binary fraction
    [3, 3, 0.7, 1.4, [2, 2]], // 1.5, computed as 1.4999999999999998
    [10, 3, 1, 100, [1, 1]],
  ])("%d x %d from %d to %d µm/px", (width, height, from, to, size) => {
    expect(studentSize(width, height, from, to)).toEqual(size);
  });
});
