// How far a network of a study can be trusted: calibration before and after temperature scaling, agreement with its teacher.
import {
  AGREEMENT,
  AgreementCalculator,
  flatMetrics,
  overallIndex,
  type PreparedPredictions,
  pooledReliabilityBins,
} from "../stats/index.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import type { SeedsEstimate, StudyCalibration, StudyCell } from "./study-record.ts";
import { estimateOverSeeds, type PreparedCell, type PreparedSeed, type SeedDraws } from "./study-seeds.ts";

/**
 * @param before the calibration error as it is
 * @param afterDraws [seed with a temperature][0][draw] of the error after scaling
 */
export function calibration(
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

/** The agreement of one training with the teacher's of the same seed; `null` where the teacher lacks it. */
export function pairWithTeacher(
  seed: number,
  test: PreparedPredictions,
  teacher: PreparedCell | undefined,
): AgreementCalculator | null {
  const same = teacher?.seeds.find((other) => other.seed === seed);
  return same === undefined ? null : new AgreementCalculator(test, same.test);
}

/** Over the seeds that the teacher has too; `perSeed` is `null` at the others. */
export function agreement(
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
