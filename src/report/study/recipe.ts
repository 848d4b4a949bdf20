// How the study differs from the published recipe (DiPalma et al., Artificial Intelligence in Medicine 119:102136, 2021, and
// the code published with it), worked out from the options that its trainings ran with. What equals the recipe is not
// listed; what the paper leaves open is listed apart, with what was done here.
import type { StudyRecord } from "../../evaluate/index.ts";
import { formatMagnification, formatMpp, joinWords } from "../format.ts";
import { DISTILLATION, OPTIMISATION, type RecipeRow, SUPERVISED } from "./recipe-rows.ts";
import {
  chosenRuns,
  type OptionValue,
  optionValues,
  plainValue,
  rangeWords,
  valueWords,
} from "./run-options.ts";

/** Deviations in whole sentences; empty where none is known. */
export function deviations(record: StudyRecord): string[] {
  const distilled = chosenRuns(record, ["distilled"]);
  const labelled = chosenRuns(record, ["teacher", "baseline", "fine-tuned"]);
  const students = [
    ...[...OPTIMISATION, ...DISTILLATION].flatMap((row) => departure(record, distilled, row)),
    ...epochDeviation(distilled),
  ];
  const supervised = [
    ...[...OPTIMISATION, ...SUPERVISED].flatMap((row) => departure(record, labelled, row)),
    ...epochDeviation(labelled),
  ];
  const common = students.filter((words) => supervised.includes(words));
  const own = (all: readonly string[]) => all.filter((words) => !common.includes(words));
  return [
    ...common.map((words) => `Every training: ${words}.`),
    ...own(students).map((words) => `Distillation: ${words}.`),
    ...own(supervised).map((words) => `Training on labels: ${words}.`),
    ...scopeDeviations(record),
  ];
}

function departure(
  record: StudyRecord,
  runs: Parameters<typeof optionValues>[1],
  { key, published, only, say }: RecipeRow,
): string[] {
  const told = only === undefined ? runs : runs.filter(({ options }) => options[only[0]] === only[1]);
  const values = optionValues(record, told, key);
  const other = values.filter(({ value }) => value !== published);
  if (other.length === 0) return [];
  const some = values.length > 1;
  return other.map(
    ({ value, arms }: OptionValue) => `${say(plainValue(value))}${some ? ` (in ${joinWords(arms)})` : ""}`,
  );
}

function epochDeviation(runs: ReturnType<typeof chosenRuns>): string[] {
  const epochs = runs.filter(({ epochs: count }) => count > 0);
  if (epochs.length === 0 || epochs.every(({ epochs: count }) => count === 100)) return [];
  const steps = rangeWords(epochs.map(({ steps: count }) => count));
  const same = new Set(epochs.map(({ steps: count }) => count)).size === 1;
  return [
    `${rangeWords(epochs.map(({ epochs: count }) => count))} epochs (${steps} optimiser steps${same ? " in every training" : ""}) instead of 100 epochs`,
  ];
}

function scopeDeviations({ evaluation }: StudyRecord): string[] {
  if (evaluation === null) return [];
  const teachers = [
    ...new Set(evaluation.cells.filter(({ kind }) => kind === "teacher").map(({ mpp }) => mpp)),
  ];
  const other = teachers.filter((mpp) => Math.abs(mpp - 1) > 0.1);
  return [
    ...other.map(
      (mpp) =>
        `Resolution: the teacher works at ${formatMpp(mpp)} (${formatMagnification(mpp)}) instead of 10x (1 µm/px).`,
    ),
    `Intervals: ${evaluation.resampling}, instead of 10,000 class-balanced bootstrap resamples of images.`,
    "Scores: top-1 and balanced accuracy and AUROC; the published script’s “accuracy”, which miscounts true negatives, is reported under its own name only.",
  ];
}

/** What the paper leaves open and what was done here. */
export function openChoices(record: StudyRecord): string[] {
  const distilled = chosenRuns(record, ["distilled"]);
  const loss = optionValues(record, distilled, "loss");
  const tuned = chosenRuns(record, ["fine-tuned"]).length > 0;
  const teacher = chosenRuns(record, ["teacher"]).length > 0;
  return [
    ...(loss.length === 0
      ? []
      : [
          `Which form of the loss gave the published tables is not known: its code, by default, adds only half of the max-pooled term. Here: ${valueWords(loss, lossWords)}.`,
        ]),
    ...(distilled.length === 0
      ? []
      : [
          `Whether the published students were fine-tuned on labels after the distillation is not known. Here: ${tuned ? "both are reported, as arms of their own" : "students were not fine-tuned"}.`,
        ]),
    ...(teacher
      ? [
          "How the published teachers were trained is not in the published code. Here: with the recipe of the same group’s DeepSlide, but for what is listed above.",
        ]
      : []),
  ];
}

/** The form of the loss in words. */
export function lossWords(value: unknown): string {
  if (value === "intended") return "the loss as the paper describes it";
  return value === "published" ? "the loss as the published code computes it" : plainValue(value);
}
