// From pieces to a slide, and the threshold that a rule may have.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applySlideRule, chooseThreshold, type SlideRule } from "../../src/classify/index.ts";

const CLASSES = ["A", "B", "C"];

/** Probabilities of three classes as a network gives them: in 32 bits. */
const probabilities = fc
  .tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: -9, max: 9, noNaN: true }))
  .map(([a, b]) => {
    const exp = [Math.exp(a), Math.exp(b), 1];
    const sum = exp.reduce((x, y) => x + y);
    return exp.map((value) => Math.fround(value / sum));
  });
const piece = fc.record({ probabilities, tissueArea: fc.double({ min: 0.01, max: 500, noNaN: true }) });
const pieces = fc.array(piece, { minLength: 1, maxLength: 12 });
const rule: fc.Arbitrary<SlideRule> = fc.oneof(
  fc.constant({ kind: "mean" as const }),
  fc.constantFrom(...CLASSES).map((positive) => ({ kind: "max" as const, positive })),
  fc.record({
    kind: fc.constant("any" as const),
    positive: fc.constantFrom(...CLASSES),
    threshold: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
);

const closeTo = (a: readonly number[], b: readonly number[], by = 1e-6) =>
  a.length === b.length && a.every((value, k) => Math.abs(value - b[k]!) < by);

describe("every rule", () => {
  it("gives probabilities from 0 to 1 that sum to 1, and a label among the classes", () => {
    fc.assert(
      fc.property(rule, pieces, (given, all) => {
        const answer = applySlideRule(given, CLASSES, all);
        const sum = answer.probabilities.reduce((x, y) => x + y);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-6);
        for (const p of answer.probabilities) expect(p >= 0 && p <= 1).toBe(true);
        expect(CLASSES).toContain(answer.label);
      }),
    );
  });

  it("does not care about the order of pieces", () => {
    const shuffled = pieces.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(rule, shuffled, (given, [all, other]) => {
        const [a, b] = [applySlideRule(given, CLASSES, all), applySlideRule(given, CLASSES, other)];
        expect(closeTo(a.probabilities, b.probabilities, 1e-12)).toBe(true);
      }),
    );
  });

  it("gives a single piece's own probabilities", () => {
    fc.assert(
      fc.property(rule, piece, (given, only) => {
        expect(closeTo(applySlideRule(given, CLASSES, [only]).probabilities, only.probabilities)).toBe(true);
      }),
    );
  });

  it("does not care about a piece given twice, or about the unit of areas", () => {
    fc.assert(
      fc.property(rule, pieces, (given, all) => {
        const once = applySlideRule(given, CLASSES, all).probabilities;
        const scaled = all.map((one) => ({ ...one, tissueArea: one.tissueArea * 1e6 }));
        expect(closeTo(applySlideRule(given, CLASSES, [...all, ...all]).probabilities, once)).toBe(true);
        expect(closeTo(applySlideRule(given, CLASSES, scaled).probabilities, once)).toBe(true);
      }),
    );
  });
});

describe("the mean", () => {
  it("weighs by tissue area: a piece cut in two changes nothing", () => {
    fc.assert(
      fc.property(pieces, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (all, share) => {
        const [first, ...rest] = all;
        const parts = [share, 1 - share].map((s) => ({ ...first!, tissueArea: s * first!.tissueArea }));
        const whole = applySlideRule({ kind: "mean" }, CLASSES, all).probabilities;
        const cut = applySlideRule({ kind: "mean" }, CLASSES, [...parts, ...rest]).probabilities;
        expect(closeTo(whole, cut, 1e-9)).toBe(true);
      }),
    );
  });

  it("of hand-made pieces is this", () => {
    const answer = applySlideRule({ kind: "mean" }, CLASSES, [
      { probabilities: [1, 0, 0], tissueArea: 1 },
      { probabilities: [0, 0.5, 0.5], tissueArea: 3 },
    ]);
    expect(answer.probabilities).toEqual([0.25, 0.375, 0.375]);
    expect(answer.label).toBe("B"); // the first of equals
  });

  it("of pieces without tissue weighs all the same", () => {
    const answer = applySlideRule({ kind: "mean" }, CLASSES, [
      { probabilities: [1, 0, 0], tissueArea: 0 },
      { probabilities: [0, 1, 0], tissueArea: 0 },
    ]);
    expect(answer.probabilities).toEqual([0.5, 0.5, 0]);
  });
});

describe("the maximum", () => {
  it("is that of the most positive piece, whatever its area; the others share the rest as their means do", () => {
    const answer = applySlideRule({ kind: "max", positive: "C" }, CLASSES, [
      { probabilities: [0.6, 0.3, 0.1], tissueArea: 100 },
      { probabilities: [0.1, 0.1, 0.8], tissueArea: 0.001 },
    ]);
    expect(answer.label).toBe("C");
    expect(answer.probabilities[2]).toBe(0.8);
    expect(answer.probabilities[0]! / answer.probabilities[1]!).toBeCloseTo(2, 3);
  });

  it("never falls when a piece is added", () => {
    fc.assert(
      fc.property(pieces, piece, (all, more) => {
        const of = (list: typeof all) =>
          applySlideRule({ kind: "max", positive: "B" }, CLASSES, list).probabilities[1]!;
        expect(of([...all, more])).toBeGreaterThanOrEqual(of(all));
      }),
    );
  });

  it("leaves an even rest where the others have no mean", () => {
    const all = [{ probabilities: [1, 0, 0], tissueArea: 1 }];
    expect(applySlideRule({ kind: "max", positive: "A" }, CLASSES, all).probabilities).toEqual([1, 0, 0]);
  });
});

describe("any piece above a threshold", () => {
  it("is positive exactly where the most positive piece reaches it", () => {
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), (all, threshold) => {
        const highest = Math.max(...all.map((one) => one.probabilities[0]!));
        const { label } = applySlideRule({ kind: "any", positive: "A", threshold }, CLASSES, all);
        expect(label === "A").toBe(highest >= threshold);
      }),
    );
  });

  it("below it is the likeliest of the others, even if the positive is likelier", () => {
    const all = [{ probabilities: [0.6, 0.1, 0.3], tissueArea: 1 }];
    expect(applySlideRule({ kind: "any", positive: "A", threshold: 0.7 }, CLASSES, all).label).toBe("C");
    expect(applySlideRule({ kind: "any", positive: "A", threshold: 0.6 }, CLASSES, all).label).toBe("A");
  });
});

describe("a rule that does not fit", () => {
  const all = [{ probabilities: [1, 0, 0], tissueArea: 1 }];
  it.each<[string, SlideRule, typeof all]>([
    ["no pieces", { kind: "mean" }, []],
    ["another class", { kind: "max", positive: "D" }, all],
    ["a threshold above 1", { kind: "any", positive: "A", threshold: 1.5 }, all],
    ["a threshold that is none", { kind: "any", positive: "A", threshold: Number.NaN }, all],
  ])("is refused: %s", (_, given, list) => {
    expect(() => applySlideRule(given, CLASSES, list)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});

describe("a threshold from validation data", () => {
  const data = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 2, maxLength: 40 })
    .filter((rows) => new Set(rows.map(([, label]) => label)).size === 2);

  it("reaches the highest sensitivity + specificity of all, the lowest score that does", () => {
    fc.assert(
      fc.property(data, (rows) => {
        const scores = rows.map(([score]) => score / 20);
        const labels = rows.map(([, label]) => label);
        const chosen = chooseThreshold(scores, labels);
        const judged = scores.map((threshold) => ({ threshold, ...rates(scores, labels, threshold) }));
        const best = Math.max(...judged.map(({ sum }) => sum));
        const lowest = Math.min(
          ...judged.filter(({ sum }) => sum > best - 1e-9).map(({ threshold }) => threshold),
        );
        const { sensitivity, specificity } = rates(scores, labels, lowest);
        expect(chosen.threshold).toBe(lowest);
        expect(chosen.sensitivity).toBeCloseTo(sensitivity, 12);
        expect(chosen.specificity).toBeCloseTo(specificity, 12);
        expect(chosen.n).toBe(rows.length);
      }),
    );
  });

  it("of groups that do not overlap is the lowest positive score", () => {
    const chosen = chooseThreshold([0.1, 0.9, 0.2, 0.7], [false, true, false, true]);
    expect(chosen).toEqual({ threshold: 0.7, sensitivity: 1, specificity: 1, n: 4 });
  });

  it.each([
    ["no negatives", [0.1, 0.2], [true, true]],
    ["no positives", [0.1], [false]],
    ["nothing", [], []],
    ["a score that is none", [Number.NaN, 1], [true, false]],
    ["labels of another number", [0.1, 0.2], [true]],
  ])("is refused of %s", (_, scores, labels) => {
    expect(() => chooseThreshold(scores, labels)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});

function rates(scores: readonly number[], labels: readonly boolean[], threshold: number) {
  const share = (label: boolean, above: boolean) => {
    const group = scores.filter((_, i) => labels[i] === label);
    return group.filter((score) => score >= threshold === above).length / group.length;
  };
  const [sensitivity, specificity] = [share(true, true), share(false, false)];
  return { sensitivity, specificity, sum: sensitivity + specificity };
}
