import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { takeUnlabelled } from "../../src/dataset/index.ts";
import { datasetOf, imageOf, refusalOf } from "./make-data.ts";

/** 60 unlabelled images of 20 patients, 6 without a patient; labelled ones and an unlabelled one in test besides. */
const images = [
  ...Array.from({ length: 60 }, (_, i) => imageOf(`u${i}`, { patient: `p${i % 20}` })),
  ...Array.from({ length: 6 }, (_, i) => imageOf(`loose${i}`, { split: "train" })),
  ...["train", "val", "test"].map((split) =>
    imageOf(`labelled-${split}`, { label: "A", patient: "p1", split: split as "train" }),
  ),
  imageOf("hidden", { split: "test" }),
];
const dataset = datasetOf(images);

/** What stays of the unlabelled images. */
function taken(fraction: number, seed: number): Set<string> {
  const left = takeUnlabelled(dataset, { fraction, seed }).images.map(({ id }) => id);
  for (const id of ["labelled-train", "labelled-val", "labelled-test", "hidden"]) expect(left).toContain(id);
  return new Set(left.filter((id) => /^(u|loose)/.test(id)));
}

describe("takeUnlabelled", () => {
  it("is nested: what stays at a fraction stays at every larger one", () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fraction, fraction, fc.nat(50), (first, second, seed) => {
        const few = taken(Math.min(first, second), seed);
        const many = taken(Math.max(first, second), seed);
        for (const id of few) expect(many.has(id)).toBe(true);
      }),
    );
  });

  it("takes the fraction, by whole patients where they are known", () => {
    for (const seed of [1, 2, 3, 4]) {
      const kept = taken(0.5, seed);
      expect(Math.abs(kept.size - 33)).toBeLessThanOrEqual(1);
      for (let patient = 0; patient < 20; patient++) {
        const own = images.filter((image) => image.patient === `p${patient}` && image.label === null);
        expect([0, own.length]).toContain(own.filter(({ id }) => kept.has(id)).length);
      }
    }
  });

  it("takes none at 0, some above it, and all at 1, in their order", () => {
    expect(taken(0, 1).size).toBe(0);
    expect(taken(1e-6, 1).size).toBeGreaterThan(0);
    expect(takeUnlabelled(dataset, { fraction: 1, seed: 1 }).images).toEqual(images);
    const some = takeUnlabelled(dataset, { fraction: 0.3, seed: 1 }).images;
    expect(some).toEqual(images.filter((image) => some.includes(image)));
  });

  it("takes others with another seed, and does not follow the draw of labels", () => {
    expect(taken(0.3, 1)).not.toEqual(taken(0.3, 2));
  });

  it.each([-0.1, 1.01, Number.NaN])("refuses the fraction %d", async (fraction) => {
    expect(await refusalOf(() => takeUnlabelled(dataset, { fraction, seed: 1 }))).toBe(
      `invalid-argument: unlabelled fraction: expected a number from 0 to 1, got ${fraction}.`,
    );
  });
});
