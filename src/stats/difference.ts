// What can be said of a difference from its estimate and standard error: interval, test of no difference, non-inferiority, all three
// from the same Student's t, so that they always agree. Differences of AUROCs take more care: `auroc-difference.ts`.
import { fail } from "../base/index.ts";
import { studentTCdf, studentTQuantile } from "./distributions.ts";
import { type Bounds, NO_SPREAD } from "./interval.ts";

/** A difference of two models in a metric between 0 and 1, first minus second. */
export interface DifferenceEstimate {
  /** NaN where undefined. */
  readonly value: number;
  /** With every small-sample correction; 0 where nothing varies, NaN where it cannot be known. */
  readonly standardError: number;
  /** Of Student's t. */
  readonly degreesOfFreedom: number;
  /** Effective number of independent units, for the exact bound where nothing varies. */
  readonly units: number;
}

/** A difference with all that can be said of it; every part agrees with the others. */
export interface Difference {
  /** NaN where undefined. */
  readonly value: number;
  /** Interval at a level in (0, 1); `null` where nothing can be said. */
  bounds(level: number): Bounds | null;
  /** Two-sided p-value of no difference: below 1 - level exactly when the interval leaves out 0. */
  test(): number | null;
  /** One-sided p-value of "the first is worse by the margin or more": below (1 - level) / 2 exactly when the interval lies above -margin. */
  nonInferiority(margin: number): number | null;
}

/** The difference by Student's t: value ± t · SE. */
export function studentDifference(estimate: DifferenceEstimate): Difference {
  return {
    value: estimate.value,
    bounds: (level) => differenceBounds(estimate, level),
    test: () => differenceTest(estimate),
    nonInferiority: (margin) => nonInferiorityTest(estimate, margin),
  };
}

/** value ± t · SE, kept within [-1, 1]; for two models that always agree ±(1 - (α/2)^(1/m)); `null` where nothing can be said. */
export function differenceBounds(estimate: DifferenceEstimate, level: number): Bounds | null {
  const { value, standardError, degreesOfFreedom, units } = estimate;
  if (unvarying(estimate)) {
    const bound = 1 - ((1 - level) / 2) ** (1 / units);
    return Math.abs(value) < NO_SPREAD && units >= 1 ? { low: -bound, high: bound } : null;
  }
  if (!testable(estimate)) return null;
  const margin = studentTQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return { low: Math.max(-1, value - margin), high: Math.min(1, value + margin) };
}

/** Two-sided p-value of no difference: t = value / SE. 1 for two models that always agree; `null` where nothing can be said. */
export function differenceTest(estimate: DifferenceEstimate): number | null {
  const { value, standardError, degreesOfFreedom } = estimate;
  if (unvarying(estimate)) return Math.abs(value) < NO_SPREAD ? 1 : null;
  if (!testable(estimate)) return null;
  return 2 * studentTCdf(-Math.abs(value) / standardError, degreesOfFreedom);
}

/**
 * One-sided p-value of "the first is worse by `margin` or more", H0: difference <= -margin; t = (value + margin) / SE.
 * Held against α = (1 - level) / 2 it agrees with {@link differenceBounds}: p < α exactly when the lower end of the interval
 * is above -margin (0.025 for a 95% interval, as ICH E9 asks of non-inferiority trials). Two models that always agree in m
 * units: (1 - margin)^m, by the exact bound.
 *
 * @param margin in (0, 1), in units of the metric, settled before the data were seen
 * @returns `null` where nothing can be said
 * @throws LowmagError `invalid-argument`
 */
export function nonInferiorityTest(estimate: DifferenceEstimate, margin: number): number | null {
  checkMargin(margin);
  const { value, standardError, degreesOfFreedom, units } = estimate;
  if (unvarying(estimate)) return Math.abs(value) < NO_SPREAD && units >= 1 ? (1 - margin) ** units : null;
  if (!testable(estimate)) return null;
  return studentTCdf(-(value + margin) / standardError, degreesOfFreedom);
}

/** @throws LowmagError `invalid-argument` */
export function checkMargin(margin: number): void {
  if (!(margin > 0 && margin < 1))
    throw fail("invalid-argument", {
      where: "non-inferiority margin",
      expected: "a number between 0 and 1",
      got: `${margin}`,
    });
}

function unvarying({ standardError }: DifferenceEstimate): boolean {
  return standardError < NO_SPREAD;
}

function testable({ value, standardError, degreesOfFreedom }: DifferenceEstimate): boolean {
  return Number.isFinite(value) && Number.isFinite(standardError) && degreesOfFreedom > 0;
}
