// From the answers for pieces to the answer for their slide.
import { closestWord, fail } from "../base/index.ts";
import type { PiecePrediction, SlideAnswer, SlideRule } from "./types.ts";

/** What a rule looks at. */
export type JudgedPiece = Pick<PiecePrediction, "probabilities" | "tissueArea">;

/** The rule unless told otherwise. */
export const USUAL_RULE: SlideRule = { kind: "mean" };

/**
 * The answer for a slide; see {@link SlideRule} for what the rules mean. Where no piece holds tissue, all weigh the same. Of
 * equal probabilities the first class wins.
 *
 * @throws LowmagError `invalid-argument` for no pieces, or a rule that does not fit the classes.
 */
export function applySlideRule(
  rule: SlideRule,
  classes: readonly string[],
  pieces: readonly JudgedPiece[],
): SlideAnswer {
  checkSlideRule(rule, classes);
  if (pieces.length === 0)
    throw fail("invalid-argument", { where: "applySlideRule", expected: "at least one piece", got: "none" });
  const means = weightedMeans(classes.length, pieces);
  if (rule.kind === "mean") return { label: classes[largest(means)]!, probabilities: means };
  const positive = classes.indexOf(rule.positive);
  const highest = pieces.reduce((best, { probabilities }) => Math.max(best, probabilities[positive]!), 0);
  const probabilities = shared(means, positive, highest);
  if (rule.kind === "max") return { label: classes[largest(probabilities)]!, probabilities };
  const found = highest >= rule.threshold || classes.length === 1;
  const others = probabilities.map((p, k) => (k === positive ? -1 : p));
  return { label: classes[found ? positive : largest(others)]!, probabilities };
}

/**
 * Checks that a rule fits a model's classes.
 *
 * @throws LowmagError `invalid-argument`.
 */
export function checkSlideRule(rule: SlideRule, classes: readonly string[]): void {
  if (rule.kind === "mean") return;
  if (!classes.includes(rule.positive)) {
    const close = closestWord(rule.positive, classes);
    throw fail("invalid-argument", {
      where: "the slide rule's positive class",
      expected: `one of the model's classes: ${classes.join(", ")}`,
      got: `\`${rule.positive}\``,
      ...(close === undefined ? {} : { fix: `Did you mean \`${close}\`?` }),
    });
  }
  if (rule.kind === "any" && !(rule.threshold >= 0 && rule.threshold <= 1))
    throw fail("invalid-argument", {
      where: "the slide rule's threshold",
      expected: "a probability from 0 to 1",
      got: `${rule.threshold}`,
    });
}

/** Means weighted by tissue area, of sum 1. */
function weightedMeans(classes: number, pieces: readonly JudgedPiece[]): number[] {
  const all = pieces.reduce((sum, { tissueArea }) => sum + tissueArea, 0);
  const means = new Array<number>(classes).fill(0);
  for (const { probabilities, tissueArea } of pieces) {
    const weight = all > 0 ? tissueArea / all : 1 / pieces.length;
    for (let k = 0; k < classes; k++) means[k]! += weight * probabilities[k]!;
  }
  const sum = means.reduce((total, p) => total + p, 0);
  return means.map((p) => p / sum);
}

/** One class has `highest`; the others share the rest as their means do, evenly where they have none. */
function shared(means: readonly number[], positive: number, highest: number): number[] {
  const own = means.length === 1 ? 1 : highest;
  const others = means.reduce((sum, p, k) => (k === positive ? sum : sum + p), 0);
  return means.map((p, k) => {
    if (k === positive) return own;
    return (1 - own) * (others > 0 ? p / others : 1 / (means.length - 1));
  });
}

/** The place of the largest number, the first of equals. */
export function largest(values: readonly number[]): number {
  return values.reduce((best, value, k) => (value > values[best]! ? k : best), 0);
}
