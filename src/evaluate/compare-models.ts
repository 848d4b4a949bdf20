// Which models are compared with which, and in what: the questions of the paper. Does the student keep up with its teacher? Does it
// beat the network trained from labels at the same resolution? Does tuning on labels add anything?
import {
  type BootstrappedModel,
  type OverallMetric,
  overallIndex,
  pairedDifference,
} from "../stats/index.ts";
import type { EvaluatedModel } from "./evaluation-input.ts";
import type { ModelRole, PairedComparison } from "./record.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";

/** The metrics in which models are compared. */
export const COMPARED_METRICS = [
  "accuracy",
  "balancedAccuracy",
  "macroAuroc",
  "macroF1",
] as const satisfies readonly OverallMetric[];

/** Two resolutions are the same when they differ by less than this share: mpp may come from a rounded file tag. */
const SAME_MPP = 1e-3;

/** A model with its bootstrap. */
export interface JudgedModel {
  readonly model: EvaluatedModel;
  readonly bootstrap: BootstrappedModel;
}

/**
 * Every student against every teacher, every student against the baselines of its mpp, every fine-tuned model against
 * the students of its mpp; each in {@link COMPARED_METRICS}, first minus second.
 */
export function compareModels(models: readonly JudgedModel[], choice: ResamplingChoice): PairedComparison[] {
  const pairs = [
    ...pairsOf(models, "student", "teacher", false),
    ...pairsOf(models, "student", "baseline", true),
    ...pairsOf(models, "fine-tuned", "student", true),
  ];
  return pairs.flatMap(([first, second]) =>
    COMPARED_METRICS.map((metric) => compare(first, second, metric, choice)),
  );
}

function pairsOf(
  models: readonly JudgedModel[],
  firstRole: ModelRole,
  secondRole: ModelRole,
  atSameMpp: boolean,
): (readonly [JudgedModel, JudgedModel])[] {
  const seconds = models.filter(({ model }) => model.role === secondRole);
  return models
    .filter(({ model }) => model.role === firstRole)
    .flatMap((first) =>
      seconds
        .filter((second) => !atSameMpp || sameMpp(first.model.mpp, second.model.mpp))
        .map((second) => [first, second] as const),
    );
}

/** True for two resolutions that are the same but for rounding. */
export function sameMpp(first: number, second: number): boolean {
  return Math.abs(first - second) <= SAME_MPP * Math.max(first, second);
}

function compare(
  first: JudgedModel,
  second: JudgedModel,
  metric: OverallMetric,
  choice: ResamplingChoice,
): PairedComparison {
  const { level, method, intervalMethod } = choice;
  const { value, bounds, pValue } = pairedDifference(
    first.bootstrap,
    second.bootstrap,
    overallIndex(metric),
    {
      level,
      method,
    },
  );
  return {
    first: first.model.name,
    second: second.model.name,
    metric,
    difference: { value, interval: bounds === null ? null : { ...bounds, level, method: intervalMethod } },
    pValue,
    method: `paired ${intervalMethod}`,
  };
}
