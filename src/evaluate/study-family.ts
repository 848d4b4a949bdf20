// A study makes many tests. They are corrected for their number by Holm, one family for each metric.
import { holmAdjust } from "../stats/index.ts";
import type { StudyComparison, StudyTest } from "./study-record.ts";

/** A comparison whose p-values are as they are; `null` where a test is not asked for or cannot be made. */
export interface UnadjustedComparison extends Omit<StudyComparison, "test" | "nonInferiority"> {
  /** Of the tests: "DeLong by patient". */
  readonly method: string;
  /** Two-sided p-value of no difference. */
  readonly test: number | null;
  /** One-sided p-value of "worse by the margin or more". */
  readonly nonInferiority: number | null;
}

/**
 * Adjusts the p-values by Holm, the family of a test being all tests of its metric. One-sided p-values enter doubled: everything
 * is then held against 1 - level, and non-inferiority is tested at (1 - level) / 2 as its interval is.
 */
export function adjustFamilies(
  comparisons: readonly UnadjustedComparison[],
  margin: number,
  level: number,
): StudyComparison[] {
  const adjusted = new Map<UnadjustedComparison, readonly [number | null, number | null]>();
  for (const metric of new Set(comparisons.map((one) => one.metric))) {
    const family = comparisons.filter((one) => one.metric === metric);
    const all = holmAdjust(family.flatMap((one) => [one.test, doubled(one.nonInferiority)]));
    family.forEach((one, i) => {
      adjusted.set(one, [all[2 * i]!, all[2 * i + 1]!]);
    });
  }
  return comparisons.map((one) => {
    const { method, test, nonInferiority, ...rest } = one;
    const [ofTest, ofMargin] = adjusted.get(one)!;
    const shown = ofMargin !== null && ofMargin < 1 - level;
    const bare = testOf(nonInferiority, ofMargin, method);
    return {
      ...rest,
      test: testOf(test, ofTest, method),
      nonInferiority: bare === null ? null : { ...bare, margin, shown },
    };
  });
}

/** What the families are, in a sentence for the reader. */
export function describeFamily(
  comparisons: readonly StudyComparison[],
  primary: string,
  margin: number,
  level: number,
): string {
  const ofPrimary = comparisons.filter(({ metric }) => metric === primary);
  const differences = ofPrimary.filter(({ test }) => test !== null).length;
  const margins = ofPrimary.filter(({ nonInferiority }) => nonInferiority !== null).length;
  const alpha = percent(1 - level);
  return (
    `The p-values of each metric are corrected by Holm (1979) as one family; that of ${primary}, of which alone claims are made, has ` +
    `${differences} two-sided tests of a difference and ${margins} one-sided tests of non-inferiority at a margin of ${margin}; ` +
    `one-sided p-values enter doubled, so that adjusted p-values are held against ${alpha} and non-inferiority is tested at ${percent((1 - level) / 2)}.`
  );
}

function doubled(oneSided: number | null): number | null {
  return oneSided === null ? null : Math.min(1, 2 * oneSided);
}

function testOf(pValue: number | null, adjusted: number | null, method: string): StudyTest | null {
  return pValue === null || adjusted === null ? null : { pValue, adjusted, method };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(6))}%`;
}
