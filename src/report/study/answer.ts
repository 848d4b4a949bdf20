// The numbers behind the finding: a table of one row per µm/px, and the same in sentences.
import type { StudyCell, StudyComparison, StudyEvaluation, StudyQuestion } from "../../evaluate/index.ts";
import {
  formatCostShare,
  formatDifference,
  formatEstimate,
  formatInterval,
  formatMppNumber,
  formatPValue,
  formatSi,
} from "../format.ts";
import { metricWords } from "../metrics.ts";
import { type Arm, costShareOf, share, teacherOf, tissueWords } from "./arms.ts";
import { type Block, simpleTable, type TextCell } from "./document.ts";
import { toldArm } from "./finding.ts";
import { seedsCell } from "./results.ts";
import { fullCells } from "./subsets.ts";
import { comparisonOf, directionOf } from "./verdicts.ts";

/** The answer in numbers: one row per µm/px of the arm that the finding is about; `null` without one. */
export function answerTable(evaluation: StudyEvaluation): Block | null {
  const arm = toldArm(evaluation);
  if (arm === undefined) return null;
  const { primary } = evaluation;
  const cells = fullCells(evaluation).cells.filter((cell) => cell.arm === arm.name);
  const teacher = cells[0] === undefined ? undefined : teacherOf(evaluation, cells[0]);
  const questions = QUESTIONS_SHOWN.filter(([question]) =>
    cells.some((cell) => comparisonOf(evaluation, cell, question) !== undefined),
  );
  const row = (cell: StudyCell) => [
    { main: `${formatMppNumber(cell.mpp)} µm/px`, sub: cell === teacher ? "teacher" : arm.name },
    { main: formatSi(cell.cost.macsPerMm2), sub: cell === teacher ? "" : costOf(evaluation, cell) },
    seedsCell(primary, cell.metrics[primary]),
    ...questions.map(([question]) => differenceCell(evaluation, comparisonOf(evaluation, cell, question))),
  ];
  const heading = [
    "Network",
    "MACs per mm²",
    metricWords(primary).heading,
    ...questions.map(([, name]) => name),
  ];
  const rows = [...(teacher === undefined ? [] : [teacher]), ...cells].map(row);
  const name = metricWords(primary).name;
  const caption = `The arm “${arm.name}”${tissueOf(evaluation, arm)}: ${name}, mean over the seeds with its ${share(evaluation.level)} interval, and differences in ${name} with Holm-adjusted p-values.`;
  return simpleTable("The answer in numbers", caption, heading, rows);
}

const QUESTIONS_SHOWN: readonly (readonly [StudyQuestion, string])[] = [
  ["student-teacher", "Minus teacher"],
  ["student-baseline", "Minus label-only baseline"],
  ["unlabelled-none", "Minus the same with the least tissue"],
];

function differenceCell(evaluation: StudyEvaluation, comparison: StudyComparison | undefined): TextCell {
  if (comparison === undefined) return { main: "–" };
  const { difference } = comparison;
  const lines = [formatInterval(difference.interval), ...verdicts(evaluation, comparison)];
  return { main: formatDifference(difference.value), sub: lines.filter((line) => line !== "").join("\n") };
}

/** "non-inferior, p 0.012", "no difference shown, p 0.4". */
function verdicts(evaluation: StudyEvaluation, comparison: StudyComparison): string[] {
  const { test, nonInferiority } = comparison;
  const keeping =
    nonInferiority === null
      ? []
      : [
          `${nonInferiority.shown ? "non-inferior" : "non-inferiority not shown"}, p ${formatPValue(nonInferiority.adjusted)}`,
        ];
  const words = {
    higher: "higher",
    lower: "lower",
    "not shown": "no difference shown",
    "not tested": "not tested",
  };
  return [
    ...keeping,
    `${words[directionOf(evaluation, comparison)]}${test === null ? "" : `, p ${formatPValue(test.adjusted)}`}`,
  ];
}

function costOf(evaluation: StudyEvaluation, cell: StudyCell): string {
  const cost = costShareOf(evaluation, cell);
  return cost === null ? "" : `${formatCostShare(cost)} of the teacher’s`;
}

function tissueOf(evaluation: StudyEvaluation, arm: Arm): string {
  const fractions = new Set(
    evaluation.cells.filter((cell) => cell.arm === arm.name).map((cell) => cell.unlabelledFraction),
  );
  return fractions.size > 1 ? `, with ${tissueWords(Math.max(...fractions))}` : "";
}

/** The finding in sentences with every number, for a paper; empty without a student. */
export function resultsInWords(evaluation: StudyEvaluation): string {
  const arm = toldArm(evaluation);
  if (arm === undefined) return "";
  const cells = fullCells(evaluation).cells.filter((cell) => cell.arm === arm.name);
  const questions = ["student-teacher", "student-baseline", "unlabelled-none"] as const;
  return [
    scoreDetail(evaluation, arm, cells),
    ...questions.map((question) => questionDetail(evaluation, cells, question)),
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function scoreDetail(evaluation: StudyEvaluation, arm: Arm, cells: readonly StudyCell[]): string {
  const { primary } = evaluation;
  const teacher = cells[0] === undefined ? undefined : teacherOf(evaluation, cells[0]);
  const scores = cells.map((cell) => {
    const cost = costShareOf(evaluation, cell);
    const part = cost === null ? "" : ` (${formatCostShare(cost)} of the teacher’s cost)`;
    return `${formatEstimate(cell.metrics[primary])} at ${formatMppNumber(cell.mpp)} µm/px${part}`;
  });
  const own =
    teacher === undefined
      ? ""
      : ` The teacher reaches ${formatEstimate(teacher.metrics[primary])} at ${formatMppNumber(teacher.mpp)} µm/px.`;
  return `${capitalised(metricWords(primary).name)} of the arm “${arm.name}”${tissueOf(evaluation, arm)}: ${scores.join("; ")}.${own}`;
}

const DETAIL_WORDS: Readonly<Partial<Record<StudyQuestion, string>>> = {
  "student-teacher": "Student minus teacher",
  "student-baseline": "Student minus label-only baseline",
  "unlabelled-none": "With more minus with less unlabelled tissue",
};

function questionDetail(
  evaluation: StudyEvaluation,
  cells: readonly StudyCell[],
  question: StudyQuestion,
): string {
  const parts = cells.flatMap((cell) => {
    const comparison = comparisonOf(evaluation, cell, question);
    return comparison === undefined
      ? []
      : [`at ${formatMppNumber(cell.mpp)} µm/px ${numbers(evaluation, comparison)}`];
  });
  return parts.length === 0 ? "" : `${DETAIL_WORDS[question]!}: ${parts.join("; ")}.`;
}

/** "−0.012 [−0.030, 0.006] (non-inferior, p 0.012; no difference shown, p 0.4)". */
function numbers(evaluation: StudyEvaluation, comparison: StudyComparison): string {
  const { difference } = comparison;
  return `${formatDifference(difference.value)} ${formatInterval(difference.interval)} (${verdicts(evaluation, comparison).join("; ")})`;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
