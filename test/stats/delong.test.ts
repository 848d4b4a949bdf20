// DeLong by patient: against pair-by-pair goldens, and what must hold of any standard error of an AUROC.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  type AurocComponents,
  aurocComponents,
  aurocDifference,
  aurocInterval,
  aurocVariance,
  classIndex,
  combineAurocs,
  flatMetrics,
  overallIndex,
  preparePredictions,
} from "../../src/stats/index.ts";
import { type ComparisonCase, golden, prepareModels } from "./comparisons-golden.ts";

const SEEDS = [0.5, -0.5, 0.5, -0.5];

function overSeeds(parts: readonly AurocComponents[]): AurocComponents {
  return combineAurocs(SEEDS.map((weight, i) => ({ components: parts[i]!, weight })));
}

function difference(parts: readonly AurocComponents[]): AurocComponents {
  return combineAurocs([1, -1].map((weight, i) => ({ components: parts[i]!, weight })));
}

describe.each(golden.cases)("the variance of an AUROC: $name", (one: ComparisonCase) => {
  const models = prepareModels(one);
  const unitOf = Int32Array.from(one.patients);

  it.each(one.perClass.map((expected, c) => [c, expected] as const))(
    "is Obuchowski's for class %i, alone, as a difference and over seeds",
    (c, expected) => {
      const parts = models.map((model) => aurocComponents(model, unitOf, c));
      expect(parts[0]!.value).toBeCloseTo(expected.auroc, 12);
      expect(aurocVariance(parts[0]!)).toBeCloseTo(expected.variance, 12);
      expect(aurocVariance(difference(parts))).toBeCloseTo(expected.varianceOfDifference, 12);
      expect(aurocVariance(overSeeds(parts))).toBeCloseTo(expected.varianceOverSeeds, 12);
    },
  );

  it("is the definition's for the mean over classes", () => {
    const parts = models.map((model) => aurocComponents(model, unitOf));
    expect(parts[0]!.value).toBeCloseTo(one.macro.auroc, 12);
    expect(aurocVariance(parts[0]!)).toBeCloseTo(one.macro.variance, 12);
    expect(difference(parts).value).toBeCloseTo(one.macroDifference.value, 12);
    expect(aurocVariance(difference(parts))).toBeCloseTo(one.macroDifference.variance, 12);
    expect(overSeeds(parts).value).toBeCloseTo(one.macroOverSeeds.value, 12);
    expect(aurocVariance(overSeeds(parts))).toBeCloseTo(one.macroOverSeeds.variance, 12);
  });

  it("goes with the values of the metrics", () => {
    const flat = flatMetrics(models[0]!);
    expect(aurocComponents(models[0]!, unitOf).value).toBeCloseTo(flat[overallIndex("macroAuroc")]!, 12);
    for (let c = 0; c < one.classes; c++)
      expect(aurocComponents(models[0]!, unitOf, c).value).toBeCloseTo(flat[classIndex(c, "auroc")]!, 12);
  });
});

describe("the components of an AUROC", () => {
  const one = golden.cases.find(({ name }) => name === "unequal, 3 classes, ties")!;
  const [first, second] = prepareModels(one);
  const unitOf = Int32Array.from(one.patients);

  it("sum to nothing over all units", () => {
    const { deviations } = aurocComponents(first!, unitOf);
    expect(deviations.reduce((sum, group) => sum + group.reduce((a, b) => a + b, 0), 0)).toBeCloseTo(0, 12);
  });

  it("do not depend on the order of the images or the numbers of the units", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          one.labels.map((_, i) => i),
          { minLength: one.labels.length },
        ),
        (order) => {
          const rows = order.map((i) => one.thousandths[0]![i]!.map((whole) => whole / 1000));
          const shuffled = preparePredictions(
            order.map((i) => one.labels[i]!),
            rows,
            3,
          );
          const units = Int32Array.from(order, (i) => 7 - one.patients[i]!);
          const expected = aurocVariance(aurocComponents(first!, unitOf));
          expect(aurocVariance(aurocComponents(shuffled, units))).toBeCloseTo(expected, 12);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("give two equal models no difference and a p-value of 1", () => {
    const same = aurocComponents(first!, unitOf);
    expect(aurocDifference(same, same, 8)).toMatchObject({ value: 0 });
    expect(aurocDifference(same, same, 8).test()).toBe(1);
  });

  it("give a larger error when a patient's images count as one unit than when each counts alone", () => {
    const apart = golden.cases.find(({ name }) => name === "one class each, 3 classes")!;
    const [model] = prepareModels(apart);
    const clustered = aurocVariance(aurocComponents(model!, Int32Array.from(apart.patients)));
    const alone = Int32Array.from(apart.patients.keys());
    expect(clustered).toBeGreaterThan(1.3 * aurocVariance(aurocComponents(model!, alone)));
  });

  it("have no variance where a class comes from one patient alone", () => {
    const lone = one.patients.map((patient, i) => (one.labels[i] === 1 ? 0 : patient));
    const components = aurocComponents(first!, Int32Array.from(lone));
    expect(aurocVariance(components)).toBeNaN();
    expect(aurocInterval(components, 6, 0.95)).toBeNull();
    const other = aurocComponents(second!, Int32Array.from(lone));
    const unknown = aurocDifference(components, other, 6);
    expect([unknown.test(), unknown.bounds(0.95), unknown.nonInferiority(0.05)]).toEqual([null, null, null]);
  });

  it("leave out a class without images, as the macro AUROC does", () => {
    const rows = one.thousandths[0]!.map((row) => row.map((whole) => whole / 1000));
    const wider = preparePredictions(
      one.labels,
      rows.map((row) => [...row, 0]),
      4,
    );
    expect(aurocVariance(aurocComponents(wider, unitOf))).toBeCloseTo(
      aurocVariance(aurocComponents(first!, unitOf)),
      12,
    );
    expect(aurocComponents(wider, unitOf, 3).value).toBeNaN();
  });

  it("are undefined where all images are of one class", () => {
    const single = preparePredictions(
      [0, 0, 0],
      [
        [0.9, 0.1],
        [0.5, 0.5],
        [0.2, 0.8],
      ],
      2,
    );
    expect(aurocComponents(single, Int32Array.of(0, 1, 2)).value).toBeNaN();
    expect(aurocVariance(aurocComponents(single, Int32Array.of(0, 1, 2)))).toBeNaN();
  });

  it.each<[string, () => unknown, string]>([
    ["units of other images", () => aurocComponents(first!, unitOf.subarray(1)), "shape-mismatch"],
    [
      "a negative unit",
      () =>
        aurocComponents(
          first!,
          unitOf.map((unit) => unit - 1),
        ),
      "invalid-argument",
    ],
    [
      "a huge unit",
      () =>
        aurocComponents(
          first!,
          unitOf.map(() => 2 ** 30),
        ),
      "invalid-argument",
    ],
    ["a class that is none", () => aurocComponents(first!, unitOf, 3), "invalid-argument"],
    ["nothing to combine", () => combineAurocs([]), "invalid-argument"],
    [
      "AUROCs of other units",
      () => difference([aurocComponents(first!, unitOf), aurocComponents(second!, unitOf, 1)]),
      "shape-mismatch",
    ],
  ])("refuse %s", (_, wrong, code) => {
    let caught: unknown;
    try {
      wrong();
    } catch (error) {
      caught = error;
    }
    expect(isLowmagError(caught) && caught.code).toBe(code);
  });
});
