// Bootstrap resampling as weights. The unit of independence is the patient where patients are known: a patient drawn
// twice brings all its images twice. One stream of draws serves every model, so that differences are paired.
import { fail } from "../base/index.ts";
import type { Generator } from "../random/index.ts";

/**
 * - `patients`: patients drawn with replacement, as many as there are; all images of a patient come along
 * - `images`: images drawn with replacement, as many as there are: supposes that images are independent
 * - `class-balanced-images`: the published script's bootstrap (DiPalma et al.): as many images as there are, each draw
 *   picking a class with equal chance and then an image of it. Estimates metrics of a class-balanced population and, like
 *   `images`, ignores patients.
 */
export type ResamplingScheme = "patients" | "images" | "class-balanced-images";

/**
 * How often a draw that lacks a class is drawn again. After that it is kept as it is: class means are then over the
 * classes it has, and metrics that it leaves undefined are left out of their intervals.
 */
export const MAX_REDRAWS = 1000;

/** What is resampled. */
export interface ResamplingPlan {
  readonly scheme: ResamplingScheme;
  /** True class of each image [N], integers in [0, K). */
  readonly labels: ArrayLike<number>;
  /** K */
  readonly classes: number;
  /** Patient of each image [N]; needed by `patients`. */
  readonly patients?: readonly string[];
}

/** Draws weights for images, one vector per resample. */
export class Resampler {
  /** Unit of each image [N]: its patient's number, or its own. */
  readonly unitOf: Int32Array;
  /** Independent units in all. */
  readonly units: number;
  /** What the resamples are resamples of: 1 per image, or N / (K' n_c) for the class-balanced scheme. */
  readonly populationWeights: Float64Array;
  /** Draws so far that were kept although they lack a class (see {@link MAX_REDRAWS}). */
  incompleteDraws = 0;

  readonly #labels: Int32Array;
  readonly #generator: Generator;
  readonly #counts: Int32Array;
  readonly #imagesOfClass: readonly (readonly number[])[];
  readonly #seen: Uint8Array;
  readonly #balanced: boolean;

  constructor(plan: ResamplingPlan, generator: Generator) {
    this.#labels = Int32Array.from(plan.labels);
    this.#generator = generator;
    this.#balanced = plan.scheme === "class-balanced-images";
    this.unitOf = plan.scheme === "patients" ? numberPatients(plan) : Int32Array.from(this.#labels.keys());
    this.units = this.unitOf.reduce((most, unit) => Math.max(most, unit + 1), 0);
    this.#counts = new Int32Array(this.units);
    this.#seen = new Uint8Array(plan.classes);
    const imagesOfClass = Array.from({ length: plan.classes }, (): number[] => []);
    this.#labels.forEach((label, i) => {
      imagesOfClass[label]!.push(i);
    });
    this.#imagesOfClass = imagesOfClass.filter((images) => images.length > 0);
    this.populationWeights = this.#balanced
      ? this.#balancedWeights()
      : new Float64Array(this.#labels.length).fill(1);
  }

  /**
   * Fills `weights` [N] with how often each image is in the next resample. A draw without one of the classes that the
   * data have is thrown away and drawn again, up to {@link MAX_REDRAWS} times: the resamples are those of the bootstrap
   * given that every class is present.
   */
  draw(weights: Float64Array): void {
    for (let attempt = 0; attempt <= MAX_REDRAWS; attempt++) {
      if (this.#balanced) this.#drawBalanced(weights);
      else this.#drawUnits(weights);
      if (this.#complete(weights)) return;
    }
    this.incompleteDraws++;
  }

  #drawUnits(weights: Float64Array): void {
    const counts = this.#counts.fill(0);
    for (let i = 0; i < this.units; i++) counts[this.#generator.integer(this.units)]!++;
    for (let i = 0; i < weights.length; i++) weights[i] = counts[this.unitOf[i]!]!;
  }

  #drawBalanced(weights: Float64Array): void {
    weights.fill(0);
    for (let i = 0; i < weights.length; i++) {
      const images = this.#imagesOfClass[this.#generator.integer(this.#imagesOfClass.length)]!;
      weights[images[this.#generator.integer(images.length)]!]!++;
    }
  }

  #complete(weights: Float64Array): boolean {
    const seen = this.#seen.fill(0);
    let found = 0;
    for (let i = 0; i < weights.length; i++)
      if (weights[i]! > 0 && seen[this.#labels[i]!] === 0) {
        seen[this.#labels[i]!] = 1;
        if (++found === this.#imagesOfClass.length) return true;
      }
    return false;
  }

  #balancedWeights(): Float64Array {
    const weights = new Float64Array(this.#labels.length);
    for (const images of this.#imagesOfClass)
      for (const image of images)
        weights[image] = weights.length / (this.#imagesOfClass.length * images.length);
    return weights;
  }
}

/** Numbers patients by first appearance. */
function numberPatients(plan: ResamplingPlan): Int32Array {
  const { patients, labels } = plan;
  if (patients?.length !== labels.length)
    throw fail("invalid-argument", {
      where: "bootstrap by patient",
      expected: `the patient of each of ${labels.length} images`,
      got: `${patients?.length ?? 0} patients`,
      fix: "Give the patients, or resample by image.",
    });
  const numbers = new Map<string, number>();
  return Int32Array.from(patients, (patient) => {
    const number = numbers.get(patient) ?? numbers.size;
    numbers.set(patient, number);
    return number;
  });
}
