// Answers of all networks of a study on one test split -> what the study found. Runs no model. Every cell and every seed meets the same
// resamples of patients, so that all differences are paired.
import type { Answer } from "./evaluation-input.ts";
import { chooseResampling, type ResamplingChoice } from "./resampling-choice.ts";
import { judgeCell } from "./study-cell.ts";
import { compareCells } from "./study-comparison.ts";
import { describeFamily } from "./study-family.ts";
import { checkStudyInput } from "./study-input.ts";
import { studyNotes } from "./study-notes.ts";
import { sameLabels, studyPairs } from "./study-questions.ts";
import type { StudyEvaluation, StudyEvaluationInput } from "./study-record.ts";
import { type PreparedCell, prepareCell } from "./study-seeds.ts";

/**
 * Judges a study by its answers: every network over its seeds, every question's comparisons, and caveats.
 *
 * Intervals: bootstrap by patient (by image where any patient is unknown) of the mean over seeds, Student's t; differences of
 * macro AUROC by DeLong with patients as clusters. Tests: the same standard errors; Holm over all tests of a metric. Calibration by
 * temperature scaling fitted on validation answers. Deterministic: the same input gives the same evaluation.
 *
 * @throws LowmagError `invalid-argument`, `shape-mismatch`, or `not-finite`, naming the cell, the seed and the image
 */
export function evaluateStudy(input: StudyEvaluationInput): StudyEvaluation {
  checkStudyInput(input);
  const { classes, primary, margin, level } = input;
  const answers = input.cells[0]!.seeds[0]!.test;
  const labels = answers.map(({ label }) => classes.indexOf(label));
  const choose = (): ResamplingChoice => chooseResampling(input, answers, labels);
  const choice = choose();
  const prepared = input.cells.map((cell) => prepareCell(cell, input, choice.resampler.unitOf));
  const judged = prepared.map((cell, i) => {
    const { resampler } = i === 0 ? choice : choose();
    return judgeCell(cell, teacherOf(cell, prepared), resampler, choice, classes);
  });
  const cells = judged.map(({ record }) => record);
  const pairs = studyPairs(cells);
  const byId = new Map(judged.map((cell) => [cell.record.id, cell]));
  const comparisons = compareCells(pairs, byId, choice, margin);
  return {
    classes: [...classes],
    primary,
    margin,
    level,
    images: labels.length,
    patients: choice.patients,
    support: supportOf(classes, answers, choice.patients),
    resampling: choice.description,
    cells,
    comparisons,
    family: describeFamily(comparisons, primary, margin, level),
    notes: studyNotes(input, { labels, choice, prepared, cells, pairs, comparisons }),
  };
}

/** The teacher that had the same labels; teachers have none. */
function teacherOf({ cell }: PreparedCell, cells: readonly PreparedCell[]): PreparedCell | undefined {
  if (cell.kind === "teacher") return undefined;
  return cells.find((other) => other.cell.kind === "teacher" && sameLabels(other.cell, cell));
}

function supportOf(
  classes: readonly string[],
  answers: readonly Answer[],
  patients: number | null,
): StudyEvaluation["support"] {
  return Object.fromEntries(
    classes.map((name) => {
      const ofClass = answers.filter(({ label }) => label === name);
      const known = new Set(ofClass.map(({ patient }) => patient)).size;
      return [name, { images: ofClass.length, patients: patients === null ? null : known }];
    }),
  );
}
