// Labels and class probabilities, checked once and laid out so that every metric of a resample is a single pass:
// what does not depend on the resample (argmax, log loss, calibration bin, the order of the scores) is worked out here.
import { fail } from "../base/index.ts";

/** Bins of the expected calibration error: equal width on (0, 1]. */
export const CALIBRATION_BINS = 15;

/** How far the probabilities of an image may sum from 1: room for float32 softmax, not for logits. */
export const PROBABILITY_SUM_TOLERANCE = 1e-3;

/** Probabilities are clipped to [eps, 1] before the logarithm, eps of float64, as scikit-learn does. */
const LOG_LOSS_CLIP = Number.EPSILON;

/** One-versus-rest scores of a class, sorted once. */
export interface Ranking {
  /** Images by falling score. */
  readonly order: Int32Array;
  /** 1 where the next image in the order has a lower score: ties share one threshold. */
  readonly groupEnd: Uint8Array;
}

/** Checked predictions of one model on N images of K classes. */
export interface PreparedPredictions {
  readonly images: number;
  readonly classes: number;
  /** True class of each image [N]. */
  readonly labels: Int32Array;
  /** Class of highest probability [N]; the first of equals, as `argmax` everywhere. */
  readonly predicted: Int32Array;
  /** Probability of the predicted class [N]. */
  readonly confidence: Float64Array;
  /** -log of the probability of the true class [N]. */
  readonly loss: Float64Array;
  /** Calibration bin of the confidence [N]. */
  readonly bin: Uint8Array;
  /** One per class. */
  readonly rankings: readonly Ranking[];
  /** Probability of each class, class by class [K][N]. */
  readonly scores: readonly Float64Array[];
}

/**
 * Checks labels and probabilities and prepares them for {@link MetricCalculator}.
 *
 * @param labels true classes [N], integers in [0, K)
 * @param probabilities [N][K], each row finite, in [0, 1], summing to 1 within {@link PROBABILITY_SUM_TOLERANCE}
 * @param classes K, at least 2
 * @throws LowmagError `invalid-argument`, `shape-mismatch`, or `not-finite` for NaN and infinities
 */
export function preparePredictions(
  labels: readonly number[],
  probabilities: readonly (readonly number[])[],
  classes: number,
): PreparedPredictions {
  checkLabels(labels, classes);
  if (probabilities.length !== labels.length)
    throw fail("shape-mismatch", {
      where: "predictions",
      expected: `one row of probabilities per label (${labels.length})`,
      got: `${probabilities.length} rows`,
    });
  const images = labels.length;
  const scores = Array.from({ length: classes }, () => new Float64Array(images));
  const predicted = new Int32Array(images);
  const confidence = new Float64Array(images);
  const loss = new Float64Array(images);
  const bin = new Uint8Array(images);
  probabilities.forEach((row, i) => {
    checkProbabilities(row, classes, `predictions, image ${i}`);
    row.forEach((probability, c) => {
      scores[c]![i] = probability;
    });
    const best = argmax(row);
    predicted[i] = best;
    confidence[i] = row[best]!;
    bin[i] = calibrationBin(row[best]!);
    loss[i] = -Math.log(Math.min(1, Math.max(LOG_LOSS_CLIP, row[labels[i]!]!)));
  });
  const rankings = scores.map(rank);
  return {
    images,
    classes,
    labels: Int32Array.from(labels),
    predicted,
    confidence,
    loss,
    bin,
    rankings,
    scores,
  };
}

/**
 * Refuses a row of probabilities that is not one.
 *
 * @param where what the row belongs to, for the message
 * @throws LowmagError `shape-mismatch` for a wrong length, `not-finite` for NaN or infinities, `invalid-argument` for
 *   values outside [0, 1] or a sum other than 1
 */
export function checkProbabilities(row: readonly number[], classes: number, where: string): void {
  if (row.length !== classes)
    throw fail("shape-mismatch", { where, expected: `${classes} probabilities`, got: `${row.length}` });
  const expected = "probabilities in [0, 1] that sum to 1";
  if (!row.every(Number.isFinite))
    throw fail("not-finite", {
      where,
      expected,
      got: `[${row.join(", ")}]`,
      fix: "The model's weights or its input hold NaN or infinite values; train it again or check the image.",
    });
  const sum = row.reduce((total, probability) => total + probability, 0);
  const outside = row.some((probability) => probability < 0 || probability > 1 + PROBABILITY_SUM_TOLERANCE);
  if (outside || Math.abs(sum - 1) > PROBABILITY_SUM_TOLERANCE)
    throw fail("invalid-argument", {
      where,
      expected,
      got: outside ? `[${row.join(", ")}]` : `a sum of ${sum}`,
      fix: "Apply softmax to logits first.",
    });
}

/** Index of the largest value; the first of equals. */
export function argmax(row: ArrayLike<number>): number {
  let best = 0;
  for (let c = 1; c < row.length; c++) if (row[c]! > row[best]!) best = c;
  return best;
}

function checkLabels(labels: readonly number[], classes: number): void {
  if (!Number.isInteger(classes) || classes < 2)
    throw fail("invalid-argument", {
      where: "predictions",
      expected: "at least 2 classes",
      got: `${classes}`,
    });
  if (labels.length === 0)
    throw fail("invalid-argument", { where: "predictions", expected: "at least one image", got: "none" });
  const wrong = labels.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (wrong >= 0)
    throw fail("invalid-argument", {
      where: `predictions, image ${wrong}`,
      expected: `a label in [0, ${classes - 1}]`,
      got: `${labels[wrong]}`,
    });
}

/** Bin of a confidence; bins are open below and closed above, so 1 falls in the last. */
function calibrationBin(confidence: number): number {
  const bin = Math.ceil(confidence * CALIBRATION_BINS) - 1;
  return Math.min(CALIBRATION_BINS - 1, Math.max(0, bin));
}

function rank(scores: Float64Array): Ranking {
  const order = Int32Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b);
  const groupEnd = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++)
    groupEnd[i] = i + 1 === order.length || scores[order[i + 1]!] !== scores[order[i]!] ? 1 : 0;
  return { order, groupEnd };
}
