// Compares two cells of a study: differences over the seeds both have, with intervals and tests.
import {
  aurocDifference,
  bootstrapDifference,
  combineAurocs,
  type Difference,
  overallIndex,
} from "../stats/index.ts";
import { COMPARED_METRICS } from "./compare-models.ts";
import type { ResamplingChoice } from "./resampling-choice.ts";
import type { JudgedCell, JudgedSeed } from "./study-cell.ts";
import { adjustFamilies, type UnadjustedComparison } from "./study-family.ts";
import type { StudyPair } from "./study-questions.ts";
import type { StudyComparison } from "./study-record.ts";
import { describeSeeds, mean, meanOfDraws } from "./study-seeds.ts";

/** Two trainings of one seed, one of each cell. */
type SeedPair = readonly [JudgedSeed, JudgedSeed];
type Metric = (typeof COMPARED_METRICS)[number];

/**
 * Makes every comparison in every metric of {@link COMPARED_METRICS}. Pairs without a common seed are left out.
 *
 * @returns pair by pair, metrics in their order; p-values adjusted over each metric's tests in all pairs
 */
export function compareCells(
  pairs: readonly StudyPair[],
  cells: ReadonlyMap<string, JudgedCell>,
  choice: ResamplingChoice,
  margin: number,
): StudyComparison[] {
  const raw = pairs.flatMap((pair) => {
    const seeds = commonSeeds(cells.get(pair.first)!, cells.get(pair.second)!);
    return seeds.length === 0
      ? []
      : COMPARED_METRICS.map((metric) => compare(pair, seeds, metric, choice, margin));
  });
  return adjustFamilies(raw, margin, choice.level);
}

/** Pairs the trainings of the seeds that both cells have. */
export function commonSeeds(first: JudgedCell, second: JudgedCell): SeedPair[] {
  return first.seeds.flatMap((one) => {
    const other = second.seeds.find(({ seed }) => seed === one.seed);
    return other === undefined ? [] : [[one, other] as const];
  });
}

function compare(
  pair: StudyPair,
  seeds: readonly SeedPair[],
  metric: Metric,
  choice: ResamplingChoice,
  margin: number,
): UnadjustedComparison {
  const index = overallIndex(metric);
  const byDelong = metric === "macroAuroc";
  const unit = choice.scheme === "patients" ? "by patient" : "by image";
  const estimate = byDelong ? byComponents(seeds, index) : byDraws(seeds, index, choice.draws);
  const differences = seeds.map(([one, other]) => one.estimates[index]! - other.estimates[index]!);
  const source = `${byDelong ? "DeLong" : "paired bootstrap"} standard error ${unit}`;
  return {
    ...pair,
    metric,
    seeds: seeds.map(([{ seed }]) => seed),
    difference: describeSeeds(
      differences,
      estimate.bounds(choice.level),
      choice.level,
      `${source}, Student's t on the raw and the logit scale`,
    ),
    method: `${byDelong ? "DeLong" : "paired bootstrap"} ${unit}`,
    test: estimate.test(),
    nonInferiority: pair.question === "student-teacher" ? estimate.nonInferiority(margin) : null,
  };
}

/** DeLong of the difference of the means over seeds. */
function byComponents(seeds: readonly SeedPair[], index: number): Difference {
  const [first, second] = [0, 1].map((which) =>
    combineAurocs(
      seeds.map((pair) => ({ components: pair[which]!.prepared.auroc, weight: 1 / seeds.length })),
    ),
  );
  return aurocDifference(first!, second!, fewestUnits(seeds.flat(), index));
}

/** The paired bootstrap of the mean over seeds. */
function byDraws(seeds: readonly SeedPair[], index: number, draws: number): Difference {
  const [first, second] = [0, 1].map((which) => {
    const trainings = seeds.map((pair) => pair[which]!);
    return {
      draws,
      estimates: Float64Array.of(mean(trainings.map(({ estimates }) => estimates[index]!))),
      byMetric: [meanOfDraws(trainings.map((one) => one.draws.get(index)!))],
      units: Float64Array.of(fewestUnits(trainings, index)),
    };
  });
  return bootstrapDifference(first!, second!, 0);
}

function fewestUnits(seeds: readonly JudgedSeed[], index: number): number {
  return Math.min(...seeds.map(({ prepared }) => prepared.units[index]!));
}
