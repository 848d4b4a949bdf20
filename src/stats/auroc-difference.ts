// From DeLong's components to what is reported: the interval of an AUROC, and the difference of two.
import { type AurocComponents, aurocVariance, combineAurocs } from "./delong.ts";
import { type Difference, judgeDifference } from "./difference.ts";
import { studentTQuantile } from "./distributions.ts";
import { type Bounds, NO_SPREAD, shareBounds, unanimousBounds } from "./interval.ts";

/**
 * The interval of one AUROC or a mean of several: Student's t on the logit scale, SE / (A (1 - A)) by the delta method. A perfect AUROC, which
 * varies in nothing, gets the exact binomial bound of m successes in m units.
 *
 * @param units effective number of independent units (`effectiveUnits`): Student's t has one degree of freedom less
 * @returns `null` where nothing can be said: undefined, one unit, a class whose images come from a single unit
 */
export function aurocInterval(components: AurocComponents, units: number, level: number): Bounds | null {
  const standardError = Math.sqrt(aurocVariance(components));
  const { value } = components;
  if (Number.isNaN(value) || Number.isNaN(standardError) || units <= 1) return null;
  if (standardError < NO_SPREAD)
    return unanimousBounds({ estimate: value, scale: "share", units }, (1 - level) / 2);
  return shareBounds(value, studentTQuantile((1 + level) / 2, units - 1) * standardError);
}

/**
 * The difference of two AUROCs (or of means over seeds) on the same images, first minus second, its variances by DeLong with clusters.
 *
 * @param units as {@link aurocInterval}
 */
export function aurocDifference(first: AurocComponents, second: AurocComponents, units: number): Difference {
  const difference = combineAurocs([
    { components: first, weight: 1 },
    { components: second, weight: -1 },
  ]);
  return judgeDifference({
    first: first.value,
    second: second.value,
    varianceOfFirst: aurocVariance(first),
    varianceOfSecond: aurocVariance(second),
    varianceOfDifference: aurocVariance(difference),
    units,
  });
}
