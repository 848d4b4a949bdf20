// Mean losses over many images, and the validation metrics of an epoch.
import { classificationMetrics, preparePredictions, softmax } from "../stats/index.ts";
import type { BatchEvaluation, BatchLosses } from "./trainer.ts";

/** Sums of losses; kept in checkpoints, so that an epoch can be resumed in its middle. */
export interface LossSums {
  readonly images: number;
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
}

/** Nothing summed yet. */
export const noLosses: LossSums = { images: 0, loss: 0, parts: {} };

const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);

/** Adds the losses of a batch. */
export function addLosses(sums: LossSums, batch: BatchLosses): LossSums {
  const parts: Record<string, number> = { ...sums.parts };
  for (const [name, values] of Object.entries(batch.parts)) parts[name] = (parts[name] ?? 0) + total(values);
  return { images: sums.images + batch.images.length, loss: sums.loss + total(batch.loss), parts };
}

/** Mean loss per image, and the mean of each part. */
export function meanLosses({ images, loss, parts }: LossSums): {
  loss: number;
  parts: Record<string, number>;
} {
  const mean = Object.entries(parts).map(([name, sum]) => [name, sum / images] as const);
  return { loss: loss / images, parts: Object.fromEntries(mean) };
}

/** What an epoch's validation found; `null` where a metric is not defined (no labels, a class absent). */
export interface ValidationMetrics {
  readonly loss: number;
  readonly parts: Readonly<Record<string, number>>;
  readonly accuracy: number | null;
  readonly balancedAccuracy: number | null;
  readonly auroc: number | null;
}

/**
 * Metrics of evaluated batches.
 * @param labelOf class index of an image, or `null` where it has none
 */
export function validationMetrics(
  evaluations: readonly BatchEvaluation[],
  labelOf: (image: number) => number | null,
  classes: number,
): ValidationMetrics {
  const losses = meanLosses(evaluations.reduce(addLosses, noLosses));
  const labels: number[] = [];
  const probabilities: number[][] = [];
  for (const { images, logits } of evaluations)
    images.forEach((image, i) => {
      const label = labelOf(image);
      if (label === null) return;
      labels.push(label);
      probabilities.push(softmax([...logits.subarray(i * classes, (i + 1) * classes)]));
    });
  if (labels.length === 0) return { ...losses, accuracy: null, balancedAccuracy: null, auroc: null };
  const { overall } = classificationMetrics(preparePredictions(labels, probabilities, classes));
  return {
    ...losses,
    accuracy: overall.accuracy,
    balancedAccuracy: overall.balancedAccuracy,
    auroc: overall.macroAuroc,
  };
}

/** What the best checkpoint is chosen by, on validation data. */
export type SelectionMetric = "loss" | "accuracy" | "balancedAccuracy" | "auroc";

/**
 * True if `candidate` beats `best`. Losses want to be low, the rest high; ties and undefined metrics are settled by the
 * lower loss, and full ties keep the earlier epoch.
 */
export function isBetter(
  candidate: ValidationMetrics,
  best: ValidationMetrics,
  by: SelectionMetric,
): boolean {
  if (by !== "loss") {
    const [a, b] = [candidate[by], best[by]];
    if (a !== null && b !== null && a !== b) return a > b;
  }
  return candidate.loss < best.loss;
}
