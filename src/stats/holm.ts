// Many tests at once: Holm's step-down correction, which keeps the chance of any false alarm in a family of tests at the level of one.
import { fail } from "../base/index.ts";

/**
 * Adjusted p-values after Holm (1979), valid under any dependence of the tests. With the m p-values in rising order, the i-th becomes
 * max over j <= i of min(1, (m - j + 1) p_j); a test is significant in the family when its adjusted p-value is at most the level.
 *
 * @param pValues of one family; `null` for a test that could not be made: it stays `null` and does not count
 * @returns in the order given
 * @throws LowmagError `invalid-argument` for a value outside [0, 1]
 * @example
 * holmAdjust([0.01, 0.04, null, 0.03]); // [0.03, 0.06, null, 0.06]
 */
export function holmAdjust(pValues: readonly (number | null)[]): (number | null)[] {
  const wrong = pValues.find((p) => p !== null && !(p >= 0 && p <= 1));
  if (wrong !== undefined)
    throw fail("invalid-argument", { where: "holmAdjust", expected: "p-values in [0, 1]", got: `${wrong}` });
  const made = pValues.flatMap((p, place) => (p === null ? [] : [{ p, place }]));
  made.sort((a, b) => a.p - b.p);
  const adjusted = pValues.map((): number | null => null);
  let highest = 0;
  made.forEach(({ p, place }, i) => {
    highest = Math.max(highest, Math.min(1, (made.length - i) * p));
    adjusted[place] = highest;
  });
  return adjusted;
}
