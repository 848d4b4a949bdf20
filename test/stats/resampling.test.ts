import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { Generator } from "../../src/random/index.ts";
import {
  bootstrapMetrics,
  classIndex,
  effectiveUnits,
  MAX_REDRAWS,
  overallIndex,
  preparePredictions,
  Resampler,
  type ResamplingScheme,
} from "../../src/stats/index.ts";
import { simulateModels } from "./simulation.ts";

const generator = (name: string) => Generator.derive(5, name);

describe("resamples", () => {
  it("by patient bring all images of a patient along, as many patients as there are", () => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.integer({ min: 3, max: 12 }), (seed, patients) => {
        const data = simulateModels({ seed, patients, imagesPerPatient: "unequal" });
        const resampler = new Resampler(
          { scheme: "patients", labels: data.labels, classes: 3, patients: data.patients },
          Generator.derive(seed, "draw"),
        );
        const weights = new Float64Array(data.labels.length);
        resampler.draw(weights);
        const ofPatient = new Map(data.patients.map((patient, i) => [patient, weights[i]!]));
        data.patients.forEach((patient, i) => {
          expect(weights[i]).toBe(ofPatient.get(patient));
        });
        expect([...ofPatient.values()].reduce((sum, times) => sum + times, 0)).toBe(patients);
      }),
      { numRuns: 100 },
    );
  });

  it.each(["patients", "images", "class-balanced-images"] as const)(
    "%s always have every class",
    (scheme) => {
      const labels = [...new Array(30).fill(0), 1, 2];
      const patients = labels.map((_, i) => `p${Math.floor(i / 2)}`);
      const resampler = new Resampler({ scheme, labels, classes: 4, patients }, generator("classes"));
      const weights = new Float64Array(labels.length);
      for (let draw = 0; draw < 200; draw++) {
        resampler.draw(weights);
        for (const c of [0, 1, 2])
          expect(labels.some((label, i) => label === c && weights[i]! > 0)).toBe(true);
      }
      expect(resampler.incompleteDraws).toBe(0);
    },
  );

  it("are kept and counted when a class cannot be had by drawing again", () => {
    const labels = Array.from({ length: 14 }, (_, i) => i);
    const resampler = new Resampler({ scheme: "images", labels, classes: 14 }, generator("hopeless"));
    resampler.draw(new Float64Array(14));
    expect(MAX_REDRAWS).toBeLessThan(14 ** 14 / 87_178_291_200);
    expect(resampler.incompleteDraws).toBe(1);
  });

  it("class-balanced draw the classes equally often, whatever their size", () => {
    const labels = [...new Array(90).fill(0), ...new Array(10).fill(1)];
    const resampler = new Resampler(
      { scheme: "class-balanced-images", labels, classes: 2 },
      generator("balanced"),
    );
    const weights = new Float64Array(100);
    let rare = 0;
    for (let draw = 0; draw < 400; draw++) {
      resampler.draw(weights);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(100);
      rare += weights.subarray(90).reduce((sum, weight) => sum + weight, 0);
    }
    // 40,000 draws with chance 1/2: standard error 100.
    expect(Math.abs(rare - 20_000)).toBeLessThan(400);
    expect(resampler.populationWeights[0]).toBeCloseTo(100 / 180, 12);
    expect(resampler.populationWeights[95]).toBe(5);
  });

  it("are the same for the same seed and other for another", () => {
    const draw = (seed: number) => {
      const weights = new Float64Array(20);
      const labels = weights.map((_, i) => i % 2);
      new Resampler({ scheme: "images", labels, classes: 2 }, Generator.derive(seed, "x")).draw(weights);
      return [...weights];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("by patient without patients are refused", () => {
    try {
      new Resampler({ scheme: "patients", labels: [0, 1], classes: 2 }, generator("none"));
      expect.unreachable();
    } catch (error) {
      expect(isLowmagError(error, "invalid-argument")).toBe(true);
      expect((error as Error).message).toContain("expected the patient of each of 2 images, got 0 patients");
    }
  });
});

describe("the bootstrap", () => {
  const data = simulateModels({ seed: 3, patients: 40, imagesPerPatient: 1 });
  const models = [data.first, data.second].map((rows) => preparePredictions(data.labels, rows, 3));
  const resampler = (scheme: ResamplingScheme) =>
    new Resampler({ scheme, labels: data.labels, classes: 3, patients: data.patients }, generator("boot"));

  it("gives the standard error of a proportion for accuracy of independent images", () => {
    const [model] = bootstrapMetrics([models[0]!], resampler("images"), 4000);
    const accuracy = model!.estimates[overallIndex("accuracy")]!;
    const draws = model!.byMetric[overallIndex("accuracy")]!;
    const mean = draws.reduce((sum, value) => sum + value, 0) / 4000;
    const error = Math.sqrt(draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4000);
    expect(mean).toBeCloseTo(accuracy, 2);
    expect(error / Math.sqrt((accuracy * (1 - accuracy)) / 40)).toBeGreaterThan(0.96);
    expect(error / Math.sqrt((accuracy * (1 - accuracy)) / 40)).toBeLessThan(1.04);
  });

  it("uses the same resample for every model", () => {
    const twins = bootstrapMetrics([models[0]!, models[1]!, models[0]!], resampler("patients"), 50);
    expect(twins[2]!.byMetric).toEqual(twins[0]!.byMetric);
    expect(twins[1]!.byMetric).not.toEqual(twins[0]!.byMetric);
  });

  it("of one image per patient is the bootstrap of images", () => {
    const [byPatient] = bootstrapMetrics([models[0]!], resampler("patients"), 20);
    const [byImage] = bootstrapMetrics([models[0]!], resampler("images"), 20);
    expect(byPatient).toEqual(byImage);
  });

  it("estimates the class-balanced population for the class-balanced scheme", () => {
    const [model] = bootstrapMetrics([models[0]!], resampler("class-balanced-images"), 1);
    expect(model!.estimates[overallIndex("accuracy")]).toBeCloseTo(
      model!.estimates[overallIndex("balancedAccuracy")]!,
      12,
    );
  });

  it("refuses models of other images and a number of draws below 1", () => {
    const short = preparePredictions(
      [0, 1],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      2,
    );
    expect(() => bootstrapMetrics([short], resampler("images"), 5)).toThrow(
      "expected 40 images for every model, got 2",
    );
    expect(() => bootstrapMetrics(models, resampler("images"), 0)).toThrow("expected at least 1 draw, got 0");
  });
});

describe("effective units", () => {
  it("are the patients when patients are equal, those of the class for a class's recall", () => {
    const labels = [0, 0, 1, 1, 1, 1];
    const rows = labels.map((label) => (label === 0 ? [0.9, 0.1] : [0.2, 0.8]));
    const units = effectiveUnits(preparePredictions(labels, rows, 2), Int32Array.from([0, 0, 1, 1, 2, 2]));
    expect(units[overallIndex("accuracy")]).toBeCloseTo(3, 12);
    expect(units[classIndex(0, "recall")]).toBeCloseTo(1, 12);
    expect(units[classIndex(1, "recall")]).toBeCloseTo(2, 12);
  });

  it("count unequal patients for less (Kish)", () => {
    const labels = [0, 1, 0, 1, 0, 1];
    const rows = labels.map(() => [0.5, 0.5]);
    const units = effectiveUnits(preparePredictions(labels, rows, 2), Int32Array.from([0, 0, 0, 0, 1, 2]));
    expect(units[overallIndex("accuracy")]).toBeCloseTo(36 / 18, 12);
  });
});
