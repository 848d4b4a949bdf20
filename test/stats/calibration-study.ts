// Measures by simulation whether intervals cover what they say and tests reject as often as they say. The truth of a scenario is
// read off one very large simulated data set; then many small ones are judged as an evaluation would judge them.
import { Generator } from "../../src/random/index.ts";
import {
  type BootstrappedModel,
  bootstrapMetrics,
  type ClassMetric,
  classIndex,
  estimateMetric,
  flatMetrics,
  type IntervalMethod,
  mcnemarTest,
  metricScale,
  type OverallMetric,
  overallIndex,
  type PreparedPredictions,
  pairedDifference,
  pairedPermutationTest,
  preparePredictions,
  Resampler,
} from "../../src/stats/index.ts";
import { type SimulatedModels, type SimulationOptions, simulateModels } from "./simulation.ts";

export type Scenario = Omit<SimulationOptions, "seed"> & { readonly name: string };

export interface StudySize {
  /** Simulated data sets. */
  readonly replicates: number;
  /** Bootstrap draws (and permutations) for each. */
  readonly draws: number;
  /** Patients of the large data set that stands for the truth. */
  readonly population: number;
}

/** Metrics whose intervals are studied; those of class 0 stand for every class. */
export const STUDIED: readonly (OverallMetric | ClassMetric)[] = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "macroAuroc",
  "macroAuprc",
  "quadraticKappa",
  "expectedCalibrationError",
  "logLoss",
  "recall",
  "precision",
  "auroc",
];

export const COMPARED = ["accuracy", "balancedAccuracy", "macroAuroc", "macroF1"] as const;

const CLASSES = 3;

/** Shares of the intervals that hold the truth, and of data sets for which there was an interval at all. */
export interface Coverage {
  readonly metric: string;
  readonly truth: number;
  readonly covered: number;
  readonly given: number;
  readonly width: number;
}

/** Coverage of 95% intervals of one model's metrics, [method][metric]. */
export function studyCoverage(
  scenario: Scenario,
  methods: readonly IntervalMethod[],
  size: StudySize,
): Coverage[][] {
  const truth = flatMetrics(prepare(population(scenario, size), "first"));
  const tallies = methods.map(() => STUDIED.map(() => ({ given: 0, covered: 0, width: 0 })));
  for (let replicate = 1; replicate <= size.replicates; replicate++) {
    const { models } = judge(scenario, replicate, size.draws, ["first"]);
    methods.forEach((method, m) => {
      STUDIED.forEach((metric, k) => {
        const { bounds } = estimateMetric(models[0]!, place(metric), metricScale(metric), { method });
        tally(tallies[m]![k]!, bounds, truth[place(metric)]!);
      });
    });
  }
  return tallies.map((ofMethod) =>
    STUDIED.map((metric, k) => summarise(metric, truth[place(metric)]!, ofMethod[k]!, size.replicates)),
  );
}

/** How often each test rejects at 5%, and how often the interval of the difference holds the true difference. */
export interface Comparison {
  readonly metric: string;
  readonly difference: number;
  readonly covered: number;
  /** standard-error and percentile: paired bootstrap by patient; images: the same ignoring patients. */
  readonly rejected: Readonly<Record<"standard-error" | "percentile" | "permutation" | "images", number>>;
}

/** Behaviour of the paired comparisons; scenarios with equal signals and scale are the null. */
export function studyComparisons(scenario: Scenario, size: StudySize): Comparison[] {
  const [first = 1.5, second = 1.5] = scenario.signals ?? [];
  const exchangeable = first === second && (scenario.secondScale ?? 1) === 1;
  const large = population(scenario, size);
  const truths = [flatMetrics(prepare(large, "first")), flatMetrics(prepare(large, "second"))];
  const counts = COMPARED.map(() => ({
    covered: 0,
    standardError: 0,
    percentile: 0,
    permutation: 0,
    images: 0,
  }));
  for (let replicate = 1; replicate <= size.replicates; replicate++) {
    const byPatient = judge(scenario, replicate, size.draws, ["first", "second"]);
    const byImage = judge(scenario, replicate, size.draws, ["first", "second"], "images");
    COMPARED.forEach((metric, k) => {
      const index = overallIndex(metric);
      const count = counts[k]!;
      const truth = exchangeable ? 0 : truths[0]![index]! - truths[1]![index]!;
      const [a, b] = byPatient.models;
      const { bounds, pValue } = pairedDifference(a!, b!, index);
      if (bounds !== null && bounds.low <= truth && truth <= bounds.high) count.covered++;
      if (rejects(pValue)) count.standardError++;
      if (rejects(pairedDifference(a!, b!, index, { method: "percentile" }).pValue)) count.percentile++;
      if (rejects(pairedDifference(byImage.models[0]!, byImage.models[1]!, index).pValue)) count.images++;
      const [x, y] = byPatient.prepared;
      const generator = Generator.derive(replicate, "permutation", scenario.name);
      const options = { permutations: size.draws, generator };
      if (rejects(pairedPermutationTest(x!, y!, byPatient.unitOf, index, options).pValue))
        count.permutation++;
    });
  }
  return COMPARED.map((metric, k) => ({
    metric,
    difference: truths[0]![overallIndex(metric)]! - truths[1]![overallIndex(metric)]!,
    covered: counts[k]!.covered / size.replicates,
    rejected: {
      "standard-error": counts[k]!.standardError / size.replicates,
      percentile: counts[k]!.percentile / size.replicates,
      permutation: counts[k]!.permutation / size.replicates,
      images: counts[k]!.images / size.replicates,
    },
  }));
}

/** How often McNemar's exact test rejects at 5% under a null scenario. */
export function studyMcnemar(scenario: Scenario, replicates: number): number {
  let rejected = 0;
  for (let replicate = 1; replicate <= replicates; replicate++) {
    const data = simulateModels({ ...scenario, seed: replicate });
    const [first, second] = (["first", "second"] as const).map((which) => {
      const { predicted, labels } = prepare(data, which);
      return [...labels].map((label, i) => label === predicted[i]);
    });
    if (rejects(mcnemarTest(first!, second!).pValue)) rejected++;
  }
  return rejected / replicates;
}

function rejects(pValue: number | null): boolean {
  return pValue !== null && pValue <= 0.05;
}

function population(scenario: Scenario, size: StudySize): SimulatedModels {
  return simulateModels({ ...scenario, patients: size.population, seed: 0 });
}

function prepare(data: SimulatedModels, which: "first" | "second"): PreparedPredictions {
  return preparePredictions(data.labels, data[which], CLASSES);
}

function judge(
  scenario: Scenario,
  replicate: number,
  draws: number,
  which: readonly ("first" | "second")[],
  scheme: "patients" | "images" = "patients",
): { models: BootstrappedModel[]; prepared: PreparedPredictions[]; unitOf: Int32Array } {
  const data = simulateModels({ ...scenario, seed: replicate });
  const prepared = which.map((model) => prepare(data, model));
  const { labels, patients } = data;
  const generator = Generator.derive(replicate, "study", scenario.name);
  const resampler = new Resampler({ scheme, labels, classes: CLASSES, patients }, generator);
  return { models: bootstrapMetrics(prepared, resampler, draws), prepared, unitOf: resampler.unitOf };
}

function place(metric: OverallMetric | ClassMetric): number {
  const overall = overallIndex(metric as OverallMetric);
  return overall >= 0 ? overall : classIndex(0, metric as ClassMetric);
}

interface Tally {
  given: number;
  covered: number;
  width: number;
}

function tally(count: Tally, bounds: { low: number; high: number } | null, truth: number): void {
  if (bounds === null) return;
  count.given++;
  count.width += bounds.high - bounds.low;
  if (bounds.low <= truth && truth <= bounds.high) count.covered++;
}

function summarise(metric: string, truth: number, count: Tally, replicates: number): Coverage {
  return {
    metric,
    truth,
    covered: count.covered / count.given,
    given: count.given / replicates,
    width: count.width / count.given,
  };
}
