// Differences, non-inferiority, Holm's correction and agreement: against goldens, and against each other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AgreementCalculator,
  type DifferenceEstimate,
  differenceBounds,
  differenceTest,
  holmAdjust,
  nonInferiorityTest,
  preparePredictions,
} from "../../src/stats/index.ts";
import { golden, prepareModels } from "./comparisons-golden.ts";

function estimate(change: Partial<DifferenceEstimate> = {}): DifferenceEstimate {
  return { value: 0.02, standardError: 0.03, degreesOfFreedom: 19, units: 20, ...change };
}

const anyEstimate = fc.record({
  value: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
  standardError: fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
  degreesOfFreedom: fc.double({ min: 0.6, max: 400, noNaN: true }),
  units: fc.constant(20),
});

describe("a difference with its standard error", () => {
  it.each(golden.differences)("has SciPy's interval and p-values: $value ± $standardError", (one) => {
    const given = estimate(one);
    const { low, high } = differenceBounds(given, 0.95)!;
    expect(low).toBeCloseTo(one.interval[0], 11);
    expect(high).toBeCloseTo(one.interval[1], 11);
    expect(differenceTest(given)! / one.twoSided).toBeCloseTo(1, 10);
    expect(nonInferiorityTest(given, one.margin)! / one.nonInferiority).toBeCloseTo(1, 10);
  });

  it("is significant exactly when its interval leaves out 0", () => {
    fc.assert(
      fc.property(anyEstimate, fc.constantFrom(0.8, 0.9, 0.95), (one, level) => {
        const { low, high } = differenceBounds(one, level)!;
        expect(differenceTest(one)! < 1 - level).toBe(low > 0 || high < 0);
      }),
    );
  });

  it("is non-inferior exactly when its interval's lower end is above minus the margin", () => {
    fc.assert(
      fc.property(anyEstimate, fc.constantFrom(0.8, 0.9, 0.95), (one, level) => {
        for (const margin of [0.01, 0.05, 0.3])
          expect(nonInferiorityTest(one, margin)! < (1 - level) / 2).toBe(
            differenceBounds(one, level)!.low > -margin,
          );
      }),
    );
  });

  it("of two models that always agree has exact bounds that its tests agree with", () => {
    for (const units of [3, 20, 58.4, 58.5, 200]) {
      const same = estimate({ value: 0, standardError: 0, units });
      const { low } = differenceBounds(same, 0.95)!;
      expect(low).toBeCloseTo(0.025 ** (1 / units) - 1, 12);
      expect(differenceTest(same)).toBe(1);
      expect(nonInferiorityTest(same, 0.05)! < 0.025).toBe(low > -0.05);
      expect(nonInferiorityTest(same, 0.05)).toBeCloseTo(0.95 ** units, 12);
    }
  });

  it.each([
    ["an undefined value", { value: Number.NaN }],
    ["an unknown error", { standardError: Number.NaN }],
    ["no degree of freedom", { degreesOfFreedom: 0 }],
    ["a fixed difference that never varies", { value: 0.1, standardError: 0 }],
  ])("says nothing of %s", (_, change) => {
    expect(differenceBounds(estimate(change), 0.95)).toBeNull();
    expect(differenceTest(estimate(change))).toBeNull();
    expect(nonInferiorityTest(estimate(change), 0.05)).toBeNull();
  });

  it("refuses a margin that is none", () => {
    for (const margin of [0, -0.05, 1, Number.NaN])
      expect(() => nonInferiorityTest(estimate(), margin)).toThrow("non-inferiority margin");
  });
});

describe("Holm's correction", () => {
  it.each(golden.holm)("is the loop of his paper for $pValues", ({ pValues, adjusted }) => {
    holmAdjust(pValues).forEach((p, i) => {
      expect(p).toBeCloseTo(adjusted[i]!, 12);
    });
  });

  const pValues = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(0.03)), {
    maxLength: 30,
  });

  it("keeps the order, never lowers a p-value, never exceeds Bonferroni, and gives ties the same", () => {
    fc.assert(
      fc.property(pValues, (family) => {
        const adjusted = holmAdjust(family).map((p) => p!);
        family.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * family.length));
          family.forEach((other, j) => {
            if (other === p) expect(adjusted[j]).toBe(adjusted[i]);
            if (other > p) expect(adjusted[j]).toBeGreaterThanOrEqual(adjusted[i]!);
          });
        });
      }),
    );
  });

  it("leaves out tests that could not be made", () => {
    expect(holmAdjust([0.01, null, 0.04, null])).toEqual([0.02, null, 0.04, null]);
    expect(holmAdjust([null])).toEqual([null]);
    expect(holmAdjust([])).toEqual([]);
  });

  it("refuses what is no p-value", () => {
    for (const wrong of [-0.1, 1.1, Number.NaN]) expect(() => holmAdjust([0.5, wrong])).toThrow("[0, 1]");
  });
});

describe("agreement of two models", () => {
  it.each(golden.cases)("is scikit-learn's kappa: $name", (one) => {
    const [first, second] = prepareModels(one);
    const { share, kappa } = new AgreementCalculator(first!, second!).of();
    expect(share).toBeCloseTo(one.agreement.share, 12);
    expect(kappa).toBeCloseTo(one.agreement.kappa, 12);
  });

  it("weighs images as if they were there so many times", () => {
    const [first, second] = prepareModels(golden.cases[0]!);
    const weights = Float64Array.from(golden.cases[0]!.labels, (_, i) => i % 3);
    const repeat = <T>(rows: readonly T[]) => rows.flatMap((row, i) => Array<T>(i % 3).fill(row));
    const repeated = golden.cases[0]!.thousandths.slice(0, 2).map((rows) =>
      preparePredictions(
        repeat(golden.cases[0]!.labels),
        repeat(rows.map((row) => row.map((whole) => whole / 1000))),
        2,
      ),
    );
    const out = new Float64Array(2);
    new AgreementCalculator(first!, second!).compute(weights, out);
    const { share, kappa } = new AgreementCalculator(repeated[0]!, repeated[1]!).of();
    expect(out[0]).toBeCloseTo(share, 12);
    expect(out[1]).toBeCloseTo(kappa, 12);
  });

  it("has no kappa where both give every image one and the same class, and refuses other images", () => {
    const rows = [
      [0.9, 0.1],
      [0.8, 0.2],
    ];
    const constant = preparePredictions([0, 1], rows, 2);
    expect(new AgreementCalculator(constant, constant).of()).toEqual({ share: 1, kappa: Number.NaN });
    const other = preparePredictions([0], [[0.9, 0.1]], 2);
    expect(() => new AgreementCalculator(constant, other)).toThrow("2 images in 2 classes");
  });
});
