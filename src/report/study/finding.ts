// Says in a few sentences what the study shows. Nothing is picked for looking good: the sentences are about the first
// distilled arm of the study file, with all labels and the most unlabelled tissue, at every µm/px it was trained at; and
// where a corrected test shows nothing, the sentence says so.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatEstimate } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { type Arm, armsOf } from "./arms.ts";
import { basisOf, furtherDetails } from "./finding-details.ts";
import {
  beatingSentence,
  keepingSentence,
  lateSentence,
  lowerSentence,
  tissueSentence,
} from "./finding-sentences.ts";
import { fullCells } from "./subsets.ts";

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
    lowerSentence(evaluation, cells),
    beatingSentence(evaluation, cells),
    tissueSentence(evaluation, cells),
    lateSentence(record, cells),
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
