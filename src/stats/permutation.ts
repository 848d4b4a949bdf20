// A paired permutation test that respects patients: under the null the two models are exchangeable, so within any
// patient their answers may be swapped. For accuracy this is the sign-flip test of the patients' differences; for any other metric
// the metric is computed again on the swapped answers.
import { fail } from "../base/index.ts";
import type { Generator } from "../random/index.ts";
import { metricCount } from "./metric-names.ts";
import { MetricCalculator } from "./metrics.ts";
import { type PreparedPredictions, preparePredictions } from "./predictions.ts";

/** Result of {@link pairedPermutationTest}. */
export interface PermutationTest {
  /** First minus second; `null` where undefined. */
  readonly difference: number | null;
  /** Two-sided; `null` where the difference is undefined. */
  readonly pValue: number | null;
  /** Swaps tried: all 2^units when that is no more than asked for, else random ones. */
  readonly permutations: number;
  readonly exact: boolean;
}

/** Room for the rounding of sums that are equal in exact arithmetic. */
const ROUNDING = 1e-12;

/**
 * Tests whether two models are exchangeable, looking at the difference of one metric.
 * p = (1 + number of random swaps at least as extreme) / (swaps + 1), so at least 1 / (swaps + 1); with few units all
 * 2^units swaps are tried instead and p is exact.
 *
 * The null is stronger than "equal metric": for AUROC and log loss, models that differ only in how sure they are
 * are not exchangeable. Measured false alarms at 5%: 0-5.4% in all
 * scenarios of `results/calibration.md`, 6 to 100 patients.
 *
 * @param unitOf unit (patient) of each image [N], numbered from 0 without gaps
 * @param index place of the metric in the flat array
 * @throws LowmagError `shape-mismatch`, `invalid-argument`
 */
export function pairedPermutationTest(
  first: PreparedPredictions,
  second: PreparedPredictions,
  unitOf: Int32Array,
  index: number,
  options: { readonly permutations?: number; readonly generator: Generator },
): PermutationTest {
  const { permutations = 10_000, generator } = options;
  checkPair(first, second, unitOf, permutations);
  const units = unitOf.reduce((most, unit) => Math.max(most, unit + 1), 0);
  const difference = swappedDifference(first, second, unitOf, index);
  const swaps = new Uint8Array(units);
  const observed = difference(swaps);
  const exact = 2 ** units <= permutations;
  const tried = exact ? 2 ** units : permutations;
  if (Number.isNaN(observed)) return { difference: null, pValue: null, permutations: tried, exact };
  let extreme = 0;
  for (let p = 0; p < tried; p++) {
    for (let unit = 0; unit < units; unit++)
      swaps[unit] = exact ? (p >>> unit) & 1 : Number(generator.bernoulli(0.5));
    if (Math.abs(difference(swaps)) >= Math.abs(observed) - ROUNDING) extreme++;
  }
  const pValue = exact ? extreme / tried : (extreme + 1) / (tried + 1);
  return { difference: observed, pValue, permutations: tried, exact };
}

/** The difference of the metric after swapping the answers of some units: both models' answers are pooled and weighted 0 or 1. */
function swappedDifference(
  first: PreparedPredictions,
  second: PreparedPredictions,
  unitOf: Int32Array,
  index: number,
): (swaps: Uint8Array) => number {
  const calculator = new MetricCalculator(pool(first, second));
  const images = first.images;
  const weightsOfFirst = new Float64Array(2 * images);
  const weightsOfSecond = new Float64Array(2 * images);
  const metricsOfFirst = new Float64Array(metricCount(first.classes));
  const metricsOfSecond = new Float64Array(metricCount(first.classes));
  return (swaps) => {
    for (let i = 0; i < images; i++) {
      const swap = swaps[unitOf[i]!]!;
      weightsOfFirst[i] = weightsOfSecond[images + i] = 1 - swap;
      weightsOfFirst[images + i] = weightsOfSecond[i] = swap;
    }
    calculator.compute(weightsOfFirst, metricsOfFirst);
    calculator.compute(weightsOfSecond, metricsOfSecond);
    return metricsOfFirst[index]! - metricsOfSecond[index]!;
  };
}

function pool(first: PreparedPredictions, second: PreparedPredictions): PreparedPredictions {
  const rows = [first, second].flatMap(({ images, scores }) =>
    Array.from({ length: images }, (_, i) => scores.map((ofClass) => ofClass[i]!)),
  );
  return preparePredictions([...first.labels, ...second.labels], rows, first.classes);
}

function checkPair(
  first: PreparedPredictions,
  second: PreparedPredictions,
  unitOf: Int32Array,
  permutations: number,
): void {
  const where = "paired permutation test";
  if (!Number.isInteger(permutations) || permutations < 1)
    throw fail("invalid-argument", { where, expected: "at least 1 permutation", got: `${permutations}` });
  const same =
    first.images === second.images &&
    first.classes === second.classes &&
    first.images === unitOf.length &&
    first.labels.every((label, i) => label === second.labels[i]);
  if (!same)
    throw fail("shape-mismatch", {
      where,
      expected: "two models' predictions of the same images, and the unit of each image",
      got: `${first.images} and ${second.images} images, ${unitOf.length} units, or different labels`,
    });
}
