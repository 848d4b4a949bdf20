// The answers of a study in numbers, and estimates over seeds: the mean, its interval by patient, and the spread between trainings.
import {
  type AurocComponents,
  aurocComponents,
  type Bounds,
  bootstrapInterval,
  definedOrNull,
  effectiveUnits,
  fitTemperature,
  type MetricScale,
  type PreparedPredictions,
  preparePredictions,
  softmax,
} from "../stats/index.ts";
import type { Answer } from "./evaluation-input.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import type { SeedsEstimate, StudyCellInput, StudyEvaluationInput } from "./study-record.ts";

/** Smallest probability of float32, for the logarithm of one that has underflowed to 0. */
const SMALLEST_PROBABILITY = 2 ** -149;

/** The answers of one training, prepared. */
export interface PreparedSeed {
  readonly seed: number;
  readonly test: PreparedPredictions;
  /** Effective number of units behind each metric. */
  readonly units: Float64Array;
  readonly auroc: AurocComponents;
  /** Fitted on the validation answers; `null` without any, or where they ask for certainty or for no information at all. */
  readonly temperature: number | null;
  /** The test answers after temperature scaling. */
  readonly scaled: PreparedPredictions | null;
}

/** A cell with its answers prepared. */
export interface PreparedCell {
  readonly cell: StudyCellInput;
  readonly seeds: readonly PreparedSeed[];
}

/** Prepares every answer of every seed of a cell. */
export function prepareCell(
  cell: StudyCellInput,
  { classes }: StudyEvaluationInput,
  unitOf: Int32Array,
): PreparedCell {
  const seeds = cell.seeds.map(({ seed, test, validation }): PreparedSeed => {
    const prepared = prepareAnswers(test, classes, probabilitiesOf(test));
    const temperature = temperatureOf(validation, classes);
    return {
      seed,
      test: prepared,
      units: effectiveUnits(prepared, unitOf),
      auroc: aurocComponents(prepared, unitOf),
      temperature,
      scaled:
        temperature === null
          ? null
          : prepareAnswers(
              test,
              classes,
              logitsOf(test).map((row) => softmax(row, temperature)),
            ),
    };
  });
  return { cell, seeds };
}

/** What is known of one number per seed: its value and its bootstrap draws. */
export interface SeedDraws {
  /** NaN where undefined. */
  readonly value: number;
  readonly draws: Float64Array;
  readonly units: number;
}

/**
 * Mean over seeds with its interval: draw d of the mean is the mean of the seeds' draws d, which are the same resample of patients. So the
 * interval is of these trainings, on other patients.
 */
export function estimateOverSeeds(
  seeds: readonly SeedDraws[],
  scale: MetricScale,
  choice: ResamplingChoice,
): SeedsEstimate {
  const values = seeds.map(({ value }) => value);
  const estimate = mean(values);
  const draws = meanOfDraws(seeds.map((seed) => seed.draws));
  const units = Math.min(...seeds.map((seed) => seed.units));
  const bounds = bootstrapInterval({
    draws,
    estimate,
    scale,
    units,
    level: choice.level,
    method: choice.method,
  });
  return describeSeeds(values, bounds, choice.level, choice.intervalMethod);
}

/** Puts values and bounds into the form of the record. */
export function describeSeeds(
  values: readonly number[],
  bounds: Bounds | null,
  level: number,
  method: string,
): SeedsEstimate {
  return {
    value: definedOrNull(mean(values)),
    interval: bounds === null ? null : { ...bounds, level, method },
    perSeed: values.map(definedOrNull),
    standardDeviation: definedOrNull(sampleDeviation(values)),
  };
}

/** [draw] of the mean over seeds. */
export function meanOfDraws(draws: readonly Float64Array[]): Float64Array {
  return draws[0]!.map((_, d) => draws.reduce((sum, ofSeed) => sum + ofSeed[d]!, 0) / draws.length);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** NaN with fewer than two values. */
function sampleDeviation(values: readonly number[]): number {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1));
}

function prepareAnswers(
  answers: readonly Answer[],
  classes: readonly string[],
  probabilities: readonly (readonly number[])[],
): PreparedPredictions {
  return preparePredictions(
    answers.map(({ label }) => classes.indexOf(label)),
    probabilities,
    classes.length,
  );
}

function temperatureOf(validation: readonly Answer[], classes: readonly string[]): number | null {
  if (validation.length === 0) return null;
  const labels = validation.map(({ label }) => classes.indexOf(label));
  const { temperature, atBound } = fitTemperature(logitsOf(validation), labels);
  return atBound ? null : temperature;
}

function probabilitiesOf(answers: readonly Answer[]): (readonly number[])[] {
  return answers.map(({ probabilities }) => probabilities);
}

/** Logarithms of the probabilities: the logits up to a constant per image, which softmax does not see. */
function logitsOf(answers: readonly Answer[]): number[][] {
  return answers.map(({ probabilities }) =>
    probabilities.map((probability) => Math.log(Math.max(SMALLEST_PROBABILITY, probability))),
  );
}
