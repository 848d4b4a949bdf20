import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  CLASS_METRICS,
  classificationMetrics,
  confusionMatrix,
  OVERALL_METRICS,
  preparePredictions,
  reliabilityBins,
  rocCurve,
} from "../../src/stats/index.ts";
import { golden, prepareGolden } from "./golden.ts";
import { simulateModels } from "./simulation.ts";

function expectClose(actual: number | null, wanted: number | null, what: string): void {
  if (wanted === null) expect(actual, what).toBeNull();
  else expect(Math.abs(actual! - wanted), `${what}: ${actual} is not ${wanted}`).toBeLessThan(1e-12);
}

describe("classification metrics", () => {
  it.each(golden.cases)("equal scikit-learn's on $name", (one) => {
    const weights = one.weights === null ? undefined : Float64Array.from(one.weights);
    const { overall, perClass } = classificationMetrics(prepareGolden(one), weights);
    for (const name of OVERALL_METRICS) expectClose(overall[name], one.overall[name]!, name);
    one.perClass.forEach((wanted, c) => {
      for (const name of CLASS_METRICS) expectClose(perClass[c]![name], wanted[name]!, `class ${c} ${name}`);
    });
  });

  it.each(golden.cases.filter((one) => one.weights === null))(
    "count the confusion matrix of $name",
    (one) => {
      expect(confusionMatrix(prepareGolden(one))).toEqual(one.confusion);
    },
  );

  it("weight an image like that many copies of it", () => {
    const weight = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.array(weight, { minLength: 12, maxLength: 12 }),
        (seed, weights) => {
          fc.pre(weights.some((value) => value > 0));
          const { labels, first } = simulateModels({ seed, patients: 4, imagesPerPatient: 3, ties: true });
          const copies = weights.flatMap((times, i) => new Array<number>(times).fill(i));
          const weighted = classificationMetrics(
            preparePredictions(labels, first, 3),
            Float64Array.from(weights),
          );
          const copied = classificationMetrics(
            preparePredictions(
              copies.map((i) => labels[i]!),
              copies.map((i) => first[i]!),
              3,
            ),
          );
          for (const name of OVERALL_METRICS) expectClose(weighted.overall[name], copied.overall[name], name);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("read 0.882 for the published accuracy where balanced top-1 is 0.80 with three classes", () => {
    const labels = [0, 1, 2].flatMap((c) => new Array<number>(10).fill(c));
    const rows = labels.map((label, i) => {
      const answer = i % 10 < 8 ? label : (label + 1 + (i % 2)) % 3;
      return [0, 1, 2].map((c) => (c === answer ? 0.8 : 0.1));
    });
    const { overall } = classificationMetrics(preparePredictions(labels, rows, 3));
    expect(overall.accuracy).toBeCloseTo(0.8, 12);
    expect(overall.publishedAccuracy).toBeCloseTo(0.882, 3);
    expect(overall.oneVsRestAccuracy).toBeCloseTo(0.8667, 3);
  });

  it("are never NaN, whatever classes are absent", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 6 }), fc.nat(3), (labels, answer) => {
        const rows = labels.map(() => [0, 1, 2, 3].map((c) => (c === answer ? 1 : 0)));
        const { overall, perClass } = classificationMetrics(preparePredictions(labels, rows, 4));
        for (const values of [overall, ...perClass])
          for (const value of Object.values(values))
            expect(value === null || Number.isFinite(value)).toBe(true);
      }),
    );
  });
});

describe("ROC curves", () => {
  it.each(golden.cases.filter((one) => one.rocOfFirstClass !== null))(
    "equal scikit-learn's on $name",
    (one) => {
      const curve = rocCurve(prepareGolden(one), 0).map((point) => [
        point.falsePositiveRate,
        point.truePositiveRate,
      ]);
      for (const [x, y] of curve)
        expect(
          one.rocOfFirstClass!.some(([a, b]) => Math.abs(a - x!) < 1e-12 && Math.abs(b - y!) < 1e-12),
          `(${x}, ${y})`,
        ).toBe(true);
      expect(curve[0]).toEqual([0, 0]);
      expect(curve.at(-1)).toEqual([1, 1]);
      const area = curve
        .slice(1)
        .reduce((sum, [x, y], i) => sum + ((x! - curve[i]![0]!) * (y! + curve[i]![1]!)) / 2, 0);
      expect(area).toBeCloseTo(one.perClass[0]!.auroc!, 12);
    },
  );

  it("are empty where the class or its rest is absent", () => {
    const predictions = preparePredictions(
      [0, 0],
      [
        [0.6, 0.4],
        [0.5, 0.5],
      ],
      2,
    );
    expect(rocCurve(predictions, 0)).toEqual([]);
    expect(rocCurve(predictions, 1)).toEqual([]);
  });
});

describe("reliability bins", () => {
  it("hold every image once and give the expected calibration error", () => {
    const predictions = prepareGolden(golden.cases[0]!);
    const bins = reliabilityBins(predictions);
    expect(bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(60);
    const error = bins.reduce(
      (sum, bin) => sum + (bin.count / 60) * Math.abs(bin.accuracy - bin.confidence),
      0,
    );
    expect(error).toBeCloseTo(golden.cases[0]!.overall.expectedCalibrationError!, 12);
    expect(bins.map((bin) => bin.confidence)).toEqual(
      bins.map((bin) => bin.confidence).toSorted((a, b) => a - b),
    );
  });
});

describe("predictions", () => {
  const good = [0.5, 0.5];
  it.each([
    ["NaN", [0], [[Number.NaN, 0.5]], "not-finite", "[NaN, 0.5]"],
    ["infinity", [0], [[Number.POSITIVE_INFINITY, 0]], "not-finite", "[Infinity, 0]"],
    ["logits", [0], [[2, -1]], "invalid-argument", "[2, -1]"],
    ["a sum of 0.9", [0], [[0.5, 0.4]], "invalid-argument", "a sum of 0.9"],
    ["a missing class", [0], [[1]], "shape-mismatch", "1"],
    ["a label out of range", [2], [good], "invalid-argument", "2"],
    ["a fractional label", [0.5], [good], "invalid-argument", "0.5"],
    ["no images", [], [], "invalid-argument", "none"],
    ["too few rows", [0, 1], [good], "shape-mismatch", "1 rows"],
  ] as const)("with %s are refused", (_, labels, rows, code, got) => {
    try {
      preparePredictions(labels, rows, 2);
      expect.unreachable();
    } catch (error) {
      expect(isLowmagError(error, code)).toBe(true);
      expect((error as Error).message).toContain(`got ${got}`);
    }
  });

  it("take the first of equal probabilities", () => {
    expect([...preparePredictions([1], [[0.4, 0.4, 0.2]], 3).predicted]).toEqual([0]);
  });
});
