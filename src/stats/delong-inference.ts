// From DeLong's components to what is reported: the interval of an AUROC, and a difference ready for its interval and tests.
import { type AurocComponents, aurocVariance } from "./delong.ts";
import type { DifferenceEstimate } from "./difference.ts";
import { studentTQuantile } from "./distributions.ts";
import { type Bounds, NO_SPREAD, shareBounds, unanimousBounds } from "./interval.ts";

/**
 * A difference of AUROCs, as combined by `combineAurocs`, with its standard error.
 *
 * @param units effective number of independent units behind it (`effectiveUnits`): Student's t has one degree of freedom less
 */
export function aurocDifference(combined: AurocComponents, units: number): DifferenceEstimate {
  return {
    value: combined.value,
    standardError: Math.sqrt(aurocVariance(combined)),
    degreesOfFreedom: units - 1,
    units,
  };
}

/**
 * The interval of one AUROC or a mean of several: Student's t on the logit scale, SE / (A (1 - A)) by the delta method. A perfect AUROC, which
 * varies in nothing, gets the exact binomial bound of m successes in m units.
 *
 * @param units as {@link aurocDifference}
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
