import { describe, expect, it } from "vitest";
import {
  fairBinomialCdf,
  mcnemarTest,
  normalCdf,
  normalQuantile,
  quantile,
  studentTCdf,
  studentTQuantile,
} from "../../src/stats/index.ts";
import { golden } from "./golden.ts";

const { distributions } = golden;

function expectRelative(actual: number, wanted: number, what: string): void {
  expect(Math.abs(actual - wanted), `${what}: ${actual} is not ${wanted}`).toBeLessThanOrEqual(
    1e-10 * Math.max(Math.abs(wanted), 1e-290),
  );
}

describe("distribution functions equal SciPy's", () => {
  it("normal", () => {
    for (const [z, wanted] of distributions.normalCdf) expectRelative(normalCdf(z), wanted, `cdf(${z})`);
    for (const [p, wanted] of distributions.normalQuantile)
      expectRelative(normalQuantile(p), wanted, `quantile(${p})`);
  });

  it("Student's t, with fractional degrees of freedom", () => {
    for (const [t, df, wanted] of distributions.studentTCdf)
      expectRelative(studentTCdf(t, df), wanted, `cdf(${t}, ${df})`);
    for (const [p, df, wanted] of distributions.studentTQuantile)
      expectRelative(studentTQuantile(p, df), wanted, `quantile(${p}, ${df})`);
  });

  it("binomial with chance one half", () => {
    for (const [k, n, wanted] of distributions.fairBinomialCdf)
      expectRelative(fairBinomialCdf(k, n), wanted, `cdf(${k}, ${n})`);
  });

  it("quantiles of a sample, as NumPy's percentile", () => {
    const sorted = Float64Array.from(distributions.quantileSample).sort();
    for (const [q, wanted] of distributions.quantile) expect(quantile(sorted, q)).toBeCloseTo(wanted, 12);
  });

  it("McNemar's exact test", () => {
    for (const [firstOnly, secondOnly, wanted] of distributions.mcnemar) {
      const first = [...new Array(firstOnly).fill(true), ...new Array(secondOnly).fill(false), true, false];
      const second = [...new Array(firstOnly).fill(false), ...new Array(secondOnly).fill(true), true, false];
      const test = mcnemarTest(first, second);
      expect([test.firstOnly, test.secondOnly]).toEqual([firstOnly, secondOnly]);
      expectRelative(test.pValue, wanted, `${firstOnly} v ${secondOnly}`);
    }
  });

  it("reach their ends", () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(studentTQuantile(0.5, 3)).toBe(0);
    expect(studentTCdf(Number.NEGATIVE_INFINITY, 3)).toBe(0);
    expect(() => normalQuantile(1.1)).toThrow("expected a probability in [0, 1], got 1.1");
  });
});
