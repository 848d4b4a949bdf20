// The paper's data sets as study files: what they say is what the authors' code and abstracts say, and the file parses.
import { describe, expect, it } from "vitest";
import { parseStudyFile } from "../../src/study/index.ts";
import { presetStudyFile, STUDY_PRESETS, studyPreset } from "../../src/study/presets.ts";

const contentOf = (name: (typeof STUDY_PRESETS)[number]) =>
  parseStudyFile(presetStudyFile(name), { path: `/data/${name}.yaml` }).content;

describe("study presets", () => {
  it.each([
    ["celiac", ["Abnormal", "Normal", "Sprue"], "/data/data_10x", 1, [2, 4, 8, 16], 0.01],
    [
      "luad",
      ["Acinar", "Lepidic", "Micropapillary", "Papillary", "Solid"],
      "/data/data_10x",
      1,
      [2, 4, 8, 16],
      0.03,
    ],
    ["rcc", ["Clearcell", "Chromophobe", "Papillary"], "/data/data_5x", 2, [4, 8, 16], 0.01],
  ] as const)(
    "%s has the authors' classes, folders and magnifications",
    (name, classes, data, teacherMpp, mpps, margin) => {
      const content = contentOf(name);
      expect(content.data).toMatchObject({ data, classes, dataMpp: teacherMpp });
      expect(content.teacher.mpp).toBe(teacherMpp);
      expect(content.students.mpp).toEqual(mpps);
      expect(content.comparison).toMatchObject({ primary: "accuracy", margin });
    },
  );

  it.each(STUDY_PRESETS)("%s trains by the published recipe, with all arms of the paper", (name) => {
    const content = contentOf(name);
    expect(content.budget).toEqual({ epochs: 100 });
    expect(content.training).toEqual({
      batch: 32,
      optimizer: "adam",
      learningRate: 1e-3,
      weightDecay: 1e-4,
      schedule: "constant",
      jitterBrightness: 0.5,
      jitterContrast: 0.5,
      jitterSaturation: 0.5,
      jitterHue: 0.2,
    });
    expect(content.arms.map((arm) => `${arm.name}: ${arm.kind}`)).toEqual([
      "baseline: baseline",
      "distilled: distilled",
      "published loss: distilled",
      "fine-tuned: fine-tuned",
    ]);
    expect(content.arms[2]!.options).toEqual({ loss: "published" });
    expect(content.seeds).toEqual([1, 2, 3]);
  });

  it("asks for shares of unlabelled tissue where a claim is about them", () => {
    expect(contentOf("celiac").unlabelledFractions).toEqual([0, 0.25, 0.5, 1]);
    expect(contentOf("celiac").data.unlabelled).toEqual(["/data/unlabelled_10x"]);
    expect(contentOf("luad").data.unlabelled).toEqual([]);
  });

  it("states every claim and where the margin is from", () => {
    for (const name of STUDY_PRESETS) {
      const text = presetStudyFile(name);
      for (const claim of studyPreset(name).claims) expect(text).toContain(`#   - ${claim}\n`);
      expect(text).toContain(`# ${studyPreset(name).marginSays}\n`);
      for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(125);
    }
  });
});
