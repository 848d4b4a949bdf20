// Temperature scaling (Guo, Pleiss, Sun, Weinberger 2017): one number that divides the logits so that the confidences
// fit the validation set. It never changes which class is most probable, so only calibration moves.
import { fail } from "../base/index.ts";

/** The search stops at these: beyond them the data ask for certainty (every image right) or for no information at all. */
export const MIN_TEMPERATURE = 0.01;
export const MAX_TEMPERATURE = 100;

const ITERATIONS = 200;

/** The fitted temperature and what it did to the mean log loss of the images it was fitted on. */
export interface TemperatureFit {
  readonly temperature: number;
  readonly logLossBefore: number;
  readonly logLossAfter: number;
  /** True when the optimum lies beyond {@link MIN_TEMPERATURE} or {@link MAX_TEMPERATURE}. */
  readonly atBound: boolean;
}

/**
 * Finds the temperature T that minimises the mean log loss of softmax(z / T).
 * The loss is convex in 1/T; its derivative, the mean of E_p[z] - z_label, is bisected.
 *
 * @param logits [N][K], finite; of the validation split, never of the test split
 * @param labels true classes [N]
 * @throws LowmagError `shape-mismatch`, `invalid-argument`, `not-finite`
 * @example
 * const { temperature } = fitTemperature(validationLogits, validationLabels);
 * const probabilities = softmax(testLogits[0], temperature);
 */
export function fitTemperature(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
): TemperatureFit {
  checkLogits(logits, labels);
  let low = 1 / MAX_TEMPERATURE;
  let high = 1 / MIN_TEMPERATURE;
  const slope = (inverse: number) => meanOver(logits, labels, inverse, slopeOfImage);
  const atBound = slope(low) >= 0 || slope(high) <= 0;
  for (let i = 0; i < ITERATIONS && high - low > high * 1e-15; i++) {
    const middle = (low + high) / 2;
    // A slope that has underflown to 0 still asks for a lower temperature.
    if (slope(middle) <= 0) low = middle;
    else high = middle;
  }
  const inverse = (low + high) / 2;
  return {
    temperature: 1 / inverse,
    logLossBefore: meanOver(logits, labels, 1, lossOfImage),
    logLossAfter: meanOver(logits, labels, inverse, lossOfImage),
    atBound,
  };
}

/** softmax(z / T), stable for any finite logits. */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  if (!(temperature > 0))
    throw fail("invalid-argument", {
      where: "softmax",
      expected: "a temperature above 0",
      got: `${temperature}`,
    });
  const highest = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp((logit - highest) / temperature));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

type ImageTerm = (logits: readonly number[], label: number, inverse: number) => number;

function meanOver(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  inverse: number,
  term: ImageTerm,
): number {
  return logits.reduce((sum, row, i) => sum + term(row, labels[i]!, inverse), 0) / logits.length;
}

/** -log softmax(z / T) at the label, by log-sum-exp. */
function lossOfImage(row: readonly number[], label: number, inverse: number): number {
  const highest = Math.max(...row);
  const sum = row.reduce((total, logit) => total + Math.exp((logit - highest) * inverse), 0);
  return Math.log(sum) - (row[label]! - highest) * inverse;
}

/** Derivative of {@link lossOfImage} in 1/T; written as a sum over the other classes so that nothing cancels. */
function slopeOfImage(row: readonly number[], label: number, inverse: number): number {
  const probabilities = softmax(row, 1 / inverse);
  return row.reduce((sum, logit, c) => sum + probabilities[c]! * (logit - row[label]!), 0);
}

function checkLogits(logits: readonly (readonly number[])[], labels: readonly number[]): void {
  const where = "fitTemperature";
  if (logits.length === 0)
    throw fail("invalid-argument", { where, expected: "at least one image", got: "none" });
  if (logits.length !== labels.length)
    throw fail("shape-mismatch", {
      where,
      expected: `${labels.length} rows of logits`,
      got: `${logits.length}`,
    });
  const classes = logits[0]!.length;
  logits.forEach((row, i) => {
    const at = `${where}, image ${i}`;
    if (row.length !== classes)
      throw fail("shape-mismatch", { where: at, expected: `${classes} logits`, got: `${row.length}` });
    if (!row.every(Number.isFinite))
      throw fail("not-finite", { where: at, expected: "finite logits", got: `[${row.join(", ")}]` });
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw fail("invalid-argument", {
        where: at,
        expected: `a label in [0, ${classes - 1}]`,
        got: `${label}`,
      });
  });
}
