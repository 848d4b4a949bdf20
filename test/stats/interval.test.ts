import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../src/random/index.ts";
import {
  bootstrapInterval,
  bootstrapMetrics,
  classIndex,
  estimateMetric,
  type IntervalMethod,
  metricScale,
  nameMetrics,
  overallIndex,
  pairedDifference,
  pairedPermutationTest,
  preparePredictions,
  Resampler,
} from "../../src/stats/index.ts";
import { simulateModels } from "./simulation.ts";

const draws = Float64Array.from({ length: 1001 }, (_, i) => 0.6 + (0.3 * i) / 1000);
const ACCURACY = overallIndex("accuracy");

describe("an interval", () => {
  it("by percentile takes the quantiles of the draws", () => {
    const bounds = bootstrapInterval({
      draws,
      estimate: 0.75,
      scale: "share",
      units: 20,
      method: "percentile",
    })!;
    expect(bounds.low).toBeCloseTo(0.6075, 12);
    expect(bounds.high).toBeCloseTo(0.8925, 12);
  });

  it("by standard error is wider with fewer units and stays inside [0, 1]", () => {
    const width = (units: number) => {
      const bounds = bootstrapInterval({ draws, estimate: 0.95, scale: "share", units })!;
      expect(bounds.low).toBeGreaterThan(0);
      expect(bounds.low).toBeLessThan(0.95);
      expect(bounds.high).toBeGreaterThan(0.95);
      expect(bounds.high).toBeLessThanOrEqual(1);
      return bounds.high - bounds.low;
    };
    expect(width(5)).toBeGreaterThan(width(20));
    expect(width(20)).toBeGreaterThan(width(1000));
  });

  it("by standard error of a difference is Student's t times the corrected standard error", () => {
    const spread = (0.3 / 1000) * Math.sqrt((1001 * 1002) / 12);
    const bounds = bootstrapInterval({ draws, estimate: 0.1, scale: "difference", units: 10 })!;
    // t(0.975; 9) = 2.262157162740992
    expect(bounds.high - 0.1).toBeCloseTo(2.262157162740992 * spread * Math.sqrt(10 / 9), 10);
    expect(0.1 - bounds.low).toBeCloseTo(bounds.high - 0.1, 12);
  });

  it.each(["standard-error", "percentile"] satisfies IntervalMethod[])(
    "by %s is the exact binomial bound when every resample is perfect",
    (method) => {
      const ones = new Float64Array(100).fill(1);
      const bounds = bootstrapInterval({ draws: ones, estimate: 1, scale: "share", units: 20, method })!;
      // scipy.stats.binomtest(20, 20).proportion_ci(0.95, "exact")
      expect(bounds.low).toBeCloseTo(0.8315665290169145, 12);
      expect(bounds.high).toBe(1);
    },
  );

  it.each([
    ["the estimate is undefined", { estimate: Number.NaN }],
    ["there is one unit", { units: 1 }],
    ["all draws agree on a value in between", { draws: new Float64Array(100).fill(0.75) }],
    ["most draws are undefined", { draws: draws.map((value, i) => (i % 3 === 0 ? value : Number.NaN)) }],
  ])("is null when %s", (_, change) => {
    expect(bootstrapInterval({ draws, estimate: 0.75, scale: "share", units: 20, ...change })).toBeNull();
  });

  it("is the exact bound at the end of a scale even where draws vary", () => {
    // Class 1 is predicted once, rightly: precision 1, but 0 in the draws that lack that image.
    const labels = [1, 1, 1, 0, 0, 0];
    const rows = labels.map((_, i) => (i === 0 ? [0.1, 0.9] : [0.8, 0.2]));
    const plan = { scheme: "images", labels, classes: 2 } as const;
    const resampler = new Resampler(plan, Generator.derive(1, "precision"));
    const [model] = bootstrapMetrics([preparePredictions(labels, rows, 2)], resampler, 200);
    expect(new Set(model!.byMetric[classIndex(1, "precision")])).toEqual(new Set([0, 1]));
    const { value, bounds } = estimateMetric(model!, classIndex(1, "precision"), "share");
    expect(value).toBe(1);
    expect(bounds!.low).toBeCloseTo(0.025, 12);
    expect(bounds!.high).toBe(1);
  });

  it.each([
    ["kappa", -1],
    ["loss", 0],
  ] as const)("of %s is null at the end of its scale", (scale, estimate) => {
    expect(bootstrapInterval({ draws, estimate, scale, units: 20 })).toBeNull();
  });

  it("is finite or null for any small data set", () => {
    const image = fc.tuple(
      fc.nat(2),
      fc.nat(3),
      fc.integer({ min: 0, max: 9 }),
      fc.integer({ min: 0, max: 9 }),
    );
    const methods: IntervalMethod[] = ["standard-error", "percentile"];
    fc.assert(
      fc.property(
        fc.array(image, { minLength: 1, maxLength: 9 }),
        fc.constantFrom(...methods),
        (images, method) => {
          const labels = images.map(([label]) => label);
          const patients = images.map(([, patient]) => `${patient}`);
          const rows = images.map(([, , a, b]) => [a, b, 1].map((part) => part / (a + b + 1)));
          const plan = { scheme: "patients", labels, patients, classes: 3 } as const;
          const resampler = new Resampler(plan, Generator.derive(1, "any"));
          const [model] = bootstrapMetrics([preparePredictions(labels, rows, 3)], resampler, 20);
          nameMetrics(3, (index, metric) => {
            const { value, bounds } = estimateMetric(model!, index, metricScale(metric), { method });
            expect(value === null || Number.isFinite(value), metric).toBe(true);
            if (bounds !== null)
              expect(Number.isFinite(bounds.low) && Number.isFinite(bounds.high), metric).toBe(true);
            if (bounds !== null) expect(bounds.low, metric).toBeLessThanOrEqual(bounds.high);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("needs a level between 0 and 1", () => {
    expect(() => bootstrapInterval({ draws, estimate: 0.75, scale: "share", units: 20, level: 95 })).toThrow(
      "interval level: expected a number between 0 and 1, got 95.",
    );
  });

  it("widens with the level", () => {
    const at = (level: number) =>
      bootstrapInterval({ draws, estimate: 0.75, scale: "share", units: 20, level })!;
    expect(at(0.99).low).toBeLessThan(at(0.95).low);
    expect(at(0.8).high).toBeLessThan(at(0.95).high);
  });
});

describe("paired comparisons", () => {
  const data = simulateModels({ seed: 8, patients: 30, imagesPerPatient: 4, signals: [2, 0.7] });
  const [first, second] = [data.first, data.second].map((rows) => preparePredictions(data.labels, rows, 3));
  const plan = { scheme: "patients", labels: data.labels, classes: 3, patients: data.patients } as const;
  const resampler = new Resampler(plan, Generator.derive(1, "pair"));
  const [a, b] = bootstrapMetrics([first!, second!], resampler, 999);
  const { unitOf } = resampler;

  it.each(["standard-error", "percentile"] satisfies IntervalMethod[])(
    "by %s find a large difference, with a p-value that agrees with the interval",
    (method) => {
      const { value, bounds, pValue } = pairedDifference(a!, b!, ACCURACY, { method });
      expect(value).toBeCloseTo(a!.estimates[ACCURACY]! - b!.estimates[ACCURACY]!, 12);
      expect(bounds!.low).toBeGreaterThan(0);
      expect(pValue).toBeGreaterThanOrEqual(1 / 1000);
      expect(pValue).toBeLessThan(0.05);
      const level = 1 - pValue!;
      if (pValue! > 1 / 1000 && method === "standard-error")
        expect(pairedDifference(a!, b!, ACCURACY, { level }).bounds!.low).toBeCloseTo(0, 8);
    },
  );

  it("are narrower than the two models' own intervals would suggest", () => {
    const { bounds } = pairedDifference(a!, b!, ACCURACY);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const [own, others] = [a!, b!].map((model) => width(estimateMetric(model, ACCURACY, "share").bounds!));
    expect(width(bounds!)).toBeLessThan(own! + others!);
  });

  it("change sign with the order", () => {
    const forward = pairedDifference(a!, b!, ACCURACY);
    const backward = pairedDifference(b!, a!, ACCURACY);
    expect(backward.value).toBe(-forward.value!);
    expect(backward.bounds!.low).toBeCloseTo(-forward.bounds!.high, 12);
    expect(backward.pValue).toBeCloseTo(forward.pValue!, 12);
  });

  it("of a model with itself give no difference, p = 1 and an exact bound", () => {
    const { value, bounds, pValue } = pairedDifference(a!, a!, ACCURACY);
    expect(value).toBe(0);
    expect(pValue).toBe(1);
    expect(bounds!.high).toBeCloseTo(1 - 0.025 ** (1 / 30), 10);
  });

  it("of an undefined metric are null", () => {
    const onlyOne = preparePredictions(
      [0, 0],
      [
        [0.6, 0.4],
        [0.7, 0.3],
      ],
      2,
    );
    const images = new Resampler(
      { scheme: "images", labels: [0, 0], classes: 2 },
      Generator.derive(1, "one"),
    );
    const [model] = bootstrapMetrics([onlyOne], images, 20);
    expect(pairedDifference(model!, model!, classIndex(0, "auroc"))).toEqual({
      value: null,
      bounds: null,
      pValue: null,
    });
  });

  it("by permutation agree with the bootstrap on a large difference", () => {
    const options = { permutations: 999, generator: Generator.derive(1, "swap") };
    const test = pairedPermutationTest(first!, second!, unitOf, ACCURACY, options);
    expect(test).toMatchObject({ permutations: 999, exact: false });
    expect(test.difference).toBeCloseTo(pairedDifference(a!, b!, ACCURACY).value!, 12);
    expect(test.pValue).toBeLessThan(0.02);
    expect(test.pValue).toBeGreaterThanOrEqual(1 / 1000);
  });

  it("by permutation are exact sign flips of patients when there are few", () => {
    // Three patients, the first model right on all 2 + 2 + 1 images, the second on none.
    const labels = [0, 0, 1, 1, 0];
    const right = labels.map((label) => (label === 0 ? [0.9, 0.1] : [0.1, 0.9]));
    const wrong = labels.map((label) => (label === 0 ? [0.1, 0.9] : [0.9, 0.1]));
    const [x, y] = [right, wrong].map((rows) => preparePredictions(labels, rows, 2));
    const options = { generator: Generator.derive(1, "exact") };
    const test = pairedPermutationTest(x!, y!, Int32Array.from([0, 0, 1, 1, 2]), ACCURACY, options);
    // Of the 8 sign patterns of (2, 2, 1) / 5 only +++ and --- reach a difference of 1.
    expect(test).toEqual({ difference: 1, pValue: 2 / 8, permutations: 8, exact: true });
  });

  it("by permutation refuse models of different images", () => {
    const short = preparePredictions([0], [[1, 0, 0]], 3);
    const options = { generator: Generator.derive(1, "bad") };
    expect(() => pairedPermutationTest(first!, short, unitOf, 0, options)).toThrow(
      "expected two models' predictions",
    );
  });
});
