// Judges one network of a study over its seeds: metrics, calibration before and after temperature scaling, agreement with its teacher.
import {
  AGREEMENT,
  AgreementCalculator,
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
  type PreparedPredictions,
  pooledReliabilityBins,
  type Resampler,
  type Statistic,
} from "../stats/index.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import type { SeedsEstimate, StudyCalibration, StudyCell } from "./study-record.ts";
import { estimateOverSeeds, type PreparedCell, type PreparedSeed, type SeedDraws } from "./study-seeds.ts";

/** One seed of a cell with every metric's value and draws. */
export interface JudgedSeed {
  readonly seed: number;
  readonly prepared: PreparedSeed;
  readonly estimates: Float64Array;
  /** [metric][draw] */
  readonly byMetric: readonly Float64Array[];
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
  const calibrated = seeds.flatMap(({ scaled }) => (scaled === null ? [] : [scaled]));
  const pairs = seeds.map(({ seed, test }) => pairWithTeacher(seed, test, teacher));
  const statistics: readonly (readonly Statistic[])[] = [
    seeds.map(({ test }) => new MetricCalculator(test)),
    calibrated.map((one) => new CalibrationErrorCalculator(one)),
    pairs.flatMap((pair) => (pair === null ? [] : [pair])),
  ];
  const drawn = bootstrapStatistics(statistics.flat(), resampler, choice.draws);
  const judged = seeds.map((seed, i): JudgedSeed => {
    return { seed: seed.seed, prepared: seed, estimates: flatMetrics(seed.test), byMetric: drawn[i]! };
  });
  const afterDraws = drawn.slice(seeds.length, seeds.length + calibrated.length);
  const agreementDraws = drawn.slice(seeds.length + calibrated.length);
  const { overall, perClass } = nameMetrics(classes.length, (index, metric) =>
    estimate(judged, index, metric, choice),
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
    calibration: calibration(prepared, overall.expectedCalibrationError, afterDraws, choice),
    agreement: agreement(seeds, pairs, agreementDraws, choice),
  };
  return { record, seeds: judged };
}

function estimate(
  seeds: readonly JudgedSeed[],
  index: number,
  metric: OverallMetric | ClassMetric,
  choice: ResamplingChoice,
): SeedsEstimate {
  const draws = seeds.map(
    ({ estimates, byMetric, prepared }): SeedDraws => ({
      value: estimates[index]!,
      draws: byMetric[index]!,
      units: prepared.units[index]!,
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

function calibration(
  { seeds }: PreparedCell,
  before: SeedsEstimate,
  afterDraws: readonly (readonly Float64Array[])[],
  choice: ResamplingChoice,
): StudyCalibration {
  const temperatures = seeds.map(({ temperature }) => temperature);
  const scaled = seeds.flatMap(({ scaled: one }) => (one === null ? [] : [one]));
  const bins = pooledReliabilityBins(seeds.map(({ test }) => test));
  if (scaled.length < seeds.length) return { temperatures, before: { error: before, bins }, after: null };
  const error = overallIndex("expectedCalibrationError");
  const after = scaled.map(
    (one, i): SeedDraws => ({
      value: flatMetrics(one)[error]!,
      draws: afterDraws[i]![0]!,
      units: seeds[i]!.units[error]!,
    }),
  );
  return {
    temperatures,
    before: { error: before, bins },
    after: {
      error: estimateOverSeeds(after, "calibration-error", choice),
      bins: pooledReliabilityBins(scaled),
    },
  };
}

function pairWithTeacher(
  seed: number,
  test: PreparedPredictions,
  teacher: PreparedCell | undefined,
): AgreementCalculator | null {
  const same = teacher?.seeds.find((other) => other.seed === seed);
  return same === undefined ? null : new AgreementCalculator(test, same.test);
}

/** Over the seeds that the teacher has too; `perSeed` is `null` at the others. */
function agreement(
  seeds: readonly PreparedSeed[],
  pairs: readonly (AgreementCalculator | null)[],
  drawn: readonly (readonly Float64Array[])[],
  choice: ResamplingChoice,
): StudyCell["agreement"] {
  const paired = seeds.filter((_, i) => pairs[i] !== null);
  if (paired.length === 0) return null;
  const values = pairs.flatMap((pair) => (pair === null ? [] : [pair.of()]));
  const over = (which: keyof typeof AGREEMENT): SeedsEstimate => {
    const known = paired.map(({ units }, i): SeedDraws => {
      const place = AGREEMENT[which];
      const like = overallIndex(which === "share" ? "accuracy" : "quadraticKappa");
      return { value: values[i]![which], draws: drawn[i]![place]!, units: units[like]! };
    });
    const found = estimateOverSeeds(known, which, choice);
    let next = 0;
    return { ...found, perSeed: pairs.map((pair) => (pair === null ? null : found.perSeed[next++]!)) };
  };
  return { share: over("share"), kappa: over("kappa") };
}
