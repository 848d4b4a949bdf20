// Which cells of a study are compared with which, and why: the questions of the paper, asked wherever a study has both cells.
import { sameMpp } from "./compare-models.ts";
import type { StudyCellFacts, StudyQuestion } from "./study-record.ts";

/** One comparison to make. */
export interface StudyPair {
  readonly question: StudyQuestion;
  readonly first: string;
  readonly second: string;
}

/**
 * Every pair that a study asks about, question by question, in the order of the cells.
 *
 * - `student-teacher`: every distilled and fine-tuned cell with the teacher of the same labels
 * - `student-baseline`: every distilled and fine-tuned cell with the baselines of the same µm/px and labels
 * - `fine-tuned-student`: every fine-tuned cell with the one it came from
 * - `unlabelled-none`: every cell with the same arm's cell of the least unlabelled tissue
 * - `variant-reference`: every distilled cell of a further arm with the first distilled arm's at the same µm/px, labels and tissue
 */
export function studyPairs(cells: readonly StudyCellFacts[]): StudyPair[] {
  const students = cells.filter(isStudent);
  const seconds: Record<StudyQuestion, (first: StudyCellFacts) => readonly StudyCellFacts[]> = {
    "student-teacher": (first) =>
      cells.filter((second) => second.kind === "teacher" && sameLabels(first, second)),
    "student-baseline": (first) =>
      cells.filter((second) => second.kind === "baseline" && sameStart(first, second)),
    "fine-tuned-student": (first) =>
      cells.filter((second) => first.from !== null && second.id === first.from),
    "unlabelled-none": (first) => leastTissue(first, cells),
    "variant-reference": (first) => references(first, cells),
  };
  return (Object.keys(seconds) as StudyQuestion[]).flatMap((question) =>
    students.flatMap((first) =>
      seconds[question](first).map((second) => ({ question, first: first.id, second: second.id })),
    ),
  );
}

/** True for the networks that learned from a teacher. */
export function isStudent({ kind }: StudyCellFacts): boolean {
  return kind === "distilled" || kind === "fine-tuned";
}

/** True for two cells that had the same share of the labels, whatever rounding it went through. */
export function sameLabels(first: StudyCellFacts, second: StudyCellFacts): boolean {
  return sameShare(first.labelFraction, second.labelFraction);
}

function sameStart(first: StudyCellFacts, second: StudyCellFacts): boolean {
  return sameMpp(first.mpp, second.mpp) && sameLabels(first, second);
}

function leastTissue(first: StudyCellFacts, cells: readonly StudyCellFacts[]): StudyCellFacts[] {
  const least = cells
    .filter((other) => other.arm === first.arm && other.kind === first.kind && sameStart(first, other))
    .reduce((a, b) => (b.unlabelledFraction < a.unlabelledFraction ? b : a));
  return sameShare(least.unlabelledFraction, first.unlabelledFraction) ? [] : [least];
}

function references(first: StudyCellFacts, cells: readonly StudyCellFacts[]): StudyCellFacts[] {
  const reference = cells.find(({ kind }) => kind === "distilled");
  if (first.kind !== "distilled" || first.arm === reference?.arm) return [];
  return cells.filter(
    (second) =>
      second.kind === "distilled" &&
      second.arm === reference?.arm &&
      sameStart(first, second) &&
      sameShare(first.unlabelledFraction, second.unlabelledFraction),
  );
}

function sameShare(first: number, second: number): boolean {
  return Math.abs(first - second) < 1e-9;
}
