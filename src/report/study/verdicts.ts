// What a comparison of the study shows, and what it does not: the one place where that is decided. Claims go by the
// Holm-adjusted p-value alone; an interval that leaves out 0 before the correction shows nothing after it.
import type { StudyCell, StudyComparison, StudyEvaluation, StudyQuestion } from "../../evaluate/index.ts";

/** What the test of no difference shows. */
export type Direction = "higher" | "lower" | "not shown" | "not tested";

/** What the test of non-inferiority shows. */
export type Keeping = "shown" | "not shown" | "not tested";

/** What a comparison's test of no difference shows about its first network. */
export function directionOf(evaluation: StudyEvaluation, { test, difference }: StudyComparison): Direction {
  if (test === null || difference.value === null) return "not tested";
  if (!(test.adjusted < 1 - evaluation.level + 1e-12) || difference.value === 0) return "not shown";
  return difference.value > 0 ? "higher" : "lower";
}

/** What its test of non-inferiority shows. */
export function keepingOf({ nonInferiority }: StudyComparison): Keeping {
  if (nonInferiority === null) return "not tested";
  return nonInferiority.shown ? "shown" : "not shown";
}

/** True where a higher value of the metric is the better one. */
export function higherIsBetter(metric: string): boolean {
  return metric !== "logLoss" && metric !== "expectedCalibrationError";
}

/** True where the first network is shown to be better. */
export function isBetter(evaluation: StudyEvaluation, comparison: StudyComparison): boolean {
  const direction = directionOf(evaluation, comparison);
  return direction === (higherIsBetter(comparison.metric) ? "higher" : "lower");
}

/** A cell's comparison on the primary metric, as its first network. */
export function comparisonOf(
  evaluation: StudyEvaluation,
  cell: StudyCell,
  question: StudyQuestion,
  metric = evaluation.primary,
): StudyComparison | undefined {
  return evaluation.comparisons.find(
    (comparison) =>
      comparison.question === question && comparison.first === cell.id && comparison.metric === metric,
  );
}

/** What a comparison shows, in a few words. */
export function verdictWords(evaluation: StudyEvaluation, comparison: StudyComparison): string {
  const direction = directionOf(evaluation, comparison);
  const difference = {
    higher: "first is higher",
    lower: "first is lower",
    "not shown": "no difference shown",
    "not tested": "not tested",
  }[direction];
  const keeping = {
    shown: "non-inferior",
    "not shown": "non-inferiority not shown",
    "not tested": "",
  }[keepingOf(comparison)];
  return [keeping, difference].filter((word) => word !== "").join("; ");
}

/** How questions are asked, in the order in which they are answered. */
export const QUESTIONS: Readonly<Record<StudyQuestion, { heading: string; short: string }>> = {
  "student-teacher": { heading: "Does the student keep up with its teacher?", short: "student − teacher" },
  "student-baseline": {
    heading: "Does the student beat the label-only baseline of its µm/px?",
    short: "student − baseline",
  },
  "unlabelled-none": {
    heading: "Does unlabelled tissue add to the student?",
    short: "with − without unlabelled tissue",
  },
  "fine-tuned-student": {
    heading: "Does fine-tuning on labels add to the student?",
    short: "fine-tuned − student",
  },
  "variant-reference": {
    heading: "Does a variant differ from the first distilled arm?",
    short: "variant − first distilled arm",
  },
};

/** All questions in order. */
export const QUESTION_ORDER = Object.keys(QUESTIONS) as StudyQuestion[];
