import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dropLabels } from "../../src/dataset/index.ts";
import { datasetOf, imageOf, refusalOf } from "./make-data.ts";

const images = ["A", "B"].flatMap((label) =>
  Array.from({ length: 60 }, (_, i) =>
    imageOf(`${label}${i}`, { label, patient: `${label}${i % 20}`, split: i % 20 < 15 ? "train" : "test" }),
  ),
);
const dataset = datasetOf(images);

function labelled(fraction: number, seed: number): Set<string> {
  const { images: left } = dropLabels(dataset, { fraction, seed });
  return new Set(left.filter(({ label, split }) => label !== null && split === "train").map(({ id }) => id));
}

describe("dropLabels", () => {
  it("is nested: what keeps its label at a fraction keeps it at every larger one", () => {
    const fraction = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, fc.nat(50), (first, second, seed) => {
        const few = labelled(Math.min(first, second), seed);
        const many = labelled(Math.max(first, second), seed);
        for (const id of few) expect(many.has(id)).toBe(true);
      }),
    );
  });

  it("keeps the fraction of every class, by whole patients", () => {
    const kept = labelled(0.2, 7);
    for (const label of ["A", "B"]) {
      const ids = images.filter(({ id, label: own }) => own === label && kept.has(id));
      expect(ids).toHaveLength(9); // 0.2 of 45 images = 3 patients of 3
      expect(new Set(ids.map(({ patient }) => patient)).size).toBe(3);
    }
  });

  it("keeps at least one patient per class, and all at 1", () => {
    expect(labelled(0.001, 1).size).toBe(6);
    expect(labelled(1, 1).size).toBe(90);
  });

  it("touches neither the test split nor anything but labels", () => {
    const { images: left } = dropLabels(dataset, { fraction: 0.1, seed: 3 });
    expect(left.filter(({ split }) => split === "test")).toEqual(
      images.filter(({ split }) => split === "test"),
    );
    expect(left.map((image) => ({ ...image, label: null }))).toEqual(
      images.map((image) => ({ ...image, label: null })),
    );
  });

  it("chooses others with another seed", () => {
    expect(labelled(0.2, 1)).not.toEqual(labelled(0.2, 2));
  });

  it.each([0, -0.5, 1.01, Number.NaN])("refuses the fraction %d", async (fraction) => {
    expect(await refusalOf(() => dropLabels(dataset, { fraction, seed: 1 }))).toBe(
      `invalid-argument: label fraction: expected a number above 0 and at most 1, got ${fraction}.`,
    );
  });
});
