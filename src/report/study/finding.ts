// Says in a few sentences what the study shows. Nothing is picked for looking good: the sentences are about the first
// distilled arm of the study file, with all labels and the most unlabelled tissue, at every µm/px it was trained at; and
// where a corrected test shows nothing, the sentence says so.
import type {
  StudyCell,
  StudyComparison,
  StudyEvaluation,
  StudyQuestion,
  StudyRecord,
} from "../../evaluate/index.ts";
import {
  formatCostShare,
  formatCount,
  formatEstimate,
  formatMetric,
  formatMppNumber,
  joinWords,
} from "../format.ts";
import { metricWords } from "../metrics.ts";
import { type Arm, armsOf, costShareOf } from "./arms.ts";
import { basisOf, furtherDetails } from "./finding-details.ts";
import { fullCells } from "./subsets.ts";
import { comparisonOf, directionOf, isBetter, keepingOf } from "./verdicts.ts";

/** What the study shows, from the shortest to the numbers. */
export interface StudyFinding {
  readonly sentence: string;
  readonly details: readonly string[];
  readonly basis: string;
}

/** Draws the finding from a record. */
export function studyFinding(record: StudyRecord): StudyFinding {
  const { evaluation } = record;
  if (evaluation === null || evaluation.cells.length === 0)
    return { sentence: withoutEvaluation(record), details: [], basis: "" };
  const arm = toldArm(evaluation);
  if (arm === undefined)
    return {
      sentence: withoutStudents(evaluation),
      details: furtherDetails(record, evaluation),
      basis: basisOf(evaluation),
    };
  const cells = fullCells(evaluation).cells.filter((cell) => cell.arm === arm.name);
  const headline = [
    keepingSentence(evaluation, arm, cells),
    beatingSentence(evaluation, cells),
    tissueSentence(evaluation, cells),
  ];
  return {
    sentence: headline.filter((sentence) => sentence !== "").join(" "),
    details: furtherDetails(record, evaluation),
    basis: basisOf(evaluation),
  };
}

/** The arm that the finding is about: the first distilled one, or else the first fine-tuned. */
export function toldArm(evaluation: StudyEvaluation): Arm | undefined {
  const arms = armsOf(evaluation);
  return arms.find(({ kind }) => kind === "distilled") ?? arms.find(({ kind }) => kind === "fine-tuned");
}

function withoutEvaluation({ runs }: StudyRecord): string {
  const done = runs.filter(({ state }) => state === "done").length;
  const why = done === 0 ? "no training has finished" : `${done} of ${runs.length} trainings have finished`;
  return `Nothing was evaluated on the test split: ${why}.`;
}

function withoutStudents({ cells, primary }: StudyEvaluation): string {
  const values = cells.map(({ id, metrics }) => `${id} ${formatEstimate(metrics[primary])}`);
  const shown = values.length <= 4 ? `: ${values.join("; ")}` : "";
  return `The study holds no distilled student; ${formatCount(cells.length)} ${cells.length === 1 ? "network was" : "networks were"} scored by ${metricWords(primary).name}${shown}.`;
}

/** "At 2 and 4 µm/px (1/4 and 1/16 of the teacher's cost) … kept up; at 8 µm/px this was not shown." */
function keepingSentence(evaluation: StudyEvaluation, arm: Arm, cells: readonly StudyCell[]): string {
  const { primary, margin } = evaluation;
  const verdicts = cells.map((cell) => {
    const comparison = comparisonOf(evaluation, cell, "student-teacher");
    return { cell, verdict: comparison === undefined ? ("not tested" as const) : keepingOf(comparison) };
  });
  const at = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).map(({ cell }) => cell);
  const [shown, not, untested] = [at("shown"), at("not shown"), at("not tested")];
  const name = `${arm.kind === "distilled" ? "distilled" : "fine-tuned"} students`;
  const limit = `${metricWords(primary).name} less than ${formatMetric(margin)} below the teacher’s`;
  if (shown.length + not.length === 0) return `Whether ${name} keep up with their teacher was not tested.`;
  const rest = untested.length === 0 ? "" : `; ${places(untested)} it was not tested`;
  if (shown.length === 0)
    return `That ${name} keep up with their teacher (${limit}) was not shown ${places(not, "or")}${rest}.`;
  const missed = not.length === 0 ? "" : `; ${places(not)} this was not shown`;
  return `${capitalised(places(shown))}${costWords(evaluation, shown)} ${name} kept up with their teacher (${limit})${missed}${rest}.`;
}

function beatingSentence(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
  const groups = byVerdict(evaluation, cells, "student-baseline");
  const name = metricWords(evaluation.primary).name;
  if (groups.asked === 0) return "There was no label-only baseline to compare with.";
  if (groups.better.length + groups.worse.length === 0)
    return `No difference in ${name} from the label-only baseline was shown ${places(groups.not, "or")}.`;
  const parts = [
    groups.better.length === 0 ? "" : `They beat the label-only baseline ${places(groups.better)}`,
    groups.worse.length === 0
      ? ""
      : `${groups.better.length === 0 ? "They" : "they"} fell behind ${groups.better.length === 0 ? "the label-only baseline" : "it"} ${places(groups.worse)}`,
    groups.not.length === 0 ? "" : `${places(groups.not)} no difference was shown`,
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

function tissueSentence(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
  const groups = byVerdict(evaluation, cells, "unlabelled-none");
  const name = metricWords(evaluation.primary).name;
  if (groups.asked === 0) return "";
  if (groups.better.length + groups.worse.length === 0)
    return `No gain in ${name} from more unlabelled tissue was shown ${places(groups.not, "or")}.`;
  const parts = [
    groups.better.length === 0 ? "" : `More unlabelled tissue improved ${name} ${places(groups.better)}`,
    groups.worse.length === 0
      ? ""
      : `${groups.better.length === 0 ? "More unlabelled tissue" : "it"} worsened ${groups.better.length === 0 ? name : "it"} ${places(groups.worse)}`,
    groups.not.length === 0 ? "" : `${places(groups.not)} no gain was shown`,
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

function byVerdict(evaluation: StudyEvaluation, cells: readonly StudyCell[], question: StudyQuestion) {
  const pairs = cells.flatMap((cell) => {
    const comparison = comparisonOf(evaluation, cell, question);
    return comparison === undefined ? [] : [{ cell, comparison }];
  });
  const decided = (comparison: StudyComparison) =>
    ["higher", "lower"].includes(directionOf(evaluation, comparison));
  const pick = (test: (comparison: StudyComparison) => boolean) =>
    pairs.filter(({ comparison }) => test(comparison)).map(({ cell }) => cell);
  return {
    asked: pairs.length,
    better: pick((comparison) => isBetter(evaluation, comparison)),
    worse: pick((comparison) => decided(comparison) && !isBetter(evaluation, comparison)),
    not: pick((comparison) => !decided(comparison)),
  };
}

function costWords(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
  const shares = cells.map((cell) => costShareOf(evaluation, cell));
  if (shares.some((value) => value === null)) return "";
  return ` (${joinWords(shares.map(formatCostShare))} of the teacher’s cost)`;
}

function places(cells: readonly StudyCell[], conjunction = "and"): string {
  return `at ${joinWords(
    cells.map(({ mpp }) => formatMppNumber(mpp)),
    conjunction,
  )} µm/px`;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
