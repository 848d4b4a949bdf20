// Differences, non-inferiority, Holm's correction and agreement: against goldens, and against each other.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AgreementCalculator,
  holmAdjust,
  judgeDifference,
  type PairedEstimate,
  preparePredictions,
} from "../../src/stats/index.ts";
import { golden, prepareModels } from "./comparisons-golden.ts";

function pair(change: Partial<PairedEstimate> = {}): PairedEstimate {
  const variances = { varianceOfFirst: 9e-4, varianceOfSecond: 4e-4, varianceOfDifference: 7e-4 };
  return { first: 0.82, second: 0.8, ...variances, units: 20, ...change };
}

/** Two values with errors of any correlation. */
const anyPair = fc
  .record({
    first: fc.double({ min: 0.05, max: 0.999, noNaN: true }),
    second: fc.double({ min: 0.05, max: 0.999, noNaN: true }),
    errorOfFirst: fc.double({ min: 1e-3, max: 0.2, noNaN: true }),
    errorOfSecond: fc.double({ min: 1e-3, max: 0.2, noNaN: true }),
    correlation: fc.double({ min: -0.5, max: 0.99, noNaN: true }),
    units: fc.double({ min: 1.6, max: 400, noNaN: true }),
  })
  .map(({ first, second, errorOfFirst: a, errorOfSecond: b, correlation, units }) => ({
    first,
    second,
    varianceOfFirst: a * a,
    varianceOfSecond: b * b,
    varianceOfDifference: a * a + b * b - 2 * correlation * a * b,
    units,
  }));

describe("a paired difference", () => {
  it.each(golden.differences)(
    "has the interval and p-values of the definition: $first and $second",
    (one) => {
      const found = judgeDifference(one);
      const { low, high } = found.bounds(0.95)!;
      expect(low).toBeCloseTo(one.interval[0], 11);
      expect(high).toBeCloseTo(one.interval[1], 11);
      expect(found.test()! / one.twoSided).toBeCloseTo(1, 9);
      expect(found.nonInferiority(one.margin)! / one.nonInferiority).toBeCloseTo(1, 9);
    },
  );

  it("is significant exactly when its interval leaves out 0", () => {
    fc.assert(
      fc.property(anyPair, fc.constantFrom(0.8, 0.9, 0.95), (one, level) => {
        const { low, high } = judgeDifference(one).bounds(level)!;
        expect(judgeDifference(one).test()! < 1 - level).toBe(low > 0 || high < 0);
      }),
    );
  });

  it("is non-inferior only when its interval lies above minus the margin", () => {
    fc.assert(
      fc.property(anyPair, fc.constantFrom(0.8, 0.9, 0.95), (one, level) => {
        const found = judgeDifference(one);
        for (const margin of [0.01, 0.05, 0.3])
          expect(found.nonInferiority(margin)! < (1 - level) / 2).toBe(found.bounds(level)!.low > -margin);
      }),
    );
  });

  it("holds its value, and is the other way round for the models the other way round", () => {
    fc.assert(
      fc.property(anyPair, (one) => {
        const found = judgeDifference(one).bounds(0.95)!;
        expect(found.low).toBeLessThan(one.first - one.second);
        expect(found.high).toBeGreaterThan(one.first - one.second);
        const turned = judgeDifference({
          ...one,
          first: one.second,
          second: one.first,
          varianceOfFirst: one.varianceOfSecond,
          varianceOfSecond: one.varianceOfFirst,
        }).bounds(0.95)!;
        expect(turned.low).toBeCloseTo(-found.high, 12);
        expect(turned.high).toBeCloseTo(-found.low, 12);
      }),
    );
  });

  it("of two perfect models has exact bounds", () => {
    for (const units of [3, 20, 58.4, 58.5, 200]) {
      const perfect = judgeDifference(
        pair({
          first: 1,
          second: 1,
          varianceOfFirst: 0,
          varianceOfSecond: 0,
          varianceOfDifference: 0,
          units,
        }),
      );
      expect(perfect.bounds(0.95)!.low).toBeCloseTo(0.025 ** (1 / units) - 1, 12);
      expect(perfect.test()).toBe(1);
      expect(perfect.nonInferiority(0.05)).toBeCloseTo(0.95 ** units, 12);
    }
  });

  it("of two models that never differed allows that they might elsewhere", () => {
    const same = { first: 0.93, second: 0.93, varianceOfSecond: 1e-6, varianceOfFirst: 1e-6 };
    const found = judgeDifference(pair({ ...same, varianceOfDifference: 0, units: 40 }));
    expect(found.test()).toBe(1);
    expect(found.nonInferiority(0.05)).toBeCloseTo(0.95 ** 40, 12);
    expect(found.bounds(0.95)!.low).toBeCloseTo(0.025 ** (1 / 40) - 1, 12);
    const unsure = { ...same, varianceOfFirst: 0.01, varianceOfSecond: 0.01, varianceOfDifference: 0 };
    expect(judgeDifference(pair({ ...unsure, units: 100 })).nonInferiority(0.05)).toBeGreaterThan(
      0.95 ** 100,
    );
  });

  it.each([
    ["an undefined value", { first: Number.NaN }],
    ["an unknown error", { varianceOfDifference: Number.NaN }],
    ["a single unit", { units: 1 }],
  ])("says nothing of %s", (_, change) => {
    const found = judgeDifference(pair(change));
    expect([found.bounds(0.95), found.test(), found.nonInferiority(0.05)]).toEqual([null, null, null]);
  });

  it("refuses a margin that is none", () => {
    for (const margin of [0, -0.05, 1, Number.NaN])
      expect(() => judgeDifference(pair()).nonInferiority(margin)).toThrow("non-inferiority margin");
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
