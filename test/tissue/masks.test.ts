// Thresholds, components and filters against scikit-image and SciPy (test/golden/tissue/make_tissue.py).
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelComponents } from "../../src/tissue/components.ts";
import { grow, growLabels } from "../../src/tissue/distance.ts";
import { fillSmallHoles, removeSmallObjects, touchingBorder } from "../../src/tissue/filters.ts";
import { findPieces } from "../../src/tissue/index.ts";
import { otsuThreshold } from "../../src/tissue/otsu.ts";
import { boxMean, oddSide } from "../../src/tissue/raster.ts";
import { bytesOf, drawn, maskOf, tissueGolden } from "./support.ts";

describe("otsuThreshold", () => {
  it("equals scikit-image's threshold", () => {
    for (const { histogram, threshold } of tissueGolden.otsu)
      expect(otsuThreshold(Float64Array.from(histogram))).toBe(threshold);
  });

  it("cuts nothing where all values are alike, or where there are none", () => {
    const flat = new Float64Array(256);
    expect(otsuThreshold(flat)).toBeNull();
    flat[240] = 1000;
    expect(otsuThreshold(flat)).toBeNull();
  });
});

describe("masks", () => {
  it.each(tissueGolden.masks.map((golden, i) => ({ i, ...golden })))(
    "number $i is labelled, filtered and grown as by scikit-image and SciPy",
    (golden) => {
      const { width, height } = golden;
      const mask = bytesOf(golden.mask);
      const eight = labelComponents(mask, width, height, 8);
      expect(eight.count).toBe(golden.label8);
      expect(Uint8Array.from(eight.labels)).toEqual(bytesOf(golden.labels8));
      expect(labelComponents(mask, width, height, 4).count).toBe(golden.label4);
      const without = mask.slice();
      removeSmallObjects(without, width, height, 12);
      expect(without).toEqual(bytesOf(golden.without12));
      const filled = mask.slice();
      fillSmallHoles(filled, width, height, 20);
      expect(filled).toEqual(bytesOf(golden.filled20));
      for (const { radius, mask: grown } of golden.grown)
        expect(grow(mask, width, height, radius)).toEqual(bytesOf(grown));
    },
  );

  it("give pieces as SciPy's distances and labels do", () => {
    for (const { width, height, mask, pieces } of tissueGolden.pieces) {
      const found = findPieces(maskOf(width, height, bytesOf(mask)), { joinGap: 40, minimumArea: 2000 });
      expect(found.map(({ tissueBox, area }) => ({ ...tissueBox, area }))).toEqual(pieces);
    }
  });

  it("of a picture's border are those that touch it", () => {
    const { data, width, height } = drawn(["##...", ".....", "..#..", "....#", "...#."]);
    const border = touchingBorder(data, width, height);
    expect([...border].flatMap((value, k) => (value === 1 ? [k] : []))).toEqual([0, 1, 19, 23]);
  });
});

describe("growLabels", () => {
  it("gives every pixel within reach to the nearest label, and keeps what is labelled", () => {
    const sized = fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 12 * 9, maxLength: 12 * 9 });
    fc.assert(
      fc.property(sized, fc.double({ min: 1, max: 6, noNaN: true }), (values, radius) => {
        const labels = Int32Array.from(values, (value) => (value <= 3 ? value : 0));
        const grown = labels.slice();
        growLabels(grown, 12, 9, radius);
        for (let k = 0; k < grown.length; k++) {
          if (labels[k] !== 0) {
            expect(grown[k]).toBe(labels[k]);
            continue;
          }
          const near = nearest(labels, k, radius);
          if (near.size === 0) expect(grown[k]).toBe(0);
          else expect(near).toContain(-grown[k]!);
        }
      }),
    );
  });
});

/** Labels at the smallest distance from pixel `k`, if within the radius. */
function nearest(labels: Int32Array, k: number, radius: number): Set<number> {
  let best = radius * radius;
  let found = new Set<number>();
  for (const [j, label] of labels.entries()) {
    if (label === 0) continue;
    const squared = ((j % 12) - (k % 12)) ** 2 + (Math.floor(j / 12) - Math.floor(k / 12)) ** 2;
    if (squared < best) found = new Set();
    if (squared <= best) {
      best = squared;
      found.add(label);
    }
  }
  return found;
}

describe("boxMean", () => {
  it("is the rounded mean of the window's part inside the picture", () => {
    const width = 7;
    const height = 5;
    const values = Uint8Array.from({ length: width * height }, (_, k) => (k * 97) % 251);
    for (const side of [1, 3, 5, 9, 15]) {
      const radius = (side - 1) / 2;
      const expected = Uint8Array.from(values, (_, k) => {
        const inside = [...values.keys()].filter(
          (j) =>
            Math.abs((j % width) - (k % width)) <= radius &&
            Math.abs(Math.floor(j / width) - Math.floor(k / width)) <= radius,
        );
        return Math.floor(inside.reduce((sum, j) => sum + values[j]!, 0) / inside.length + 0.5);
      });
      expect(boxMean(values, width, height, side)).toEqual(expected);
    }
  });

  it("turns µm into the nearest odd number of pixels", () => {
    expect([24, 4, 17, 32].map((length) => oddSide(length, 8))).toEqual([3, 1, 3, 5]);
  });
});
