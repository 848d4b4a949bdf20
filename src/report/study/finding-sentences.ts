// The first sentences of the finding: keeping up with the teacher, beating the baseline, gaining from unlabelled tissue.
import type {
  StudyCell,
  StudyComparison,
  StudyEvaluation,
  StudyQuestion,
  StudyRecord,
} from "../../evaluate/index.ts";
import { formatCostShare, formatMetric, formatMppNumber, joinWords } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { type Arm, costShareOf } from "./arms.ts";
import { exploratoryCells } from "./readings.ts";
import { comparisonOf, directionOf, higherIsBetter, isBetter, keepingOf } from "./verdicts.ts";

/** "At 2 and 4 µm/px (1/4 and 1/16 of the teacher's cost) … kept up; at 8 µm/px this was not shown." */
export function keepingSentence(evaluation: StudyEvaluation, arm: Arm, cells: readonly StudyCell[]): string {
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

/** Keeping up within a margin and being worse do not exclude each other. */
export function lowerSentence(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
  const worse = higherIsBetter(evaluation.primary) ? "lower" : "higher";
  const both = cells.filter((cell) => {
    const comparison = comparisonOf(evaluation, cell, "student-teacher");
    return (
      comparison !== undefined &&
      keepingOf(comparison) === "shown" &&
      directionOf(evaluation, comparison) === worse
    );
  });
  const name = metricWords(evaluation.primary).name;
  return both.length === 0 ? "" : `Within that margin their ${name} was ${worse} ${places(both)}.`;
}

/** The finding itself can be exploratory. */
export function lateSentence(record: StudyRecord, cells: readonly StudyCell[]): string {
  const late = exploratoryCells(record);
  const own = cells.filter(({ id }) => late.includes(id));
  if (own.length === 0) return "";
  const where = own.length === cells.length ? "" : ` ${places(own)}`;
  return `These results are exploratory${where}: the test split had been read before.`;
}

export function beatingSentence(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
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

export function tissueSentence(evaluation: StudyEvaluation, cells: readonly StudyCell[]): string {
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
