// The threshold of "any piece above", chosen on validation data.
import { fail } from "../base/index.ts";

/** A threshold and what it reaches on the data it was chosen on. */
export interface ChosenThreshold {
  /** A score of the data; at or above it is positive. */
  readonly threshold: number;
  /** Shares of the positive and of the negative that are judged right, 0 to 1. */
  readonly sensitivity: number;
  readonly specificity: number;
  /** Scores. */
  readonly n: number;
}

/**
 * The threshold with the highest sensitivity + specificity - 1 (Youden 1950), among the scores themselves. Of thresholds
 * that reach the same, the lowest: it misses the fewest positives.
 *
 * The choice is made to fit these data, so what it reaches on others is lower.
 *
 * @param scores a number per slide, such as the highest probability of a class among its pieces.
 * @param labels true for a positive slide.
 * @throws LowmagError `invalid-argument` where there are no positive or no negative slides, or a score that is no number.
 */
export function chooseThreshold(scores: readonly number[], labels: readonly boolean[]): ChosenThreshold {
  const positives = labels.filter((label) => label).length;
  const negatives = labels.length - positives;
  check(scores, labels, positives, negatives);
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  let [found, alarms] = [0, 0];
  let best = { gain: -1, threshold: 0, found: 0, alarms: 0 };
  for (const [place, i] of order.entries()) {
    if (labels[i]!) found++;
    else alarms++;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[i]) continue;
    // In whole numbers, so that equals are equal.
    const gain = found * negatives - alarms * positives;
    if (gain >= best.gain) best = { gain, threshold: scores[i]!, found, alarms };
  }
  return {
    threshold: best.threshold,
    sensitivity: best.found / positives,
    specificity: 1 - best.alarms / negatives,
    n: scores.length,
  };
}

function check(
  scores: readonly number[],
  labels: readonly boolean[],
  positives: number,
  negatives: number,
): void {
  const refuse = (expected: string, got: string, fix?: string) =>
    fail("invalid-argument", {
      where: "chooseThreshold",
      expected,
      got,
      ...(fix === undefined ? {} : { fix }),
    });
  if (scores.length !== labels.length)
    throw refuse("a label for every score", `${scores.length} scores and ${labels.length} labels`);
  if (!scores.every(Number.isFinite)) throw refuse("finite scores", "NaN or infinity");
  if (positives === 0 || negatives === 0)
    throw refuse(
      "positive and negative slides to choose a threshold by",
      `${positives} positive and ${negatives} negative`,
      "Give slides of both kinds, or state a threshold.",
    );
}
