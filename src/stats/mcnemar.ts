// McNemar's exact test: do two models have the same accuracy on the same images? Only the images on which exactly one of them is
// right count. It supposes that images are independent; with several images per patient use the permutation test.
import { fail } from "../base/index.ts";
import { fairBinomialCdf } from "./distributions.ts";

/** Result of {@link mcnemarTest}. */
export interface McNemarTest {
  /** Images that only the first, or only the second, model had right. */
  readonly firstOnly: number;
  readonly secondOnly: number;
  /** Two-sided exact p-value; 1 when the models never differ. */
  readonly pValue: number;
}

/**
 * McNemar's exact (binomial) test: under the null each discordant image falls to either model with chance 1/2.
 *
 * @param firstCorrect whether the first model was right, per image [N]
 * @param secondCorrect the same of the second model
 * @throws LowmagError `shape-mismatch`
 * @example
 * mcnemarTest([true, true, true], [false, false, true]).pValue; // 0.5
 */
export function mcnemarTest(
  firstCorrect: readonly boolean[],
  secondCorrect: readonly boolean[],
): McNemarTest {
  if (firstCorrect.length !== secondCorrect.length)
    throw fail("shape-mismatch", {
      where: "McNemar's test",
      expected: `${firstCorrect.length} answers of the second model`,
      got: `${secondCorrect.length}`,
    });
  const firstOnly = firstCorrect.filter((correct, i) => correct && !secondCorrect[i]).length;
  const secondOnly = secondCorrect.filter((correct, i) => correct && !firstCorrect[i]).length;
  const tail = fairBinomialCdf(Math.min(firstOnly, secondOnly), firstOnly + secondOnly);
  return { firstOnly, secondOnly, pValue: Math.min(1, 2 * tail) };
}
