// The words for each metric: its name, a heading, its definition, and why it can be undefined.
import type { EvaluationRecord } from "../evaluate/index.ts";

/** How a metric is named and explained. */
export interface MetricWords {
  /** In a sentence: "balanced accuracy". */
  readonly name: string;
  /** As a table heading: "Balanced accuracy". */
  readonly heading: string;
  readonly definition: string;
  /** Why its value can be missing. */
  readonly undefinedBecause: string;
}

const ABSENT_CLASS = "Not defined: no class has an image in this split.";
const ONE_SIDED = "Not defined: it needs images of the class and images of other classes in this split.";
const NO_IMAGE = "Not defined: no image to compute it from.";

const WORDS: Readonly<Record<string, MetricWords>> = {
  accuracy: {
    name: "accuracy",
    heading: "Accuracy",
    definition: "Share of images whose class of highest probability is the true class (top-1).",
    undefinedBecause: NO_IMAGE,
  },
  balancedAccuracy: {
    name: "balanced accuracy",
    heading: "Balanced accuracy",
    definition:
      "Mean over the classes of the share of its images that were recognised: every class that has images weighs the same.",
    undefinedBecause: ABSENT_CLASS,
  },
  macroF1: {
    name: "macro-F1",
    heading: "Macro-F1",
    definition: "Mean over the classes of F1 = 2 · precision · recall / (precision + recall).",
    undefinedBecause: ABSENT_CLASS,
  },
  macroPrecision: {
    name: "macro precision",
    heading: "Macro precision",
    definition:
      "Mean over the classes of precision: of the images called the class, the share that is (0 where none was).",
    undefinedBecause: ABSENT_CLASS,
  },
  macroRecall: {
    name: "macro recall",
    heading: "Macro recall",
    definition: "Mean over the classes of recall; the same number as balanced accuracy.",
    undefinedBecause: ABSENT_CLASS,
  },
  macroAuroc: {
    name: "AUROC",
    heading: "AUROC",
    definition:
      "Area under the receiver operating characteristic curve, each class against the rest, mean over the classes: how well the probabilities rank the images, whatever the threshold.",
    undefinedBecause: ONE_SIDED,
  },
  macroAuprc: {
    name: "AUPRC",
    heading: "AUPRC",
    definition:
      "Area under the precision-recall curve (average precision), each class against the rest, mean over the classes.",
    undefinedBecause: ONE_SIDED,
  },
  quadraticKappa: {
    name: "quadratic kappa",
    heading: "Kappa (quadratic)",
    definition:
      "Cohen's kappa with quadratic weights: agreement beyond chance. It takes the classes, in the order listed, for grades; read it only where they are.",
    undefinedBecause: "Not defined: labels or predictions hold a single class.",
  },
  expectedCalibrationError: {
    name: "expected calibration error",
    heading: "ECE",
    definition:
      "Expected calibration error: mean gap between confidence and accuracy over bins of confidence, weighted by images. 0 is best; in small samples it is biased upwards.",
    undefinedBecause: NO_IMAGE,
  },
  oneVsRestAccuracy: {
    name: "one-vs-rest accuracy",
    heading: "One-vs-rest accuracy",
    definition:
      "(TP + TN) / N of the class against all others, mean over the classes. Higher than top-1 accuracy with three classes or more, because every correct rejection counts.",
    undefinedBecause: NO_IMAGE,
  },
  publishedAccuracy: {
    name: "published accuracy",
    heading: "Published “accuracy”",
    definition:
      "N / (N + FP + FN) per class, as the script published with the method computes it, for comparison with its tables only. Its true negatives are miscounted: it is always above the true one-vs-rest accuracy (equal only without any error), and it is not top-1 accuracy.",
    undefinedBecause: NO_IMAGE,
  },
  logLoss: {
    name: "log loss",
    heading: "Log loss",
    definition: "Mean of −ln of the probability given to the true class. 0 is best.",
    undefinedBecause: NO_IMAGE,
  },
  precision: {
    name: "precision",
    heading: "Precision",
    definition: "Of the images called the class, the share that is; 0 where none was.",
    undefinedBecause: "Not defined: this class has no image in this split.",
  },
  recall: {
    name: "recall",
    heading: "Recall",
    definition: "Of the images of the class, the share that was recognised.",
    undefinedBecause: "Not defined: this class has no image in this split.",
  },
  f1: {
    name: "F1",
    heading: "F1",
    definition: "Harmonic mean of precision and recall.",
    undefinedBecause: "Not defined: this class has no image in this split.",
  },
  auroc: {
    name: "AUROC",
    heading: "AUROC",
    definition: "As above, for one class.",
    undefinedBecause: ONE_SIDED,
  },
  auprc: {
    name: "AUPRC",
    heading: "AUPRC",
    definition: "As above, for one class.",
    undefinedBecause: ONE_SIDED,
  },
  support: {
    name: "images",
    heading: "Images",
    definition: "Images of the class in the split.",
    undefinedBecause: NO_IMAGE,
  },
};

/** The metrics of the main table, in order. */
export const MAIN_METRICS = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "macroAuroc",
  "macroAuprc",
  "quadraticKappa",
  "expectedCalibrationError",
] as const;

/** The further class-mean metrics that a record may hold, in order. */
export const FURTHER_METRICS = [
  "macroPrecision",
  "macroRecall",
  "oneVsRestAccuracy",
  "publishedAccuracy",
  "logLoss",
] as const;

/** The metrics of the per-class table, in order. */
export const CLASS_METRICS = [
  "precision",
  "recall",
  "f1",
  "auroc",
  "auprc",
  "oneVsRestAccuracy",
  "publishedAccuracy",
] as const;

/** The metric that the finding is about: balanced accuracy where any model has it. */
export function findingMetric(record: EvaluationRecord): string {
  const has = (metric: string) =>
    record.models.some((model) => typeof model.metrics[metric]?.value === "number");
  return ["balancedAccuracy", "accuracy", "macroAuroc"].find(has) ?? "balancedAccuracy";
}

/** The name of a metric in a line of text: "AUROC" for `macroAuroc`. */
export function metricName(key: string): string {
  return metricWords(key).name;
}

/** The words of a metric; a metric unknown here is called by its key. */
export function metricWords(key: string): MetricWords {
  return (
    (Object.hasOwn(WORDS, key) ? WORDS[key] : undefined) ?? {
      name: key,
      heading: key,
      definition: "Defined by whoever added it to the record.",
      undefinedBecause: "Not defined for this split.",
    }
  );
}

/** The value that guessing reaches with `classes` balanced classes, where there is one. */
export function chanceLevel(metric: string, classes: number): number | null {
  if (metric === "balancedAccuracy" || metric === "macroRecall") return classes > 0 ? 1 / classes : null;
  return metric === "macroAuroc" ? 0.5 : null;
}
