import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { type EvaluationInput, evaluateModels } from "../../src/evaluate/index.ts";
import { classificationMetrics, preparePredictions } from "../../src/stats/index.ts";
import { CLASSES, sampleInput, withAnswers } from "./sample-input.ts";

const input = sampleInput();
const record = evaluateModels(input);

describe("an evaluation record", () => {
  it("says what was evaluated and how it was resampled", () => {
    expect(record).toMatchObject({
      lowmag: "0.1.0",
      createdAt: "2026-11-20T00:00:00.000Z",
      split: "test",
      classes: CLASSES,
      images: 72,
      patients: 24,
      resampling: "200 bootstrap draws by patient",
    });
    expect(evaluateModels(sampleInput({ draws: 10_000 })).resampling).toBe(
      "10,000 bootstrap draws by patient",
    );
  });

  it("survives JSON unchanged, so it holds no NaN", () => {
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it("is the same for the same input and has other intervals for another seed", () => {
    expect(evaluateModels(sampleInput())).toEqual(record);
    const other = evaluateModels(sampleInput({ seed: 2 }));
    expect(other.models[0]!.metrics.accuracy!.value).toBe(record.models[0]!.metrics.accuracy!.value);
    expect(other.models[0]!.metrics.accuracy!.interval).not.toEqual(
      record.models[0]!.metrics.accuracy!.interval,
    );
  });

  it("holds every metric of the stats room under its name, with an interval around it", () => {
    const labels = input.models[2]!.predictions.map(({ label }) => CLASSES.indexOf(label));
    const rows = input.models[2]!.predictions.map(({ probabilities }) => probabilities);
    const { overall, perClass } = classificationMetrics(preparePredictions(labels, rows, 3));
    const student = record.models[2]!;
    expect(Object.keys(student.metrics)).toEqual(Object.keys(overall));
    for (const [name, { value, interval }] of Object.entries(student.metrics)) {
      expect(value, name).toBe(overall[name as keyof typeof overall]);
      expect(interval, name).toMatchObject({
        level: 0.95,
        method: "bootstrap standard error by patient, Student's t",
      });
      expect(interval!.low, name).toBeLessThan(value!);
      expect(interval!.high, name).toBeGreaterThan(value!);
    }
    CLASSES.forEach((name, c) => {
      for (const [metric, { value }] of Object.entries(student.perClass[name]!))
        expect(value).toBe(perClass[c]![metric as keyof (typeof perClass)[0]]);
    });
    expect(student.perClass.Sprue!.support).toEqual({ value: 24, interval: null });
  });

  it("holds predictions, confusion, curves and what was passed through", () => {
    const student = record.models[2]!;
    expect(student).toMatchObject({ name: "student-4", role: "student", mpp: 4, parameters: 1_231_011 });
    expect(student.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(72);
    const right = student.predictions.filter(({ label, predicted }) => label === predicted).length;
    expect(student.confusion.reduce((sum, row, c) => sum + row[c]!, 0)).toBe(right);
    expect(student.roc.Normal![0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(student.reliability.reduce((sum, { count }) => sum + count, 0)).toBe(72);
    expect(student.learningCurve).toEqual(input.models[2]!.learningCurve);
    expect(student.cost).toEqual(input.models[2]!.cost);
  });
});

describe("comparisons", () => {
  const pairs = [...new Set(record.comparisons.map(({ first, second }) => `${first} - ${second}`))];

  it("set students against the teacher and their baseline, fine-tuned models against their student", () => {
    expect(pairs).toEqual([
      "student-2 - teacher",
      "student-4 - teacher",
      "student-4 - baseline-4",
      "tuned-4 - student-4",
    ]);
    expect(record.comparisons).toHaveLength(16);
    expect(record.comparisons.slice(0, 4).map(({ metric }) => metric)).toEqual([
      "accuracy",
      "balancedAccuracy",
      "macroAuroc",
      "macroF1",
    ]);
  });

  it("find that a good student beats a bad baseline, with an interval and a p-value", () => {
    const one = record.comparisons.find(
      ({ second, metric }) => second === "baseline-4" && metric === "accuracy",
    )!;
    const value = (model: number) => record.models[model]!.metrics.accuracy!.value!;
    expect(one.difference.value).toBeCloseTo(value(2) - value(3), 12);
    expect(one.difference.interval!.low).toBeGreaterThan(0);
    expect(one.pValue).toBeLessThan(0.01);
    expect(one.pValue).toBeGreaterThanOrEqual(1 / 201);
    expect(one.method).toBe("paired bootstrap standard error by patient, Student's t");
  });
});

describe("the bootstrap of an evaluation", () => {
  it("is by image where patients are unknown, and says so", () => {
    const byImage = evaluateModels(sampleInput({}, { knownPatients: false }));
    expect(byImage).toMatchObject({ patients: null, resampling: "200 bootstrap draws by image" });
    expect(byImage.notes[0]).toBe(
      "Intervals and p-values treat the 72 images as independent because the patients of some or all images are unknown. Where several images come from one patient, intervals are too narrow and p-values too small.",
    );
  });

  it("is by image where there is one patient only", () => {
    const one = evaluateModels(sampleInput({}, { patients: 1, imagesPerPatient: 30 }));
    expect(one).toMatchObject({ patients: 1, resampling: "200 bootstrap draws by image" });
    expect(one.notes[0]).toContain("although they come from 1 patient.");
  });

  it("is the published one by name: percentiles around class-balanced values", () => {
    const models = input.models.map((model) => ({
      ...model,
      predictions: model.predictions.filter(({ label }, i) => label !== "Sprue" || i < 12),
    }));
    const balanced = evaluateModels(sampleInput({ models, bootstrap: "class-balanced-images" }));
    const { accuracy, balancedAccuracy } = balanced.models[3]!.metrics;
    expect(balanced.resampling).toBe("200 class-balanced bootstrap draws by image");
    expect(accuracy!.value).toBeCloseTo(balancedAccuracy!.value!, 12);
    expect(accuracy!.interval!.method).toBe("percentile of class-balanced bootstrap draws by image");
    expect(balanced.notes.some((note) => note.includes("class-balanced population"))).toBe(true);
  });

  it("takes another level and the percentile method when asked", () => {
    const narrow = evaluateModels(sampleInput({ level: 0.5, interval: "percentile" }));
    const interval = narrow.models[2]!.metrics.accuracy!.interval!;
    expect(interval).toMatchObject({ level: 0.5, method: "percentile of bootstrap draws by patient" });
    const wide = record.models[2]!.metrics.accuracy!.interval!;
    expect(interval.high - interval.low).toBeLessThan(wide.high - wide.low);
  });

  it("by patient is refused where a patient is unknown, naming the image", () => {
    const models = input.models.map((model) => ({
      ...model,
      predictions: model.predictions.map((one, i) => (i === 5 ? { ...one, patient: null } : one)),
    }));
    expectError({ ...input, models, bootstrap: "patients" }, "missing-metadata", [
      'image "Normal/5.png"',
      "no patient (1 of 72 images have none)",
    ]);
  });
});

describe("notes", () => {
  it("warn of few patients, of few patients and images of a class, and of uncorrected p-values", () => {
    const few = evaluateModels(sampleInput({}, { patients: 4, imagesPerPatient: 2 })).notes.join("\n");
    expect(few).toContain("The 8 images come from only 4 patients");
    expect(few).toContain('Class "Normal" has only 2 images');
    expect(few).toContain('Class "Normal" comes from only 1 patient; intervals');
    expect(few).toContain("The p-values of the 16 comparisons are not corrected");
    expect(few).toContain("expected calibration error is biased upwards");
    expect(few).toContain("Abnormal < Normal < Sprue");
  });

  it("warn of a class without images, whose metrics are null", () => {
    const models = input.models.map((model) => ({
      ...model,
      predictions: model.predictions.filter(({ label }) => label !== "Sprue"),
    }));
    const without = evaluateModels(sampleInput({ models }));
    expect(without.notes.join("\n")).toContain('Class "Sprue" has no images in this split');
    expect(without.models[0]!.perClass.Sprue).toMatchObject({
      recall: { value: null, interval: null },
      auroc: { value: null, interval: null },
    });
    expect(without.models[0]!.roc.Sprue).toEqual([]);
    expect(without.models[0]!.metrics.macroAuroc!.value).toBeGreaterThan(0.5);
  });

  it("warn of one patient who has most of the images", () => {
    const models = input.models.map((model) => ({
      ...model,
      predictions: model.predictions.map((one, i) => (i < 40 ? { ...one, patient: "P-0" } : one)),
    }));
    expect(evaluateModels(sampleInput({ models })).notes.join("\n")).toContain(
      "One patient has 40 of the 72 images",
    );
  });

  it("say when a model made no error, whose interval is then an exact bound", () => {
    const perfect = withAnswers(input, 0, (answers) =>
      answers.map((one) => ({ ...one, probabilities: CLASSES.map((name) => (name === one.label ? 1 : 0)) })),
    );
    const result = evaluateModels(perfect);
    expect(result.notes.join("\n")).toContain("No errors at all: teacher.");
    expect(result.models[0]!.metrics.accuracy!.interval!.low).toBeCloseTo(0.025 ** (1 / 24), 10);
  });

  it("are few for a large, well-made test split", () => {
    const large = evaluateModels(sampleInput({ draws: 20 }, { patients: 150, imagesPerPatient: 2 }));
    expect(large.notes).toHaveLength(2);
    expect(large.notes[0]).toContain("quadratic kappa");
    expect(large.notes[1]).toContain("not corrected");
  });
});

describe("input that cannot be judged", () => {
  const first = input.models[0]!.predictions[0]!;
  const second = input.models[1]!.predictions;
  it.each<[string, EvaluationInput, string, string[]]>([
    [
      "a NaN, naming model and image",
      withAnswers(input, 1, () =>
        second.map((one, i) => (i === 3 ? { ...one, probabilities: [Number.NaN, 0, 1] } : one)),
      ),
      "not-finite",
      ['model "student-2", image "Normal/3.png"', "got [NaN, 0, 1]"],
    ],
    [
      "probabilities that do not sum to 1",
      withAnswers(input, 1, () => second.map((one) => ({ ...one, probabilities: [0.5, 0.5, 0.5] }))),
      "invalid-argument",
      ['model "student-2", image "Abnormal/0.png"', "a sum of 1.5", "softmax"],
    ],
    [
      "other images",
      withAnswers(input, 1, () => second.toReversed()),
      "shape-mismatch",
      ['model "student-2", prediction 0', 'expected image "Abnormal/0.png", as model "teacher"'],
    ],
    [
      "fewer images",
      withAnswers(input, 1, () => second.slice(1)),
      "shape-mismatch",
      ["expected 72 images", "got 71"],
    ],
    [
      "other labels",
      withAnswers(input, 1, () => second.map((one) => ({ ...one, label: "Normal" }))),
      "shape-mismatch",
      ['expected label "Abnormal"', 'got "Normal"'],
    ],
    [
      "other patients",
      withAnswers(input, 1, () => second.map((one) => ({ ...one, patient: "X" }))),
      "shape-mismatch",
      ['expected patient "P-0"', 'got "X"'],
    ],
    [
      "a label that no class has",
      withAnswers(input, 0, () => [{ ...first, label: "Spruce" }]),
      "invalid-argument",
      ['got "Spruce"', 'Did you mean "Sprue"?'],
    ],
    [
      "an image twice",
      withAnswers(input, 0, () => [first, first]),
      "invalid-argument",
      ["one prediction per image"],
    ],
    ["no images", withAnswers(input, 0, () => []), "invalid-argument", ["at least one image", "got none"]],
    ["no models", { ...input, models: [] }, "invalid-argument", ["at least one model"]],
    ["one class", { ...input, classes: ["Normal"] }, "invalid-argument", ["at least two different classes"]],
    [
      "two models of one name",
      { ...input, models: [input.models[0]!, input.models[0]!] },
      "invalid-argument",
      ['two models named "teacher"'],
    ],
    [
      "a missing class",
      withAnswers(input, 0, () => [{ ...first, probabilities: [0.5, 0.5] }]),
      "shape-mismatch",
      ["expected 3 probabilities, got 2"],
    ],
  ])("is refused: %s", (_, wrong, code, parts) => {
    expectError(wrong, code, parts);
  });
});

function expectError(wrong: EvaluationInput, code: string, parts: readonly string[]): void {
  let caught: unknown;
  try {
    evaluateModels(wrong);
  } catch (error) {
    caught = error;
  }
  expect(isLowmagError(caught) && caught.code).toBe(code);
  for (const part of parts) expect((caught as Error).message).toContain(part);
}
