import { describe, expect, it } from "vitest";
import { checkLeaks, type TissueImage } from "../../src/dataset/index.ts";
import { datasetOf, imageOf, refusalOf } from "./make-data.ts";

/** Two classes in three splits, one patient each. */
const honest: TissueImage[] = (["train", "val", "test"] as const).flatMap((split) =>
  ["A", "B"].map((label) => imageOf(`${label}/${split}.png`, { label, split, patient: `${label} ${split}` })),
);

async function verdict(...more: TissueImage[]): Promise<string> {
  return await refusalOf(() => checkLeaks(datasetOf([...honest, ...more])));
}

describe("checkLeaks", () => {
  it("lets honest splits pass", async () => {
    expect(await verdict()).toBe("no error");
  });

  it("lets a labelled image without a split lie beside", async () => {
    expect(await verdict(imageOf("spare.png", { label: "A", patient: "A test" }))).toBe("no error");
  });

  it("stops at a patient in two splits", async () => {
    expect(await verdict(imageOf("A/again.png", { label: "A", split: "train", patient: "A val" }))).toBe(
      "data-leak: split `train`: expected patients of its own, got patient `A val`, who is also in `val` (1 image, e.g. A/val.png). Split by patient with `lowmag split`.",
    );
  });

  it("stops at the same bytes in two splits", async () => {
    const copy = imageOf("B/copy.png", { label: "B", split: "test", contentHash: "hash of B/train.png" });
    expect(await verdict(copy)).toBe(
      "data-leak: split `test`: expected files of its own, got B/copy.png, which has the same bytes as B/train.png in `train`. Remove one of them, or make the splits again with `lowmag split`, which keeps equal files together.",
    );
  });

  it("stops at unlabelled tissue of a test patient, which distillation would train on", async () => {
    expect(await verdict(imageOf("more/u.png", { patient: "B test" }))).toBe(
      "data-leak: split `train`: expected patients of its own, got patient `B test`, who is also in `test` (1 image, e.g. B/test.png). Unlabelled images are trained on: leave out those that belong to val or test.",
    );
  });

  it("stops at an unlabelled copy of a validation image", async () => {
    expect(await verdict(imageOf("more/u.png", { contentHash: "hash of A/val.png" }))).toBe(
      "data-leak: split `train`: expected files of its own, got unlabelled more/u.png, which has the same bytes as A/val.png in `val`. Unlabelled images are trained on: leave out those that belong to val or test.",
    );
  });

  it("lets unlabelled tissue of a training patient, or set aside with its test patient, pass", async () => {
    expect(await verdict(imageOf("more/u.png", { patient: "B train" }))).toBe("no error");
    expect(await verdict(imageOf("more/u.png", { patient: "B test", split: "test" }))).toBe("no error");
    expect(await verdict(imageOf("more/u.png", { contentHash: "hash of A/train.png" }))).toBe("no error");
  });

  it.each(["train", "val", "test"] as const)("stops when a class has no images in %s", async (split) => {
    const images = honest.filter((image) => !(image.split === split && image.label === "B"));
    const dataset = { classes: ["A", "B"], images };
    expect(await refusalOf(() => checkLeaks(dataset))).toBe(
      `invalid-argument: split \`${split}\`: expected images of every class, got none of \`B\` (2 images in all, of 2 patients). Give more patients of that class, other fractions, or split by blocks of consecutive images (--by block).`,
    );
  });

  it("asks nothing of a val or test split that is empty altogether", async () => {
    const images = honest.filter(({ split }) => split === "train");
    expect(await refusalOf(() => checkLeaks({ classes: ["A", "B"], images }))).toBe("no error");
  });
});
