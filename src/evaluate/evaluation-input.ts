// What `evaluateModels` is given, and the checks that make a comparison fair: every model has answered for the same images,
// in the same order, with the same labels and patients, in the same classes.
import { closestWord, fail } from "../base/index.ts";
import { checkProbabilities, type IntervalMethod, type ResamplingScheme } from "../stats/index.ts";
import type { LearningCurvePoint, ModelCost, ModelRole, Prediction } from "./record.ts";

/** A model's answer for one image; the predicted class is worked out from the probabilities. */
export type Answer = Omit<Prediction, "predicted">;

/** Answers of one model with its name for messages: `model "student-4"`. */
export interface Answers {
  readonly who: string;
  readonly answers: readonly Answer[];
}

/** One model and its predictions on the split. */
export interface EvaluatedModel {
  /** Unique among the models. */
  readonly name: string;
  readonly role: ModelRole;
  /** µm per pixel of the model's input. */
  readonly mpp: number;
  readonly architecture: string;
  readonly parameters: number;
  readonly cost: ModelCost;
  readonly learningCurve: readonly LearningCurvePoint[];
  readonly predictions: readonly Answer[];
}

/** `auto`: by patient where the patient of every image is known and there are at least two, else by image. */
export type BootstrapChoice = ResamplingScheme | "auto";

/** Models with their predictions, and how to judge them. */
export interface EvaluationInput {
  /** Class names in the order of the probabilities; at least two. */
  readonly classes: readonly string[];
  /** Name of the split the predictions are of, normally "test". */
  readonly split: string;
  readonly models: readonly EvaluatedModel[];
  readonly seed: number;
  /** Bootstrap draws, by default 10,000. */
  readonly draws?: number;
  /** Nominal coverage of the intervals, by default 0.95. */
  readonly level?: number;
  /** By default `auto`. */
  readonly bootstrap?: BootstrapChoice;
  /** By default `standard-error`; `percentile` (as published) for the class-balanced bootstrap. */
  readonly interval?: IntervalMethod;
  /** ISO 8601; passed in because results never read the clock. */
  readonly createdAt: string;
  /** Version of lowmag. */
  readonly lowmag: string;
}

/**
 * Checks the input.
 *
 * @throws LowmagError `invalid-argument`, `shape-mismatch`, or `not-finite` naming the model and the image
 */
export function checkEvaluationInput(input: EvaluationInput): void {
  const { classes, models } = input;
  checkClasses(classes);
  const first = models[0];
  if (first === undefined)
    throw fail("invalid-argument", { where: "evaluation", expected: "at least one model", got: "none" });
  const names = models.map((model) => model.name);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined)
    throw fail("invalid-argument", {
      where: "evaluation",
      expected: "models with different names",
      got: `two models named "${repeated}"`,
      fix: "Rename one of the run folders.",
    });
  for (const model of models) {
    checkAnswers(answersOf(model).who, model.predictions, classes);
    checkSameImages(answersOf(first), answersOf(model));
  }
}

/** Refuses fewer than two classes, or one named twice. */
export function checkClasses(classes: readonly string[]): void {
  if (classes.length < 2 || new Set(classes).size < classes.length)
    throw fail("invalid-argument", {
      where: "evaluation",
      expected: "at least two different classes",
      got: classes.length === 0 ? "none" : classes.join(", "),
    });
}

function answersOf({ name, predictions }: EvaluatedModel): Answers {
  return { who: `model "${name}"`, answers: predictions };
}

/** Refuses answers that are not one per image, with a known label and probabilities; `who` gave them, for the message. */
export function checkAnswers(who: string, answers: readonly Answer[], classes: readonly string[]): void {
  if (answers.length === 0)
    throw fail("invalid-argument", {
      where: who,
      expected: "predictions of at least one image",
      got: "none",
    });
  const seen = new Set<string>();
  for (const { image, label, probabilities } of answers) {
    const where = `${who}, image "${image}"`;
    if (seen.has(image))
      throw fail("invalid-argument", { where, expected: "one prediction per image", got: "two" });
    seen.add(image);
    if (!classes.includes(label)) throw unknownLabel(where, label, classes);
    checkProbabilities(probabilities, classes.length, where);
  }
}

function unknownLabel(where: string, label: string, classes: readonly string[]): Error {
  const near = closestWord(label, classes);
  return fail("invalid-argument", {
    where,
    expected: `a label out of ${classes.join(", ")}`,
    got: `"${label}"`,
    ...(near === undefined ? {} : { fix: `Did you mean "${near}"?` }),
  });
}

/** Refuses answers for other images, labels or patients, or in another order, than those of the first to answer. */
export function checkSameImages(first: Answers, other: Answers): void {
  const where = other.who;
  const fix = "Evaluate all models on the same data and the same split.";
  if (other.answers.length !== first.answers.length)
    throw fail("shape-mismatch", {
      where,
      expected: `${first.answers.length} images, as ${first.who}`,
      got: `${other.answers.length}`,
      fix,
    });
  first.answers.forEach((wanted, i) => {
    const given = other.answers[i]!;
    for (const field of ["image", "label", "patient"] as const)
      if (given[field] !== wanted[field])
        throw fail("shape-mismatch", {
          where: `${where}, prediction ${i} (image "${given.image}")`,
          expected: `${field} "${wanted[field]}", as ${first.who}`,
          got: `"${given[field]}"`,
          fix,
        });
  });
}
