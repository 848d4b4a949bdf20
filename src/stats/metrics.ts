// Computes every metric of a set of weighted images in one pass over the counts and one walk per class down the sorted
// scores. Resampling is a change of weights; nothing is copied or sorted again.
import {
  CLASS_METRICS,
  type ClassificationMetrics,
  classIndex,
  definedOrNull,
  metricCount,
  nameMetrics,
  OVERALL_METRICS,
  overallIndex,
} from "./metric-names.ts";
import { CALIBRATION_BINS, type PreparedPredictions } from "./predictions.ts";
import { type RankingAreas, rankingAreas } from "./ranking.ts";

/**
 * Every metric of one model; `metric-names.ts` says what each is and where it is undefined (`null`).
 *
 * @param weights one per image [N], 0 or more, by default 1 each
 * @example
 * const { overall, perClass } = classificationMetrics(preparePredictions([0, 1], [[0.9, 0.1], [0.2, 0.8]], 2));
 * overall.accuracy; // 1
 */
export function classificationMetrics(
  predictions: PreparedPredictions,
  weights?: Float64Array,
): ClassificationMetrics {
  const flat = flatMetrics(predictions, weights);
  return nameMetrics(predictions.classes, (index) => definedOrNull(flat[index]!));
}

/** Every metric of one model as the flat array of `metric-names.ts`, NaN where undefined. */
export function flatMetrics(predictions: PreparedPredictions, weights?: Float64Array): Float64Array {
  const flat = new Float64Array(metricCount(predictions.classes));
  new MetricCalculator(predictions).compute(weights ?? new Float64Array(predictions.images).fill(1), flat);
  return flat;
}

/** Counts of images, [true class][predicted class]. */
export function confusionMatrix(predictions: PreparedPredictions): number[][] {
  const counts = Array.from({ length: predictions.classes }, () =>
    new Array<number>(predictions.classes).fill(0),
  );
  for (let i = 0; i < predictions.images; i++) counts[predictions.labels[i]!]![predictions.predicted[i]!]!++;
  return counts;
}

/** Computes the flat array of metrics again and again for one model's predictions, under different weights. */
export class MetricCalculator {
  /** Length of the flat array. */
  readonly size: number;
  readonly #predictions: PreparedPredictions;
  readonly #confusion: Float64Array;
  readonly #binConfidence = new Float64Array(CALIBRATION_BINS);
  readonly #binCorrect = new Float64Array(CALIBRATION_BINS);
  readonly #areas: RankingAreas = { auroc: Number.NaN, auprc: Number.NaN };
  #total = 0;
  #loss = 0;

  constructor(predictions: PreparedPredictions) {
    this.#predictions = predictions;
    this.size = metricCount(predictions.classes);
    this.#confusion = new Float64Array(predictions.classes ** 2);
  }

  /**
   * Fills `out` (length `metricCount(K)`) with the metrics of the weighted images; NaN where undefined.
   *
   * @param weights one per image [N], 0 or more; at least one above 0
   */
  compute(weights: Float64Array, out: Float64Array): void {
    this.#count(weights);
    out.fill(0, 0, OVERALL_METRICS.length);
    let present = 0;
    for (let c = 0; c < this.#predictions.classes; c++) {
      this.#classMetrics(c, weights, out);
      if (out[classIndex(c, "support")]! === 0) continue;
      present++;
      for (const [mean, ofClass] of CLASS_MEANS)
        out[mean]! += out[OVERALL_METRICS.length + c * CLASS_METRICS.length + ofClass]!;
    }
    for (const [mean] of CLASS_MEANS) out[mean]! /= present;
    out[BALANCED_ACCURACY] = out[MACRO_RECALL]!;
    out[ACCURACY] = this.#diagonal() / this.#total;
    out[KAPPA] = this.#quadraticKappa();
    out[CALIBRATION_ERROR] = this.#calibrationError();
    out[LOG_LOSS] = this.#loss / this.#total;
  }

  #count(weights: Float64Array): void {
    const { images, classes, labels, predicted, confidence, loss, bin } = this.#predictions;
    this.#confusion.fill(0);
    this.#binConfidence.fill(0);
    this.#binCorrect.fill(0);
    this.#total = 0;
    this.#loss = 0;
    for (let i = 0; i < images; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const label = labels[i]!;
      const answer = predicted[i]!;
      this.#total += weight;
      this.#loss += weight * loss[i]!;
      this.#confusion[label * classes + answer]! += weight;
      this.#binConfidence[bin[i]!]! += weight * confidence[i]!;
      if (label === answer) this.#binCorrect[bin[i]!]! += weight;
    }
  }

  #classMetrics(c: number, weights: Float64Array, out: Float64Array): void {
    const { classes, labels, rankings } = this.#predictions;
    let support = 0;
    let answered = 0;
    for (let other = 0; other < classes; other++) {
      support += this.#confusion[c * classes + other]!;
      answered += this.#confusion[other * classes + c]!;
    }
    const hits = this.#confusion[c * classes + c]!;
    const errors = support + answered - 2 * hits;
    const absent = support === 0;
    rankingAreas(rankings[c]!, labels, c, weights, this.#areas);
    const at = classIndex(c, "precision");
    out[at] = absent ? Number.NaN : answered === 0 ? 0 : hits / answered;
    out[at + 1] = hits / support;
    out[at + 2] = absent ? Number.NaN : (2 * hits) / (support + answered);
    out[at + 3] = this.#areas.auroc;
    out[at + 4] = this.#areas.auprc;
    out[at + 5] = (this.#total - errors) / this.#total;
    out[at + 6] = this.#total / (this.#total + errors);
    out[at + 7] = support;
  }

  #diagonal(): number {
    let sum = 0;
    for (let c = 0; c < this.#predictions.classes; c++)
      sum += this.#confusion[c * (this.#predictions.classes + 1)]!;
    return sum;
  }

  /** 1 - sum(w O) / sum(w E), w = (i - j)², E the product of the margins (Cohen 1968). */
  #quadraticKappa(): number {
    const classes = this.#predictions.classes;
    let observed = 0;
    let first = 0;
    let second = 0;
    let trueSum = 0;
    let answerSum = 0;
    for (let i = 0; i < classes; i++)
      for (let j = 0; j < classes; j++) {
        const count = this.#confusion[i * classes + j]!;
        observed += count * (i - j) ** 2;
        trueSum += count * i;
        answerSum += count * j;
        first += count * i * i;
        second += count * j * j;
      }
    // sum over i, j of row_i col_j (i - j)² / total, multiplied out.
    const expected = first + second - (2 * trueSum * answerSum) / this.#total;
    return expected > 0 ? 1 - observed / expected : Number.NaN;
  }

  #calibrationError(): number {
    let sum = 0;
    for (let b = 0; b < CALIBRATION_BINS; b++)
      sum += Math.abs(this.#binCorrect[b]! - this.#binConfidence[b]!);
    return sum / this.#total;
  }
}

const ACCURACY = overallIndex("accuracy");
const BALANCED_ACCURACY = overallIndex("balancedAccuracy");
const MACRO_RECALL = overallIndex("macroRecall");
const KAPPA = overallIndex("quadraticKappa");
const CALIBRATION_ERROR = overallIndex("expectedCalibrationError");
const LOG_LOSS = overallIndex("logLoss");

/** [place of the class mean, place of the metric within a class]. */
const CLASS_MEANS: readonly (readonly [number, number])[] = [
  [overallIndex("macroPrecision"), CLASS_METRICS.indexOf("precision")],
  [MACRO_RECALL, CLASS_METRICS.indexOf("recall")],
  [overallIndex("macroF1"), CLASS_METRICS.indexOf("f1")],
  [overallIndex("macroAuroc"), CLASS_METRICS.indexOf("auroc")],
  [overallIndex("macroAuprc"), CLASS_METRICS.indexOf("auprc")],
  [overallIndex("oneVsRestAccuracy"), CLASS_METRICS.indexOf("oneVsRestAccuracy")],
  [overallIndex("publishedAccuracy"), CLASS_METRICS.indexOf("publishedAccuracy")],
];
