// What is worked out by shortcuts (runs, tables, reciprocals, comparisons of whole numbers) is what the definitions say.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growLabels } from "../../src/tissue/distance.ts";
import { BLUE, CYAN, GREEN, inkOfPixel, RED } from "../../src/tissue/pen-colours.ts";
import { boxMean } from "../../src/tissue/raster.ts";
import { findRuns } from "../../src/tissue/runs.ts";

const raster = (most: number) =>
  fc
    .record({ width: fc.integer({ min: 1, max: 24 }), height: fc.integer({ min: 1, max: 24 }) })
    .chain(({ width, height }) =>
      fc.record({
        width: fc.constant(width),
        height: fc.constant(height),
        bytes: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: most }),
      }),
    );

describe("findRuns", () => {
  it("holds every pixel of the range, each in one run of its own row, and no other", () => {
    fc.assert(
      fc.property(raster(3), ({ width, height, bytes }) => {
        const { count, starts, ends, rows } = findRuns(bytes, width, height, 1, 2);
        const seen = new Uint8Array(bytes.length);
        for (let y = 0; y < height; y++)
          for (let i = rows[y]!; i < rows[y + 1]!; i++) {
            expect(starts[i]).toBeGreaterThanOrEqual(y * width);
            expect(ends[i]).toBeLessThanOrEqual((y + 1) * width);
            for (let k = starts[i]!; k < ends[i]!; k++) seen[k]! += 1;
          }
        expect(rows[height]).toBe(count);
        expect(seen).toEqual(bytes.map((value) => (value === 1 || value === 2 ? 1 : 0)));
      }),
    );
  });
});

describe("growLabels", () => {
  it("gives a pixel the nearest label, of equally near ones the one further left, then further up", () => {
    fc.assert(
      fc.property(
        raster(9),
        fc.double({ min: 1, max: 9, noNaN: true }),
        ({ width, height, bytes }, radius) => {
          const labels = Int32Array.from(bytes, (value) => (value > 7 ? value : 0));
          const grown = labels.slice();
          growLabels(grown, width, height, radius);
          expect(grown).toEqual(labels.map((label, k) => label || nearest(labels, width, k, radius)));
        },
      ),
    );
  });

  function nearest(labels: Int32Array, width: number, k: number, radius: number): number {
    const at = (p: number): [x: number, y: number] => [p % width, Math.floor(p / width)];
    const [x, y] = at(k);
    const near = [...labels.keys()]
      .filter((p) => labels[p]! > 0)
      .map((p) => ({ p, square: (at(p)[0] - x) ** 2 + (at(p)[1] - y) ** 2 }))
      .filter(({ square }) => square <= radius * radius)
      .sort((a, b) => a.square - b.square || at(a.p)[0] - at(b.p)[0] || a.p - b.p);
    return near.length === 0 ? 0 : -labels[near[0]!.p]!;
  }
});

describe("boxMean", () => {
  it("rounds every mean half up, also where the window reaches beyond the picture", () => {
    fc.assert(
      fc.property(raster(255), fc.integer({ min: 0, max: 30 }), ({ width, height, bytes }, radius) => {
        const means = boxMean(bytes, width, height, 2 * radius + 1);
        expect(means).toEqual(bytes.map((_, k) => meanAround(bytes, width, height, k, radius)));
      }),
    );
  });

  function meanAround(bytes: Uint8Array, width: number, height: number, k: number, radius: number): number {
    const [x, y] = [k % width, Math.floor(k / width)];
    let [sum, count] = [0, 0];
    for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++)
      for (let u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++, count++)
        sum += bytes[v * width + u]!;
    return Math.floor((2 * sum + count) / (2 * count));
  }
});

describe("inkOfPixel", () => {
  it("is the rule in hue, saturation and largest channel, for every fifth colour", () => {
    const steps = Array.from({ length: 52 }, (_, i) => 5 * i);
    const colours = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => [red, green, blue])));
    const coloured = colours.filter((colour) => Math.max(...colour) - Math.min(...colour) >= 20);
    const byRule = coloured.map(([red, green, blue]) => inkByRule(red!, green!, blue!));
    const found = coloured.map(([red, green, blue]) =>
      inkOfPixel(red!, green!, blue!, Math.max(red!, green!, blue!) - Math.min(red!, green!, blue!)),
    );
    expect(found).toEqual(byRule);
    expect(new Set(found)).toEqual(new Set([0, CYAN, GREEN, BLUE, RED]));
  });

  function inkByRule(red: number, green: number, blue: number): number {
    const [hue, saturation] = hueAndSaturation(red, green, blue);
    if (hue >= 70 && hue < 200) return saturation < 0.25 ? 0 : hue < 150 ? GREEN : CYAN;
    if (hue >= 200 && hue < 237 && saturation >= 0.5) return BLUE;
    const isRed = (hue < 12 || hue >= 352) && saturation >= 0.8;
    return isRed && Math.max(red, green, blue) >= 100 ? RED : 0;
  }

  function hueAndSaturation(red: number, green: number, blue: number): [hue: number, saturation: number] {
    const largest = Math.max(red, green, blue);
    const chroma = largest - Math.min(red, green, blue);
    if (largest === red) return [(60 * ((green - blue) / chroma) + 360) % 360, chroma / largest];
    const sector = largest === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
    return [60 * sector, chroma / largest];
  }
});
