// The evaluation record: everything a report needs to know about how a set of models did on one split, as plain
// JSON-serialisable data. A number that is not defined (a class without images, a single patient) is `null`, never NaN.
// Nothing here computes; `evaluate-models.ts` fills the record and the report room reads it.

import type { Interval, ReliabilityBin, RocPoint } from "../stats/index.ts";

export type { Interval, ReliabilityBin, RocPoint };

/** A value with its interval; either is `null` where it is not defined. */
export interface MetricEstimate {
  readonly value: number | null;
  readonly interval: Interval | null;
}

/** What a model is in the comparison: the role decides which pairs are compared. */
export type ModelRole = "teacher" | "student" | "baseline" | "fine-tuned" | "model";

/** What one forward pass costs. MACs are multiply-accumulates (FLOPs = 2 MACs). */
export interface ModelCost {
  /** MACs per pixel of the model's own input. */
  readonly macsPerPixel: number;
  /** MACs per mm² of tissue at the model's own mpp: this is what falls with the square of the resolution. */
  readonly macsPerMm2: number;
  /** MACs per image, mean over the evaluated images. */
  readonly macsPerImageMean: number;
  /** Measured; `null` when latency was not measured. */
  readonly latencySecondsPerImage: number | null;
  readonly latencyMegapixelsPerSecond: number | null;
}

/** What a model said about one tissue image. */
export interface Prediction {
  /** The tissue image's id. */
  readonly image: string;
  readonly patient: string | null;
  readonly label: string;
  /** The class of highest probability (the first of equals). */
  readonly predicted: string;
  /** One per class, in the record's class order, summing to 1. */
  readonly probabilities: readonly number[];
}

/** One epoch of a model's training, as its run folder logged it. */
export interface LearningCurvePoint {
  readonly epoch: number;
  readonly trainLoss: number | null;
  /** Validation metrics by name. */
  readonly validation: Readonly<Record<string, number | null>>;
}

/** One model on the split. */
export interface ModelEvaluation {
  /** The run folder's name, for example "student-4". */
  readonly name: string;
  readonly role: ModelRole;
  /** µm per pixel of the model's input. */
  readonly mpp: number;
  readonly architecture: string;
  readonly parameters: number;
  readonly cost: ModelCost;
  readonly predictions: readonly Prediction[];
  /**
   * By name: accuracy, balancedAccuracy, macroF1, macroPrecision, macroRecall, macroAuroc, macroAuprc, quadraticKappa,
   * oneVsRestAccuracy, publishedAccuracy, expectedCalibrationError, logLoss.
   */
  readonly metrics: Readonly<Record<string, MetricEstimate>>;
  /** Class -> precision, recall, f1, auroc, auprc, oneVsRestAccuracy, publishedAccuracy, support. */
  readonly perClass: Readonly<Record<string, Readonly<Record<string, MetricEstimate>>>>;
  /** Counts, [true class][predicted class]. */
  readonly confusion: readonly (readonly number[])[];
  /** Class -> one-versus-rest ROC curve from (0,0) to (1,1); empty where the class or its rest is absent. */
  readonly roc: Readonly<Record<string, readonly RocPoint[]>>;
  /** Non-empty bins only, by rising confidence. */
  readonly reliability: readonly ReliabilityBin[];
  readonly learningCurve: readonly LearningCurvePoint[];
}

/** Two models on the same images: `difference` is first minus second. */
export interface PairedComparison {
  readonly first: string;
  readonly second: string;
  readonly metric: string;
  readonly difference: MetricEstimate;
  /** Two-sided; `null` where the difference is not defined. Not corrected for the number of comparisons. */
  readonly pValue: number | null;
  readonly method: string;
}

/** The result of `evaluateModels`. */
export interface EvaluationRecord {
  /** The version of lowmag that made the record. */
  readonly lowmag: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly split: string;
  readonly classes: readonly string[];
  readonly images: number;
  /** `null` when the patient of any image is unknown. */
  readonly patients: number | null;
  /** For a reader: "10,000 bootstrap draws by patient". */
  readonly resampling: string;
  readonly models: readonly ModelEvaluation[];
  readonly comparisons: readonly PairedComparison[];
  /** Caveats in whole sentences, drawn from the data. */
  readonly notes: readonly string[];
}
