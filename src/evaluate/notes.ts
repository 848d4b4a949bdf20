// The caveats of an evaluation, in whole sentences, found in the data: what a careful statistician would tell
// the reader before the numbers.
import { argmax } from "../stats/index.ts";
import type { EvaluationInput } from "./evaluation-input.ts";
import type { PairedComparison } from "./record.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";

/** Fewer patients than this in all, or in a class, and the coverage of intervals is no longer what it says (results/calibration.md). */
export const FEW_PATIENTS = 20;
export const FEW_PATIENTS_OF_CLASS = 5;
/** Fewer test images of a class than this and its metrics say little. */
export const FEW_IMAGES_OF_CLASS = 10;
/** Below this many images the expected calibration error is mostly its own bias. */
export const FEW_IMAGES_FOR_CALIBRATION = 300;

/** The notes of an evaluation, most important first. */
export function evaluationNotes(
  input: EvaluationInput,
  labels: readonly number[],
  choice: ResamplingChoice,
  comparisons: readonly PairedComparison[],
): string[] {
  return [
    ...splitNotes(input.classes, labels, choice),
    ...schemeNotes(choice),
    ...perfectNotes(input),
    ...metricNotes(input.classes, labels.length),
    ...comparisonNotes(comparisons),
  ];
}

/** What the images, patients and classes of a split allow to be said, whoever answers. */
export function splitNotes(
  classes: readonly string[],
  labels: readonly number[],
  choice: ResamplingChoice,
): string[] {
  return [...patientNotes(choice, labels.length), ...classNotes(classes, labels, choice)];
}

function patientNotes(choice: ResamplingChoice, images: number): string[] {
  const { scheme, patients, resampler } = choice;
  if (scheme !== "patients")
    return [
      `Intervals and p-values treat the ${images} images as independent${patients === null ? " because the patients of some or all images are unknown" : `, although they come from ${count(patients, "patient")}`}. Where several images come from one patient, intervals are too narrow and p-values too small.`,
    ];
  const notes = [];
  if (resampler.units < FEW_PATIENTS)
    notes.push(
      `The ${images} images come from only ${count(resampler.units, "patient")}: below ${FEW_PATIENTS} patients intervals and p-values are unreliable.`,
    );
  const largest = largestUnit(resampler.unitOf);
  if (resampler.units > 1 && largest > images / 3)
    notes.push(
      `One patient has ${largest} of the ${images} images; the results depend much on that patient.`,
    );
  return notes;
}

function classNotes(
  classes: readonly string[],
  labels: readonly number[],
  choice: ResamplingChoice,
): string[] {
  return classes.flatMap((name, c) => {
    const units = labels.flatMap((label, i) => (label === c ? [choice.resampler.unitOf[i]!] : []));
    const patients = new Set(units).size;
    if (units.length === 0)
      return [
        `Class "${name}" has no images in this split: its metrics are undefined and class means leave it out.`,
      ];
    const notes = [];
    if (units.length < FEW_IMAGES_OF_CLASS)
      notes.push(`Class "${name}" has only ${count(units.length, "image")}; its metrics say little.`);
    if (choice.scheme === "patients" && patients < FEW_PATIENTS_OF_CLASS)
      notes.push(
        `Class "${name}" comes from only ${count(patients, "patient")}; intervals of its metrics and of class means are unreliable${patients === 1 ? " or missing" : ""}.`,
      );
    return notes;
  });
}

/** What the resampling had to do that a reader should know. */
export function schemeNotes(choice: ResamplingChoice): string[] {
  const notes = [];
  if (choice.scheme === "class-balanced-images")
    notes.push(
      "Values and intervals are of a class-balanced population (the published bootstrap): accuracy is then balanced accuracy. Confusion matrices, ROC curves and reliability diagrams count the images as they are.",
    );
  if (choice.resampler.incompleteDraws > 0)
    notes.push(
      `${count(choice.resampler.incompleteDraws, "bootstrap draw")} lacked a class even after being drawn again and again; class means of such draws are over the classes present.`,
    );
  return notes;
}

function perfectNotes(input: EvaluationInput): string[] {
  const perfect = input.models.filter(({ predictions }) =>
    predictions.every(({ label, probabilities }) => input.classes[argmax(probabilities)] === label),
  );
  if (perfect.length === 0) return [];
  return [
    `No errors at all: ${perfect.map(({ name }) => name).join(", ")}. A bootstrap cannot tell how far such a result may be from the truth; the intervals given are exact binomial bounds.`,
  ];
}

/** Caveats of single metrics. */
export function metricNotes(classes: readonly string[], images: number): string[] {
  const notes = [];
  if (images < FEW_IMAGES_FOR_CALIBRATION)
    notes.push(
      `The expected calibration error is biased upwards in small samples; with ${count(images, "image")} read it as an upper limit.`,
    );
  if (classes.length > 2)
    notes.push(
      `The quadratic kappa supposes that the classes are ordered as listed (${classes.join(" < ")}); ignore it where they are not.`,
    );
  return notes;
}

function comparisonNotes(comparisons: readonly PairedComparison[]): string[] {
  if (comparisons.length < 2) return [];
  return [
    `The p-values of the ${comparisons.length} comparisons are not corrected for their number; by chance one in twenty is below 0.05.`,
  ];
}

function largestUnit(unitOf: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const unit of unitOf) sizes.set(unit, (sizes.get(unit) ?? 0) + 1);
  return Math.max(...sizes.values());
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
