// What can be read off a class's sorted one-versus-rest scores: area under the ROC curve, average precision and the
// curve itself. One walk down the scores serves both areas, with a weight per image so that a resample costs no sort.
import type { PreparedPredictions, Ranking } from "./predictions.ts";

/** A point of a one-versus-rest ROC curve. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** Both areas of one class; NaN where there are no positives (or, for AUROC, no negatives). */
export interface RankingAreas {
  auroc: number;
  auprc: number;
}

/**
 * Fills `out` with AUROC = P(score of a positive > score of a negative) + P(equal) / 2 (Mann-Whitney) and
 * AUPRC = sum over thresholds of (R_n - R_{n-1}) P_n (average precision, as scikit-learn: no interpolation).
 *
 * @param weights one per image, 0 or more
 */
export function rankingAreas(
  ranking: Ranking,
  labels: Int32Array,
  positive: number,
  weights: Float64Array,
  out: RankingAreas,
): void {
  const { order, groupEnd } = ranking;
  let truePositives = 0;
  let falsePositives = 0;
  let groupPositives = 0;
  let groupNegatives = 0;
  let concordant = 0;
  let precisionSum = 0;
  for (let i = 0; i < order.length; i++) {
    const image = order[i]!;
    const weight = weights[image]!;
    if (labels[image] === positive) groupPositives += weight;
    else groupNegatives += weight;
    if (groupEnd[i] === 0) continue;
    concordant += groupNegatives * (truePositives + groupPositives / 2);
    truePositives += groupPositives;
    falsePositives += groupNegatives;
    if (groupPositives > 0)
      precisionSum += (groupPositives * truePositives) / (truePositives + falsePositives);
    groupPositives = 0;
    groupNegatives = 0;
  }
  out.auroc = concordant / (truePositives * falsePositives);
  out.auprc = precisionSum / truePositives;
}

/**
 * The ROC curve of one class against the rest, from (0, 0) to (1, 1), one point per distinct score; points on a straight
 * line between their neighbours are left out, as scikit-learn's `drop_intermediate`.
 *
 * @returns an empty array where the class or its rest has no images
 */
export function rocCurve(predictions: PreparedPredictions, positive: number): RocPoint[] {
  const { order, groupEnd } = predictions.rankings[positive]!;
  const counts: [number, number][] = [[0, 0]];
  let falsePositives = 0;
  let truePositives = 0;
  for (let i = 0; i < order.length; i++) {
    if (predictions.labels[order[i]!] === positive) truePositives++;
    else falsePositives++;
    if (groupEnd[i] === 1) counts.push([falsePositives, truePositives]);
  }
  if (truePositives === 0 || falsePositives === 0) return [];
  return counts
    .filter((point, i) => !liesBetween(counts[i - 1], point, counts[i + 1]))
    .map(([negatives, positives]) => ({
      falsePositiveRate: negatives / falsePositives,
      truePositiveRate: positives / truePositives,
    }));
}

/** True when the middle point is on the straight line of its neighbours (integer counts, so exact). */
function liesBetween(
  before: readonly [number, number] | undefined,
  point: readonly [number, number],
  after: readonly [number, number] | undefined,
): boolean {
  if (before === undefined || after === undefined) return false;
  return (point[0] - before[0]) * (after[1] - point[1]) === (point[1] - before[1]) * (after[0] - point[0]);
}
