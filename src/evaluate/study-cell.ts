// Judges one network of a study over its seeds, every number in the same resamples.
import {
  bootstrapStatistics,
  CalibrationErrorCalculator,
  type ClassMetric,
  confusionMatrix,
  flatMetrics,
  MetricCalculator,
  metricScale,
  nameMetrics,
  type OverallMetric,
  overallIndex,
  type Resampler,
} from "../stats/index.ts";
import { COMPARED_METRICS } from "./compare-models.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import type { SeedsEstimate, StudyCell } from "./study-record.ts";
import { estimateOverSeeds, type PreparedCell, type PreparedSeed, type SeedDraws } from "./study-seeds.ts";
import { agreement, calibration, pairWithTeacher } from "./study-trust.ts";

/** One seed of a cell with what comparisons need of it. */
export interface JudgedSeed {
  readonly seed: number;
  readonly prepared: PreparedSeed;
  /** Every metric, by its place in the flat array. */
  readonly estimates: Float64Array;
  /** Draws of the {@link COMPARED_METRICS} alone, by place: those of all metrics would fill memory in a large study. */
  readonly draws: ReadonlyMap<number, Float64Array>;
}

/** A judged cell, and what comparisons are made of. */
export interface JudgedCell {
  readonly record: StudyCell;
  readonly seeds: readonly JudgedSeed[];
}

/**
 * Judges a cell in one run through the resamples.
 *
 * @param teacher the cell's teacher, for the agreement; `undefined` where there is none
 * @param resampler a fresh one: the same draws for every cell
 */
export function judgeCell(
  prepared: PreparedCell,
  teacher: PreparedCell | undefined,
  resampler: Resampler,
  choice: ResamplingChoice,
  classes: readonly string[],
): JudgedCell {
  const { cell, seeds } = prepared;
  const drawn = drawAll(prepared, teacher, resampler, choice.draws);
  const estimates = seeds.map(({ test }) => flatMetrics(test));
  const { overall, perClass } = nameMetrics(classes.length, (index, metric) =>
    estimate(seeds, estimates, drawn.metrics, index, metric, choice),
  );
  const { seeds: answers, ...facts } = cell;
  const record: StudyCell = {
    ...facts,
    seeds: answers.map(({ seed, run, bestEpoch, learningCurve }) => ({
      seed,
      run,
      bestEpoch,
      learningCurve,
    })),
    metrics: overall,
    perClass: Object.fromEntries(classes.map((name, c) => [name, perClass[c]!])),
    confusion: sumConfusion(seeds),
    calibration: calibration(prepared, overall.expectedCalibrationError, drawn.scaled, choice),
    agreement: agreement(seeds, drawn.pairs, drawn.agreement, choice),
  };
  return { record, seeds: seeds.map((seed, i) => keep(seed, estimates[i]!, drawn.metrics[i]!)) };
}

/** Everything in one run through the resamples: [training][number][draw]. */
function drawAll(
  { seeds }: PreparedCell,
  teacher: PreparedCell | undefined,
  resampler: Resampler,
  draws: number,
) {
  const pairs = seeds.map(({ seed, test }) => pairWithTeacher(seed, test, teacher));
  const metrics = seeds.map(({ test }) => new MetricCalculator(test));
  const scaled = seeds.flatMap((one) =>
    one.scaled === null ? [] : [new CalibrationErrorCalculator(one.scaled)],
  );
  const agreements = pairs.flatMap((pair) => (pair === null ? [] : [pair]));
  const drawn = bootstrapStatistics([...metrics, ...scaled, ...agreements], resampler, draws);
  return {
    pairs,
    metrics: drawn.slice(0, metrics.length),
    scaled: drawn.slice(metrics.length, metrics.length + scaled.length),
    agreement: drawn.slice(metrics.length + scaled.length),
  };
}

function keep(prepared: PreparedSeed, estimates: Float64Array, drawn: readonly Float64Array[]): JudgedSeed {
  const compared = COMPARED_METRICS.map(overallIndex).map((index) => [index, drawn[index]!] as const);
  return { seed: prepared.seed, prepared, estimates, draws: new Map(compared) };
}

function estimate(
  seeds: readonly PreparedSeed[],
  estimates: readonly Float64Array[],
  drawn: readonly (readonly Float64Array[])[],
  index: number,
  metric: OverallMetric | ClassMetric,
  choice: ResamplingChoice,
): SeedsEstimate {
  const draws = seeds.map(
    ({ units }, i): SeedDraws => ({
      value: estimates[i]![index]!,
      draws: drawn[i]![index]!,
      units: units[index]!,
    }),
  );
  return estimateOverSeeds(draws, metricScale(metric), choice);
}

function sumConfusion(seeds: readonly PreparedSeed[]): number[][] {
  const matrices = seeds.map(({ test }) => confusionMatrix(test));
  return matrices[0]!.map((row, i) =>
    row.map((_, j) => matrices.reduce((sum, matrix) => sum + matrix[i]![j]!, 0)),
  );
}
