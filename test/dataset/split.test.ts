import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkLeaks,
  countBySplit,
  type Dataset,
  type Split,
  type SplitOptions,
  splitDataset,
} from "../../src/dataset/index.ts";
import { datasetOf, imageOf, refusalOf } from "./make-data.ts";

/** Patients with 1 to 4 images each, all of one class, at least six patients per class. */
const patientSets = fc
  .array(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 6, maxLength: 12 }), {
    minLength: 2,
    maxLength: 3,
  })
  .map((classes) =>
    datasetOf(
      classes.flatMap((patients, c) =>
        patients.flatMap((count, p) =>
          Array.from({ length: count }, (_, i) =>
            imageOf(`c${c}/p${p}-${i}.png`, { label: `c${c}`, patient: `c${c} p${p}` }),
          ),
        ),
      ),
    ),
  );

/** `perClass` images of each of two classes, numbered, without patients. */
function numbered(perClass: number): Dataset {
  const images = ["A", "B"].flatMap((label) =>
    Array.from({ length: perClass }, (_, i) => imageOf(`${label}/${label}_${i + 1}.jpg`, { label })),
  );
  return datasetOf([...images].reverse());
}

function share(dataset: Dataset, label: string, split: Split): number {
  const all = dataset.images.filter((image) => image.label === label);
  return all.filter((image) => image.split === split).length / all.length;
}

describe("splitDataset by patient", () => {
  it("keeps every patient whole, fills every split with every class, and comes near the fractions", () => {
    fc.assert(
      fc.property(patientSets, fc.nat(1000), (dataset, seed) => {
        const split = splitDataset(dataset, { seed });
        checkLeaks(split);
        expect(split.images.map(({ id }) => id)).toEqual(dataset.images.map(({ id }) => id));
        for (const label of dataset.classes) {
          const total = dataset.images.filter((image) => image.label === label).length;
          // No patient has more than 4 images, so no share need be off by more than one patient.
          for (const [name, fraction] of Object.entries({ train: 0.6, val: 0.2, test: 0.2 }))
            expect(Math.abs(share(split, label, name as Split) - fraction)).toBeLessThanOrEqual(4 / total);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("depends on the seed and on nothing else", () => {
    const images = Array.from({ length: 40 }, (_, i) =>
      imageOf(`${i}`, { label: `c${i % 2}`, patient: `p${i}` }),
    );
    const splits = (seed: number) =>
      splitDataset(datasetOf(images), { seed }).images.map(({ split }) => split);
    expect(splits(1)).toEqual(splits(1));
    expect(splits(1)).not.toEqual(splits(2));
  });

  it("balances patients who have images of several classes", () => {
    const images = Array.from({ length: 30 }, (_, p) =>
      ["A", "B", "C"].map((label, c) =>
        // Each patient is rich in one class and poor in the others.
        Array.from({ length: p % 3 === c ? 4 : 1 }, (_, i) =>
          imageOf(`${label}/${p}-${i}`, { label, patient: `p${p}` }),
        ),
      ),
    ).flat(2);
    const split = splitDataset(datasetOf(images), { seed: 3 });
    checkLeaks(split);
    for (const label of ["A", "B", "C"]) {
      expect(share(split, label, "train")).toBeCloseTo(0.6, 1);
      expect(share(split, label, "test")).toBeCloseTo(0.2, 1);
    }
  });

  it("leaves a split of fraction 0 empty", () => {
    const dataset = datasetOf(numbered(10).images.map((image) => ({ ...image, patient: image.id })));
    const split = splitDataset(dataset, { seed: 1, fractions: { train: 0.5, val: 0, test: 0.5 } });
    expect(countBySplit(split).map(({ split: name, images, patients }) => [name, images, patients])).toEqual([
      ["train", 10, 10],
      ["test", 10, 10],
    ]);
  });

  it("keeps files with the same bytes together, even of different patients", () => {
    const images = Array.from({ length: 20 }, (_, i) =>
      imageOf(`${i}`, { label: `c${i % 2}`, patient: `p${i}`, contentHash: `content ${Math.floor(i / 4)}` }),
    );
    for (let seed = 0; seed < 20; seed++) checkLeaks(splitDataset(datasetOf(images), { seed }));
  });

  it("puts unlabelled tissue of a patient, or the same file again, into the same split", () => {
    const labelled = Array.from({ length: 12 }, (_, i) =>
      imageOf(`${i}`, { label: `c${i % 2}`, patient: `p${i}` }),
    );
    const unlabelled = labelled.flatMap(({ patient, contentHash }, i) => [
      imageOf(`u${i}`, { patient }),
      imageOf(`copy${i}`, { contentHash }),
    ]);
    const split = splitDataset(datasetOf([...labelled, ...unlabelled, imageOf("other")]), { seed: 4 });
    for (const [i, { split: name }] of split.images.slice(0, 12).entries()) {
      expect(split.images[12 + 2 * i]!.split).toBe(name);
      expect(split.images[13 + 2 * i]!.split).toBe(name);
    }
    expect(split.images.at(-1)!.split).toBeNull();
    checkLeaks(split);
  });

  it("is quick for a thousand patients", () => {
    const images = Array.from({ length: 3000 }, (_, i) =>
      imageOf(`${i}`, { label: `c${i % 5}`, patient: `p${i % 1000}` }),
    );
    const started = performance.now();
    checkLeaks(splitDataset(datasetOf(images), { seed: 1 }));
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("splitDataset by block", () => {
  it("cuts each class, in the order of its numbers, into runs of equal length", () => {
    const split = splitDataset(numbered(40), { seed: 2, by: "block" });
    for (const label of ["A", "B"]) {
      const byNumber = Array.from(
        { length: 40 },
        (_, i) => split.images.find(({ id }) => id === `${label}/${label}_${i + 1}.jpg`)!.split,
      );
      for (let block = 0; block < 10; block++)
        expect(new Set(byNumber.slice(4 * block, 4 * block + 4)).size).toBe(1);
      expect([share(split, label, "train"), share(split, label, "val")]).toEqual([0.6, 0.2]);
    }
  });

  it("deals the blocks as told", () => {
    const deal: Split[] = ["train", "val", "test"];
    const split = splitDataset(numbered(12), { seed: 2, by: "block", blocks: 6, deal });
    const ids = (name: Split) =>
      split.images.flatMap(({ id, split: s, label }) =>
        s === name && label === "A" ? [Number(id.match(/\d+/))] : [],
      );
    expect(ids("train").sort((a, b) => a - b)).toEqual([1, 2, 7, 8]);
    expect(ids("val").sort((a, b) => a - b)).toEqual([3, 4, 9, 10]);
    expect(ids("test").sort((a, b) => a - b)).toEqual([5, 6, 11, 12]);
  });

  it("makes one block of each image where a class has few", () => {
    const split = splitDataset(numbered(3), { seed: 1, by: "block", blocks: 10 });
    for (const name of ["train", "val", "test"] as const) expect(share(split, "A", name)).toBeCloseTo(1 / 3);
  });
});

describe("splitDataset by image", () => {
  it("trusts every image to be independent", () => {
    const split = splitDataset(numbered(10), { seed: 1, by: "image" });
    for (const label of ["A", "B"])
      expect([share(split, label, "train"), share(split, label, "val")]).toEqual([0.6, 0.2]);
  });
});

describe("splitDataset refuses", () => {
  const withPatients = (count: number) =>
    datasetOf(numbered(6).images.map((image, i) => ({ ...image, patient: `${image.label}${i % count}` })));
  const cases: Record<string, [dataset: Dataset, options: Partial<SplitOptions>, message: string]> = {
    "images without a patient": [
      datasetOf([...withPatients(4).images, imageOf("A/z.jpg", { label: "A" })]),
      {},
      "missing-metadata: A/z.jpg: expected a patient, got none (1 image of 13 without). Pass --patients or --patient-pattern; where no patient is known, split by blocks of consecutive images (--by block).",
    ],
    "a class of too few patients": [
      withPatients(2),
      {},
      "invalid-argument: split `test`: expected images of every class, got none of `A` (6 images in all, of 2 patients). Give more patients of that class, other fractions, or split by blocks of consecutive images (--by block).",
    ],
    "fractions that do not sum to 1": [
      withPatients(4),
      { fractions: { train: 0.6, val: 0.6, test: 0.2 } },
      "invalid-argument: split fractions: expected numbers of at least 0 that sum to 1, with some for train, got 0.6 / 0.6 / 0.2.",
    ],
    "negative fractions": [
      withPatients(4),
      { fractions: { train: 1.2, val: -0.2, test: 0 } },
      "invalid-argument: split fractions: expected numbers of at least 0 that sum to 1, with some for train, got 1.2 / -0.2 / 0.",
    ],
    "no blocks": [
      numbered(6),
      { by: "block", blocks: 0 },
      "invalid-argument: --blocks: expected a whole number of at least 1, got 0.",
    ],
    "a class of too few images": [
      datasetOf([...numbered(6).images, imageOf("C/1.jpg", { label: "C" })]),
      { by: "image" },
      "invalid-argument: split `val`: expected images of every class, got none of `C` (1 image in all). Give more images of that class, or other fractions.",
    ],
    "an empty deal": [
      numbered(6),
      { by: "block", deal: [] },
      "invalid-argument: deal: expected at least one split, got none.",
    ],
  };
  it.each(Object.entries(cases))("%s", async (_, [dataset, options, message]) => {
    expect(await refusalOf(() => splitDataset(dataset, { seed: 1, ...options }))).toBe(message);
  });
});
