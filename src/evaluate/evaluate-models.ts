// Predictions of several models on one split -> an evaluation record. Runs no model: it judges what models have said.
import {
  type BootstrappedModel,
  bootstrapMetrics,
  type ClassMetric,
  confusionMatrix,
  estimateMetric,
  metricScale,
  nameMetrics,
  type OverallMetric,
  type PreparedPredictions,
  preparePredictions,
  reliabilityBins,
  rocCurve,
} from "../stats/index.ts";
import { compareModels } from "./compare-models.ts";
import { checkEvaluationInput, type EvaluatedModel, type EvaluationInput } from "./evaluation-input.ts";
import { evaluationNotes } from "./notes.ts";
import type { EvaluationRecord, MetricEstimate, ModelEvaluation } from "./record.ts";
import { chooseResampling, type ResamplingChoice } from "./resampling-choice.ts";

/**
 * Judges models by their predictions: metrics with intervals for each, paired differences between them, and caveats.
 * All models are bootstrapped in the same resamples. Deterministic: the same input gives the same record.
 *
 * @throws LowmagError `invalid-argument`, `shape-mismatch` (models with different images), `not-finite` (naming model and
 *   image), `missing-metadata` (bootstrap by patient without patients)
 */
export function evaluateModels(input: EvaluationInput): EvaluationRecord {
  checkEvaluationInput(input);
  const { classes, models } = input;
  const labels = models[0]!.predictions.map(({ label }) => classes.indexOf(label));
  const choice = chooseResampling(input, models[0]!.predictions, labels);
  const prepared = models.map(({ predictions }) =>
    preparePredictions(
      labels,
      predictions.map(({ probabilities }) => probabilities),
      classes.length,
    ),
  );
  const bootstraps = bootstrapMetrics(prepared, choice.resampler, choice.draws);
  const judged = models.map((model, i) => ({ model, bootstrap: bootstraps[i]! }));
  const comparisons = compareModels(judged, choice);
  return {
    lowmag: input.lowmag,
    createdAt: input.createdAt,
    split: input.split,
    classes: [...classes],
    images: labels.length,
    patients: choice.patients,
    resampling: choice.description,
    models: judged.map(({ model, bootstrap }, i) =>
      describeModel(model, classes, prepared[i]!, bootstrap, choice),
    ),
    comparisons,
    notes: evaluationNotes(input, labels, choice, comparisons),
  };
}

function describeModel(
  model: EvaluatedModel,
  classes: readonly string[],
  prepared: PreparedPredictions,
  bootstrap: BootstrappedModel,
  choice: ResamplingChoice,
): ModelEvaluation {
  const { name, role, mpp, architecture, parameters, cost, learningCurve } = model;
  const { overall, perClass } = nameEstimates(classes.length, bootstrap, choice);
  return {
    name,
    role,
    mpp,
    architecture,
    parameters,
    cost,
    predictions: model.predictions.map(({ image, patient, label, probabilities }, i) => ({
      image,
      patient,
      label,
      predicted: classes[prepared.predicted[i]!]!,
      probabilities: [...probabilities],
    })),
    metrics: overall,
    perClass: byClass(classes, (c) => perClass[c]!),
    confusion: confusionMatrix(prepared),
    roc: byClass(classes, (c) => rocCurve(prepared, c)),
    reliability: reliabilityBins(prepared),
    learningCurve: [...learningCurve],
  };
}

function byClass<T>(classes: readonly string[], of: (classNumber: number) => T): Record<string, T> {
  return Object.fromEntries(classes.map((name, c) => [name, of(c)]));
}

function nameEstimates(
  classes: number,
  bootstrap: BootstrappedModel,
  choice: ResamplingChoice,
): { overall: Record<string, MetricEstimate>; perClass: Record<string, MetricEstimate>[] } {
  return nameMetrics(classes, (index, metric) => estimate(bootstrap, index, metric, choice));
}

function estimate(
  bootstrap: BootstrappedModel,
  index: number,
  metric: OverallMetric | ClassMetric,
  { level, method, intervalMethod }: ResamplingChoice,
): MetricEstimate {
  const { value, bounds } = estimateMetric(bootstrap, index, metricScale(metric), { level, method });
  return { value, interval: bounds === null ? null : { ...bounds, level, method: intervalMethod } };
}
