import { describe, expect, it } from "vitest";
import { modelCard, modelCardText } from "../../src/train/index.ts";
import { finishedRun } from "../infer/fixtures.ts";

const run = finishedRun();
const epoch = {
  epoch: 1,
  train: { loss: 1, parts: {} },
  validation: { loss: 0.5, parts: {}, accuracy: 0.75, balancedAccuracy: 0.7, auroc: null },
} as (typeof run.log)[number];
const card = modelCard(run.name, run.model.description, run.record, [epoch]);
const text = modelCardText(card);

describe("the model card", () => {
  it("holds what is known, and says what is not", () => {
    expect(card).toMatchObject({
      format: "lowmag-model-card-1",
      model: { parameters: 1_231_011, classes: ["Abnormal", "Normal", "Sprue"], mpp: 2 },
      pixels: { decoder: "libvips 8.18.7", resampling: "area-1", rules: { tissueMethod: "saturation" } },
      data: { scanners: "not recorded" },
      training: { standsOn: { name: "teacher-1", modelHash: "b".repeat(64) } },
      validation: { accuracy: 0.75, auroc: null },
      licence: { own: null, teacher: null },
    });
    expect(card.intendedUse.notice).toMatch(/^Research use only\./);
    expect(card.limits.join(" ")).toContain("It was chosen on 4 images of 2 patients.");
  });

  it("says the same in Markdown", () => {
    expect(text).toContain("# student-2\n\n**Research use only.** Not a medical device");
    expect(text).toContain("- Output: probabilities of Abnormal, Normal, Sprue\n");
    expect(text).toContain("- train: 12 images, 6 patients\n");
    expect(text).toContain(`- data hash: ${card.data.hash}\n`);
    expect(text).toContain(
      "accuracy 0.750, balanced accuracy 0.700, AUROC n/a.\nThese numbers guided the choice",
    );
    expect(text).toContain("- scanners: not recorded\n");
    expect(text).toContain("- This model: none stated.");
    expect(text).toContain("- Its teacher: none stated.");
    for (const sentence of [...card.limits, ...card.intendedUse.notFor]) expect(text).toContain(sentence);
  });

  it("is plain JSON", () => {
    expect(JSON.parse(JSON.stringify(card))).toEqual(card);
  });

  it("names files, never the folders they lie in", () => {
    expect(JSON.stringify(card) + text).not.toContain("secret");
    expect(card.data.exclusions).toEqual(["manifest.csv: columns ignored: age"]);
    const told = (exclusions: readonly string[]) =>
      modelCard("x", run.model.description, { ...run.record, exclusions }, []).data.exclusions;
    expect(
      told([
        "/home/Jane Doe/My data/tissue.csv: 3 images of 1/2 size, see /var/lists/a.csv.",
        "C:\\Users\\jane\\m.csv: columns ignored",
        "4 labelled images in no split",
        "left out 2 of 10 and/or more",
      ]),
    ).toEqual([
      "tissue.csv: 3 images of 1/2 size, see a.csv.",
      "m.csv: columns ignored",
      "4 labelled images in no split",
      "left out 2 of 10 and/or more",
    ]);
  });

  it("says where there was no validation, and where the rules of cutting are unknown", () => {
    const { rules: _, ...data } = run.record.data;
    const { val: __, ...counts } = data.counts;
    const bare = modelCard("x", run.model.description, { ...run.record, data: { ...data, counts } }, []);
    expect(bare.validation).toBeNull();
    expect(bare.pixels.rules).toBeNull();
    expect(bare.limits.join(" ")).toMatch(
      /not recorded: the rules of `lowmag prepare` are a guess.*without validation/,
    );
    expect(modelCardText(bare)).toContain("There were no validation images: the last epoch was kept.");
  });

  it("states licences where they are known", () => {
    const stated = { ...card, licence: { own: "CC BY 4.0", teacher: "CC BY-NC 4.0" } };
    expect(modelCardText(stated)).toContain("- This model: CC BY 4.0\n- Its teacher: CC BY-NC 4.0\n");
  });
});
