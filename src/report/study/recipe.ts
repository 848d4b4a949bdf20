// How the study differs from the published recipe (DiPalma et al., Artificial Intelligence in Medicine 119:102136, 2021, and
// the code published with it), worked out from the options that its trainings ran with. What equals the recipe is not
// listed; what the paper leaves open is listed apart, with what was done here.
import type { StudyRecord } from "../../evaluate/index.ts";
import { formatMagnification, formatMpp, joinWords } from "../format.ts";
import {
  chosenRuns,
  type OptionValue,
  optionValues,
  plainValue,
  rangeWords,
  valueWords,
} from "./run-options.ts";

/** An option of the published recipe and how a departure from it is said. */
interface RecipeRow {
  readonly key: string;
  readonly published: unknown;
  say(value: string): string;
}

const OPTIMISATION: readonly RecipeRow[] = [
  {
    key: "architecture",
    published: "resnet10-thin-gn",
    say: (v) => `network ${v} instead of the ten-layer thin ResNet with group normalisation`,
  },
  { key: "optimizer", published: "adam", say: (v) => `optimiser ${v} instead of Adam` },
  { key: "learningRate", published: 1e-3, say: (v) => `learning rate ${v} instead of 0.001` },
  { key: "weightDecay", published: 1e-4, say: (v) => `weight decay ${v} instead of 0.0001` },
  { key: "batch", published: 32, say: (v) => `gradients accumulated over ${v} images instead of 32` },
  { key: "flip", published: true, say: (v) => `random flips: ${v} (published: yes)` },
  { key: "jitter", published: true, say: (v) => `colour jitter: ${v} (published: yes)` },
  { key: "jitterBrightness", published: 0.5, say: (v) => `brightness jitter ±${v} instead of ±0.5` },
  { key: "jitterContrast", published: 0.5, say: (v) => `contrast jitter ±${v} instead of ±0.5` },
  { key: "jitterSaturation", published: 0.5, say: (v) => `saturation jitter ±${v} instead of ±0.5` },
  { key: "jitterHue", published: 0.2, say: (v) => `hue jitter ±${v} instead of ±0.2` },
  { key: "stainJitter", published: null, say: (v) => `stains jittered besides (${v})` },
];

const DISTILLATION: readonly RecipeRow[] = [
  {
    key: "schedule",
    published: "constant",
    say: (v) => `learning rate on a schedule (${v}) instead of constant`,
  },
  { key: "temperature", published: 1, say: (v) => `temperature ${v} instead of 1` },
  {
    key: "pixelLoss",
    published: "l2",
    say: (v) => `distance of feature maps ${v} instead of l2 (mean squared error)`,
  },
  { key: "softWeight", published: 1, say: (v) => `weight of the soft loss ${v} instead of 1` },
  { key: "pixelWeight", published: 1, say: (v) => `weight of the pixel loss ${v} instead of 1` },
  {
    key: "jitterViews",
    published: "pair",
    say: (v) =>
      v === "student"
        ? "colour jitter applied to the student’s image only, not to both images of a pair alike"
        : `colour jitter applied to ${v} (published: to both images of a pair alike)`,
  },
  {
    key: "cacheTeacher",
    published: false,
    say: (v) =>
      v === "yes"
        ? "the teacher’s outputs computed once for each flip and read back, not computed anew for every augmented image"
        : `the teacher’s outputs computed once and read back: ${v} (published: no)`,
  },
];

/** Deviations in whole sentences; empty where none is known. */
export function deviations(record: StudyRecord): string[] {
  const distilled = chosenRuns(record, ["distilled"]);
  const labelled = chosenRuns(record, ["teacher", "baseline", "fine-tuned"]);
  const students = [...OPTIMISATION, ...DISTILLATION].flatMap((row) => departure(record, distilled, row));
  const supervised = [...OPTIMISATION, SUPERVISED_SCHEDULE, { ...GAMMA }].flatMap((row) =>
    departure(record, labelled, row),
  );
  const cached = optionValues(record, distilled, "cacheTeacher").some(({ value }) => value === true);
  const precision = cached ? valueWords(optionValues(record, distilled, "teacherPrecision")) : "";
  return [
    ...[
      ...students,
      ...epochDeviation(distilled),
      ...(precision === "" ? [] : [`the teacher’s kept outputs stored as ${precision}`]),
    ].map((words) => `Distillation: ${words}.`),
    ...supervised.map(
      (words) =>
        `Training on labels (taken from the group’s DeepSlide, since the paper’s own is not published): ${words}.`,
    ),
    ...epochDeviation(labelled).map((words) => `Training on labels: ${words}.`),
    ...scopeDeviations(record),
  ];
}

const SUPERVISED_SCHEDULE: RecipeRow = {
  key: "schedule",
  published: "exponential",
  say: (v) => `learning rate ${v} instead of falling by a factor per epoch`,
};
const GAMMA: RecipeRow = {
  key: "gamma",
  published: 0.85,
  say: (v) => `factor of the learning rate per epoch ${v} instead of 0.85`,
};

function departure(
  record: StudyRecord,
  runs: Parameters<typeof optionValues>[1],
  { key, published, say }: RecipeRow,
): string[] {
  const values = optionValues(record, runs, key);
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
    `${rangeWords(epochs.map(({ epochs: count }) => count))} epochs (${same ? "equally " : ""}${steps} optimiser steps) instead of 100 epochs`,
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
      ? ["How the published teachers were trained is not in the published code. Here: as stated above."]
      : []),
  ];
}

/** The form of the loss in words. */
export function lossWords(value: unknown): string {
  if (value === "intended") return "the loss as the paper describes it";
  return value === "published" ? "the loss as the published code computes it" : plainValue(value);
}
