// How the networks of a study were trained, in sentences, from the options that their trainings ran with.
import type { ArmKind, StudyRecord } from "../../evaluate/index.ts";
import { joinWords } from "../format.ts";
import { lossWords } from "./recipe.ts";
import { chosenRuns, optionValues, plainValue, rangeWords, valueWords } from "./run-options.ts";

export function trainingSentences(record: StudyRecord): string[] {
  const supervised = (["teacher", "baseline", "fine-tuned"] as const).flatMap((kind) =>
    supervisedSentence(record, kind),
  );
  const seeds = [...new Set(record.runs.map(({ seed }) => seed))].sort((a, b) => a - b);
  return [
    ...(record.runs.every(({ state }) => state !== "done")
      ? ["No training has finished; what follows is the plan."]
      : []),
    ...supervised,
    ...distilledSentences(record),
    ...optimisationSentences(record),
    ...(seeds.length === 0
      ? []
      : [
          `Seeds: ${joinWords(seeds.map(String))}; a seed decides the initial weights, the order of images, augmentation, and which patients’ labels are kept where fewer are used.`,
        ]),
  ];
}

const SUBJECTS: Readonly<Record<ArmKind, string>> = {
  teacher: "Teachers were trained on labels",
  baseline: "Label-only baselines were trained on the same labels at the students’ resolutions",
  "fine-tuned": "Fine-tuned students were trained on, from the weights of distilled ones, on labels",
  distilled: "Students were distilled",
};

function supervisedSentence(record: StudyRecord, kind: ArmKind): string[] {
  const runs = chosenRuns(record, [kind]);
  if (runs.length === 0) return [];
  const weights = valueWords(optionValues(record, runs, "classWeights"));
  const smoothing = valueWords(optionValues(record, runs, "labelSmoothing"));
  const loss = [
    "cross-entropy",
    weights === "" || weights === "none" ? "" : `class weights ${weights}`,
    smoothing === "" || smoothing === "0" ? "" : `label smoothing ${smoothing}`,
  ].filter((words) => words !== "");
  return [`${SUBJECTS[kind]} with ${loss.join(", ")}.`];
}

function distilledSentences(record: StudyRecord): string[] {
  const runs = chosenRuns(record, ["distilled"]);
  if (runs.length === 0) return [];
  const say = (key: string, write?: (value: unknown) => string) =>
    valueWords(optionValues(record, runs, key), write);
  const terms = [
    ["temperature", say("temperature")],
    [
      "distance of feature maps",
      say("pixelLoss", (v) =>
        v === "l2" ? "mean squared error" : v === "l1" ? "mean absolute error" : plainValue(v),
      ),
    ],
    [
      "teacher’s map brought to the student’s grid by",
      say("resizers", (v) =>
        v === "both" ? "the mean of max-pooled and bicubic" : v === "max" ? "max pooling" : plainValue(v),
      ),
    ],
    [
      "weights of soft and pixel loss",
      [say("softWeight"), say("pixelWeight")].filter((w) => w !== "").join(" and "),
    ],
    ["form", say("loss", lossWords)],
  ].filter(([, value]) => value !== "");
  const views = say("jitterViews");
  return [
    `Students were distilled without labels from the frozen teacher of the same seed (resolution-based distillation, DiPalma et al. 2021): the loss is the Kullback-Leibler divergence of softened class probabilities plus the distance between the last feature maps${terms.length === 0 ? "" : ` (${terms.map((pair) => pair.join(" ")).join("; ")})`}.`,
    ...(views === ""
      ? []
      : [
          views === "student"
            ? "Flips were applied to both images of a pair alike, colour jitter to the student’s image only."
            : views === "pair"
              ? "Flips and colour jitter were applied to both images of a pair alike."
              : `Colour jitter was applied to: ${views}.`,
        ]),
  ];
}

/** "Optimiser adam, learning rate 0.001 (teacher) and 0.0003 (fine-tuned), …": what all trainings share, and where they differ. */
function optimisationSentences(record: StudyRecord): string[] {
  const runs = chosenRuns(record, ["teacher", "distilled", "fine-tuned", "baseline"]);
  const values = (key: string) => optionValues(record, runs, key);
  const named = (label: string, key: string) => {
    const words = valueWords(values(key));
    return words === "" ? "" : `${label} ${words}`;
  };
  const trained = runs.filter(({ epochs }) => epochs > 0);
  const budget =
    trained.length === 0
      ? ""
      : `${rangeWords(trained.map(({ epochs }) => epochs))} epochs (${rangeWords(trained.map(({ steps }) => steps))} optimiser steps)`;
  const decays = values("schedule").some(({ value }) => value === "exponential");
  const optimiser = [
    named("optimiser", "optimizer"),
    named("learning rate", "learningRate"),
    named("schedule", "schedule"),
    decays ? named("factor per epoch", "gamma") : "",
    named("weight decay", "weightDecay"),
    named("gradients accumulated over batches of", "batch"),
    budget,
  ].filter((words) => words !== "");
  return [
    ...(optimiser.length === 0 ? [] : [`Optimisation: ${optimiser.join(", ")}.`]),
    ...augmentationSentence(values),
  ];
}

function augmentationSentence(values: (key: string) => ReturnType<typeof optionValues>): string[] {
  const on = (key: string) => values(key).some(({ value }) => value === true);
  const strengths = (["Brightness", "Contrast", "Saturation", "Hue"] as const).flatMap((name) => {
    const words = valueWords(values(`jitter${name}`));
    return words === "" ? [] : [`${name.toLowerCase()} ±${words}`];
  });
  const stain = valueWords(values("stainJitter"));
  const all = [
    on("flip") ? "horizontal and vertical flips" : "",
    on("jitter") ? `colour jitter (${strengths.join(", ")})` : "",
    stain === "" ? "" : `stain jitter (${stain})`,
  ].filter((words) => words !== "");
  if (all.length > 0) return [`Augmentation: ${joinWords(all)}.`];
  return values("flip").length + values("jitter").length > 0 ? ["There was no augmentation."] : [];
}
