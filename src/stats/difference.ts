// What can be said of a paired difference of two models in a metric between 0 and 1: interval, test of no difference, non-inferiority, all from one
// p-value, so that they always agree. Where the variances come from (bootstrap, DeLong) does not matter here.
import { fail } from "../base/index.ts";
import { studentTCdf } from "./distributions.ts";
import { type Bounds, NO_SPREAD } from "./interval.ts";

/** Halvings of [-1, 1] when an interval's end is searched: to the last digit of float64. */
const HALVINGS = 60;

/** Two models' values of a metric on the same images, with what is known of their errors; NaN where undefined or unknown. */
export interface PairedEstimate {
  readonly first: number;
  readonly second: number;
  /** Squared standard errors, with every small-sample correction. */
  readonly varianceOfFirst: number;
  readonly varianceOfSecond: number;
  /** Of first minus second: paired, so smaller than the sum the more alike the models are. */
  readonly varianceOfDifference: number;
  /** Effective number of independent units; Student's t has one degree of freedom less. */
  readonly units: number;
}

/** A difference, first minus second, with all that can be said of it; `null` where nothing can be said. */
export interface Difference {
  /** NaN where undefined. */
  readonly value: number;
  /** Interval at a level in (0, 1). */
  bounds(level: number): Bounds | null;
  /** Two-sided p-value of no difference: below 1 - level exactly when the interval leaves out 0. */
  test(): number | null;
  /**
   * One-sided p-value of "the first is worse by `margin` or more", H0: difference <= -margin. Below (1 - level) / 2 exactly when the interval lies
   * above -margin: 2.5% for a 95% interval, as ICH E9 asks of non-inferiority trials.
   *
   * @param margin in (0, 1), in units of the metric, settled before the data were seen
   * @throws LowmagError `invalid-argument`
   */
  nonInferiority(margin: number): number | null;
}

/**
 * Judges a paired difference.
 *
 * Everything comes from the one-sided p-value of "first <= second - shift", the larger of two by Student's t with m - 1 degrees of freedom:
 * - t = (first - second + shift) / SE of the difference; (1 - shift)^m for two models that never differed in m units;
 * - t = (g(first) - g(second - shift)) / SE of (g'(first) first - g'(second - shift) second), g the logit above 1/2 and its tangent below;
 *   for a perfect first, whose logit is infinite, (second - shift)^m instead, exact for m units.
 * The two-sided p-value is twice the smaller side's (1 for two that never differed); an end of the interval is where its side's p-value is
 * (1 - level) / 2, so that two perfect models get ±(1 - ((1 - level) / 2)^(1/m)).
 *
 * Why two: near 1 a value that comes out high by luck brings a small standard error along, so that the first t alone claims non-inferiority
 * wrongly in 4-13% of studies instead of 2.5% (AUROC above 0.9, few patients). With both it is 0-6%: `results/calibration.md`.
 */
export function judgeDifference(pair: PairedEstimate): Difference {
  const { first, second, varianceOfDifference, units } = pair;
  const value = first - second;
  const known = Number.isFinite(value) && Number.isFinite(errorOf(pair, 1, 1)) && units > 1;
  const same = Math.sqrt(varianceOfDifference) < NO_SPREAD && Math.abs(value) < NO_SPREAD;
  const mirrored = {
    ...pair,
    first: second,
    second: first,
    varianceOfFirst: pair.varianceOfSecond,
    varianceOfSecond: pair.varianceOfFirst,
  };
  const lower = (shift: number) => oneSided(pair, shift);
  const upper = (shift: number) => oneSided(mirrored, shift);
  return {
    value,
    bounds(level) {
      const tail = (1 - level) / 2;
      return known ? { low: -endOf(lower, -value, tail), high: endOf(upper, value, tail) } : null;
    },
    test: () => (!known ? null : same ? 1 : Math.min(1, 2 * Math.min(lower(0), upper(0)))),
    nonInferiority(margin) {
      if (!(margin > 0 && margin < 1))
        throw fail("invalid-argument", {
          where: "non-inferiority margin",
          expected: "a number between 0 and 1",
          got: `${margin}`,
        });
      return known ? lower(margin) : null;
    },
  };
}

/** p-value of "first <= second - shift". */
function oneSided(pair: PairedEstimate, shift: number): number {
  const { first, second, units } = pair;
  const excess = first - second + shift;
  const error = errorOf(pair, 1, 1);
  const alike = error < NO_SPREAD && Math.abs(first - second) < NO_SPREAD && shift > 0;
  const plain = alike ? Math.max(0, 1 - shift) ** units : upperTail(excess, error, units);
  if (excess <= 0) return plain;
  const limit = second - shift;
  if (first > 1 - NO_SPREAD) return Math.max(plain, Math.min(1, Math.max(0, limit)) ** units);
  const stretched = errorOf(pair, slope(first), slope(limit));
  return Math.max(plain, upperTail(stretch(first) - stretch(limit), stretched, units));
}

function upperTail(excess: number, error: number, units: number): number {
  if (error < NO_SPREAD) return excess > NO_SPREAD ? 0 : excess < -NO_SPREAD ? 1 : 0.5;
  return studentTCdf(-excess / error, units - 1);
}

/** Standard error of a · first - b · second; written so that nothing cancels for a = b. */
function errorOf(pair: PairedEstimate, a: number, b: number): number {
  const { varianceOfFirst, varianceOfSecond, varianceOfDifference } = pair;
  const variance = a * b * varianceOfDifference + (a - b) * (a * varianceOfFirst - b * varianceOfSecond);
  return Math.sqrt(Number.isNaN(variance) ? variance : Math.max(0, variance));
}

/** The shift in [from, 1] at which the p-value has fallen to `tail`; 1 where it never does. */
function endOf(pValue: (shift: number) => number, from: number, tail: number): number {
  let [low, high] = [from, 1];
  if (pValue(high) > tail) return high;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (pValue(middle) > tail) low = middle;
    else high = middle;
  }
  return high;
}

/** Logit above 1/2, its tangent below: a share is stretched near 1 only. */
function stretch(share: number): number {
  return share > 0.5 ? Math.log(share / (1 - share)) : 4 * (share - 0.5);
}

function slope(share: number): number {
  return share > 0.5 ? 1 / (share * (1 - share)) : 4;
}
