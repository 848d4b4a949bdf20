// The expected calibration error alone, for resampling predictions of which nothing else is asked (those after temperature scaling).
import type { Statistic } from "./bootstrap.ts";
import { CALIBRATION_BINS, type PreparedPredictions } from "./predictions.ts";

/** Computes what `metric-names.ts` calls `expectedCalibrationError`, again and again under different weights. */
export class CalibrationErrorCalculator implements Statistic {
  readonly size = 1;
  readonly #bin: Uint8Array;
  /** What an image adds to its bin: 1 if right, minus its confidence. */
  readonly #excess: Float64Array;
  readonly #sums = new Float64Array(CALIBRATION_BINS);

  constructor({ labels, predicted, confidence, bin }: PreparedPredictions) {
    this.#bin = bin;
    this.#excess = confidence.map((value, i) => Number(predicted[i] === labels[i]) - value);
  }

  compute(weights: Float64Array, out: Float64Array): void {
    this.#sums.fill(0);
    let total = 0;
    for (let i = 0; i < weights.length; i++) {
      total += weights[i]!;
      this.#sums[this.#bin[i]!]! += weights[i]! * this.#excess[i]!;
    }
    let sum = 0;
    for (const excess of this.#sums) sum += Math.abs(excess);
    out[0] = sum / total;
  }
}
