// How far two classifiers say the same, whoever is right: the share of images given the same class, and Cohen's kappa.
import { fail } from "../base/index.ts";
import type { Statistic } from "./bootstrap.ts";
import type { PreparedPredictions } from "./predictions.ts";

/** Places in what {@link AgreementCalculator} computes. */
export const AGREEMENT = { share: 0, kappa: 1 } as const;

/**
 * Agreement of two models' predicted classes under weights of the images: [share of images given the same class, Cohen's kappa].
 * Kappa = (share - chance) / (1 - chance), chance = sum over classes of the product of both models' shares of that class (Cohen
 * 1960, unweighted); NaN where both give one and the same class to every image.
 */
export class AgreementCalculator implements Statistic {
  readonly size = 2;
  readonly #first: Int32Array;
  readonly #second: Int32Array;
  readonly #ofFirst: Float64Array;
  readonly #ofSecond: Float64Array;

  /** @throws LowmagError `shape-mismatch` when the models do not have the same images and classes */
  constructor(first: PreparedPredictions, second: PreparedPredictions) {
    if (first.images !== second.images || first.classes !== second.classes)
      throw fail("shape-mismatch", {
        where: "agreement of two models",
        expected: `${first.images} images in ${first.classes} classes`,
        got: `${second.images} in ${second.classes}`,
      });
    this.#first = first.predicted;
    this.#second = second.predicted;
    this.#ofFirst = new Float64Array(first.classes);
    this.#ofSecond = new Float64Array(first.classes);
  }

  /** The agreement on the images as they are; kappa NaN where undefined. */
  of(): { readonly share: number; readonly kappa: number } {
    const out = new Float64Array(this.size);
    this.compute(new Float64Array(this.#first.length).fill(1), out);
    return { share: out[AGREEMENT.share]!, kappa: out[AGREEMENT.kappa]! };
  }

  compute(weights: Float64Array, out: Float64Array): void {
    this.#ofFirst.fill(0);
    this.#ofSecond.fill(0);
    let total = 0;
    let same = 0;
    for (let i = 0; i < weights.length; i++) {
      const weight = weights[i]!;
      total += weight;
      this.#ofFirst[this.#first[i]!]! += weight;
      this.#ofSecond[this.#second[i]!]! += weight;
      if (this.#first[i] === this.#second[i]) same += weight;
    }
    let chance = 0;
    for (let c = 0; c < this.#ofFirst.length; c++) chance += this.#ofFirst[c]! * this.#ofSecond[c]!;
    out[AGREEMENT.share] = same / total;
    // In whole counts, so that perfect agreement is exactly 1.
    out[AGREEMENT.kappa] =
      total * total > chance ? (same * total - chance) / (total * total - chance) : Number.NaN;
  }
}
