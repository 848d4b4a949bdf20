// The methods in words that can go into a paper, written from the record alone: what it does not state is not said.
import type { ArmKind, StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatFixed, formatMppNumber, joinWords } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { mppsOf, share } from "./arms.ts";
import { countWords, PARTS, partsOf } from "./flow-figure.ts";
import { lossWords } from "./recipe.ts";
import { chosenRuns, optionValues, plainValue, rangeWords, valueWords } from "./run-options.ts";

/** The paragraphs, each with its heading. */
export function methodsParagraphs(record: StudyRecord): (readonly [heading: string, text: string])[] {
  const { evaluation } = record;
  const paragraphs: (readonly [string, readonly string[]])[] = [
    ["Data", dataSentences(record)],
    ["Networks and resolutions", evaluation === null ? [] : networkSentences(evaluation)],
    ["Training", trainingSentences(record)],
    ["Choice of checkpoints and settings", choiceSentences(record)],
    ["Statistical analysis", evaluation === null ? [] : analysisSentences(evaluation)],
    ["Software and machine", machineSentences(record)],
  ];
  return paragraphs
    .filter(([, sentences]) => sentences.length > 0)
    .map(([heading, sentences]) => [heading, sentences.join(" ")]);
}

function dataSentences(record: StudyRecord): string[] {
  const { data, leaks } = record;
  const parts = partsOf(record).map(
    (name) =>
      `${(Object.hasOwn(PARTS, name) ? PARTS[name]![0] : name).toLowerCase()}: ${countWords(data.counts[name]!.images, data.counts[name]!.patients)}`,
  );
  const known = Object.entries(data.counts).every(
    ([name, { patients }]) => name === "unlabelled" || patients !== null,
  );
  const { lowest, highest, sources } = data.mpp;
  const range =
    lowest === highest
      ? formatMppNumber(lowest)
      : `${formatMppNumber(lowest)} to ${formatMppNumber(highest)}`;
  const from = sources.length === 0 ? "" : ` (stated by ${joinWords(sources)})`;
  const checks = leaks.map(({ name }) => name);
  return [
    `The data hold ${formatCount(data.classes.length)} classes (${joinWords(data.classes)}): ${parts.join("; ")}.`,
    ...patientSentence(
      known,
      leaks.some(({ name }) => name === "patients"),
    ),
    `Images are stored at ${range} µm/px${from}, with a median size of ${data.medianSize.map(formatCount).join(" x ")} px.`,
    ...data.preparation.map(sentence),
    ...(checks.length === 0
      ? []
      : [`Before anything was trained the splits were checked for leaks: ${joinWords(checks)}.`]),
  ];
}

/** Claims no more than what was checked. */
function patientSentence(known: boolean, checked: boolean): string[] {
  if (!known)
    return [
      "Patients are not known for all labelled images, so that images of one patient may stand in more than one split.",
    ];
  return checked ? ["No patient is in more than one split."] : [];
}

function networkSentences({ cells }: StudyEvaluation): string[] {
  const networks = new Map(
    cells.map(({ architecture, parameters, cost }) => [
      architecture,
      `${architecture} (${formatCount(parameters)} parameters, ${formatCount(cost.macsPerPixel)} multiply-accumulates per input pixel)`,
    ]),
  );
  const teachers = mppsOf(cells.filter(({ kind }) => kind === "teacher"));
  const students = mppsOf(cells.filter(({ kind }) => kind !== "teacher"));
  const at = (mpps: readonly number[]) => `${joinWords(mpps.map(formatMppNumber))} µm/px`;
  const roles = [
    teachers.length === 0 ? "" : `The teacher works at ${at(teachers)}`,
    students.length === 0
      ? ""
      : `${teachers.length === 0 ? "Networks work" : "students and baselines"} at ${at(students)}`,
  ].filter((words) => words !== "");
  return [
    `Network: ${joinWords([...networks.values()])}.`,
    `${roles.join(", ")}; images were brought to each resolution by averaging exactly over areas.`,
    "Cost is counted in multiply-accumulates (MACs) of one forward pass per mm² of tissue.",
  ];
}

function trainingSentences(record: StudyRecord): string[] {
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

function choiceSentences({ runs, choices }: StudyRecord): string[] {
  const by = [
    ...new Set(runs.flatMap(({ options }) => (typeof options.select === "string" ? [options.select] : []))),
  ];
  const tried = runs.filter(({ candidate }) => candidate).length;
  return [
    by.length === 0
      ? ""
      : `Of each training the checkpoint with the best validation ${joinWords(by, "or")} was kept.`,
    choices.length === 0
      ? ""
      : `Settings under trial were chosen for ${formatCount(choices.length)} ${choices.length === 1 ? "network" : "networks"} on the validation split, by the mean over the seeds${tried === 0 ? "" : `; the ${formatCount(tried)} trainings of settings not chosen were not evaluated on the test split`}.`,
    "The test split was used for the final evaluation only.",
  ].filter((words) => words !== "");
}

function analysisSentences(evaluation: StudyEvaluation): string[] {
  const { primary, margin, level, comparisons, images, patients, resampling, family } = evaluation;
  const methods = [...new Set(comparisons.flatMap(({ test }) => (test === null ? [] : [test.method])))];
  const keeping = comparisons.some(({ nonInferiority }) => nonInferiority !== null);
  const alpha = Number((1 - level).toFixed(4));
  return [
    `The test split holds ${countWords(images, patients)}. The primary metric is ${metricWords(primary).name}.`,
    `Metrics are means over the seeds with ${share(level)} intervals (${resampling}); the standard deviation over the seeds is given beside them and is not part of the interval.`,
    ...(methods.length === 0
      ? []
      : [`Paired differences on the same images were tested by ${joinWords(methods)}.`]),
    ...(keeping
      ? [
          `A student keeps up with its teacher where its ${metricWords(primary).name} is shown not to be lower by ${formatFixed(margin, 3)} or more (non-inferiority, one-sided at ${Number(((1 - level) / 2).toFixed(4))}).`,
        ]
      : []),
    ...(comparisons.length === 0 ? [] : [`P-values were adjusted by Holm at ${alpha}. ${sentence(family)}`]),
  ];
}

function machineSentences({ machine, lowmag, commit, versions, seconds }: StudyRecord): string[] {
  const parts = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const from =
    commit === null
      ? ""
      : `, commit ${commit.hash.slice(0, 12)}${commit.dirty ? " with uncommitted changes" : ""}`;
  return [
    `lowmag ${lowmag}${from}${parts.length === 0 ? "" : ` (${parts.join(", ")})`} on ${machine.cpu}, ${formatCount(machine.cores)} ${machine.cores === 1 ? "core" : "cores"}, ${Number(machine.memoryGiB.toFixed(1))} GiB of memory, ${machine.system}.`,
    `The study took ${durationWords(seconds.taken)} of wall time${seconds.estimated === null ? "" : ` (estimated before the start: ${durationWords(seconds.estimated)})`}.`,
  ];
}

/** "42 s", "3.5 min", "2.1 h". */
export function durationWords(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  return seconds < 7200
    ? `${Number((seconds / 60).toPrecision(3))} min`
    : `${Number((seconds / 3600).toPrecision(3))} h`;
}

function sentence(words: string): string {
  const trimmed = words.trim();
  return trimmed === "" || /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
