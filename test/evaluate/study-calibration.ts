// Measures by simulation whether what `evaluateStudy` reports holds what it says: coverage of every interval, false alarms of every test.
import {
  COMPARED_METRICS,
  evaluateStudy,
  type SeedsEstimate,
  type StudyCell,
  type StudyEvaluation,
  type StudyEvaluationInput,
} from "../../src/evaluate/index.ts";
import { argmax, softmax } from "../../src/stats/index.ts";
import { type StudyScenario, simulateStudy } from "./study-simulation.ts";

export interface CalibrationSize {
  /** Simulated studies. */
  readonly replicates: number;
  readonly draws: number;
  /** Patients of the large test split that stands for the truth. */
  readonly population: number;
}

/** Intervals of the student whose coverage is measured. */
export const COVERED = [
  "accuracy",
  "balancedAccuracy",
  "macroF1",
  "macroAuroc",
  "logLoss",
  "ECE",
  "ECE after scaling",
  "agreement",
  "kappa",
] as const;

type Covered = (typeof COVERED)[number];

/** Shares of the simulated studies. */
export interface StudyCalibrationResult {
  /** The truth within the interval, of those that had one. */
  readonly covered: Readonly<Record<Covered, number>>;
  /** By compared metric, for student against teacher. */
  readonly comparisons: Readonly<
    Record<
      string,
      {
        readonly truth: number;
        /** Difference significant at 5%, uncorrected (false where the truth is 0). */
        readonly rejected: number;
        /** The interval lies above the truth: non-inferiority at a margin of minus the truth would be claimed. */
        readonly above: number;
        readonly below: number;
      }
    >
  >;
  /** Any of the primary metric's tests significant after Holm (every one false where all networks are equal). */
  readonly anyAfterHolm: number;
  readonly anyBeforeHolm: number;
}

/** So small that "worse by the margin or more" is at its boundary when networks are equal. */
const NO_MARGIN = 1e-6;

/** Runs a scenario. */
export function calibrateStudies(scenario: StudyScenario, size: CalibrationSize): StudyCalibrationResult {
  const settings = { margin: NO_MARGIN, draws: size.draws };
  const copies = Math.ceil(size.population / scenario.patients);
  const large = simulateStudy(scenario, 0, { ...settings, draws: 2 }, copies);
  const truth = evaluateStudy(large);
  const scaledError = errorByTemperature(large);
  const equal = scenario.signals === undefined || new Set(scenario.signals).size === 1;
  const tallies = new Map<string, { held: number; above: number; below: number; given: number }>();
  let [before, after] = [0, 0];
  const rejected: Record<string, number> = {};
  for (let replicate = 1; replicate <= size.replicates; replicate++) {
    const found = evaluateStudy(simulateStudy(scenario, replicate, settings));
    const temperatures = studentOf(found).calibration.temperatures;
    for (const name of COVERED) {
      const wanted = name === "ECE after scaling" ? scaledError(temperatures) : covered(truth, name)?.value;
      tally(tallies, name, covered(found, name), wanted ?? null);
    }
    for (const metric of COMPARED_METRICS) {
      const [one, wanted] = [found, truth].map((study) => comparison(study, metric));
      tally(tallies, `difference ${metric}`, one!.difference, equal ? 0 : wanted!.difference.value);
      rejected[metric] = (rejected[metric] ?? 0) + Number((one!.test?.pValue ?? 1) < 0.05);
    }
    const family = found.comparisons.filter(({ metric }) => metric === "macroAuroc");
    if (
      family.some(
        ({ test, nonInferiority }) => (test?.pValue ?? 1) < 0.05 || (nonInferiority?.pValue ?? 1) < 0.025,
      )
    )
      before++;
    if (
      family.some(
        ({ test, nonInferiority }) => (test?.adjusted ?? 1) < 0.05 || nonInferiority?.shown === true,
      )
    )
      after++;
  }
  const of = (name: string) => tallies.get(name) ?? { held: 0, above: 0, below: 0, given: 0 };
  return {
    covered: Object.fromEntries(COVERED.map((name) => [name, of(name).held / of(name).given])) as Record<
      Covered,
      number
    >,
    comparisons: Object.fromEntries(
      COMPARED_METRICS.map((metric) => {
        const { above, below } = of(`difference ${metric}`);
        const value = equal ? 0 : comparison(truth, metric).difference.value!;
        const share = (count: number) => count / size.replicates;
        return [
          metric,
          { truth: value, rejected: share(rejected[metric]!), above: share(above), below: share(below) },
        ];
      }),
    ),
    anyBeforeHolm: before / size.replicates,
    anyAfterHolm: after / size.replicates,
  };
}

function studentOf(study: StudyEvaluation): StudyCell {
  return study.cells.find(({ id }) => id === "student")!;
}

function covered(study: StudyEvaluation, name: Covered): SeedsEstimate | undefined {
  const { metrics, calibration, agreement } = studentOf(study);
  if (name === "ECE") return calibration.before.error;
  if (name === "ECE after scaling") return calibration.after?.error;
  if (name === "agreement") return agreement!.share;
  return name === "kappa" ? agreement!.kappa : metrics[name]!;
}

function comparison(study: StudyEvaluation, metric: string) {
  return study.comparisons.find((one) => one.first === "student" && one.metric === metric)!;
}

function tally(
  tallies: Map<string, { held: number; above: number; below: number; given: number }>,
  name: string,
  estimate: SeedsEstimate | undefined,
  truth: number | null,
): void {
  const interval = estimate?.interval ?? null;
  const count = tallies.get(name) ?? { held: 0, above: 0, below: 0, given: 0 };
  tallies.set(name, count);
  if (interval === null || truth === null) return;
  count.given++;
  if (interval.low > truth) count.above++;
  else if (interval.high < truth) count.below++;
  else count.held++;
}

/** The student's true calibration error at any temperatures of its seeds, read off a grid. */
function errorByTemperature(
  large: StudyEvaluationInput,
): (temperatures: readonly (number | null)[]) => number | null {
  const steps = Array.from({ length: 21 }, (_, i) => Math.exp((i - 10) / 5));
  const student = large.cells.find(({ id }) => id === "student")!;
  const labels = student.seeds[0]!.test.map(({ label }) => large.classes.indexOf(label));
  const grids = student.seeds.map(({ test }) => {
    const logits = test.map(({ probabilities }) =>
      probabilities.map((probability) => Math.log(Math.max(1e-45, probability))),
    );
    return steps.map((temperature) => calibrationError(logits, labels, temperature));
  });
  return (temperatures) => {
    let sum = 0;
    for (const [s, temperature] of temperatures.entries()) {
      if (temperature === null) return null;
      const place = Math.min(19.999, Math.max(0, 5 * Math.log(temperature) + 10));
      const below = Math.floor(place);
      const [low, high] = [grids[s]![below]!, grids[s]![below + 1]!];
      sum += low + (place - below) * (high - low);
    }
    return sum / temperatures.length;
  };
}

/** The definition, in 15 bins. */
function calibrationError(
  logits: readonly (readonly number[])[],
  labels: readonly number[],
  temperature: number,
): number {
  const excess = new Float64Array(15);
  logits.forEach((row, i) => {
    const probabilities = softmax(row, temperature);
    const best = argmax(probabilities);
    excess[Math.ceil(probabilities[best]! * 15) - 1]! += Number(best === labels[i]) - probabilities[best]!;
  });
  return excess.reduce((sum, value) => sum + Math.abs(value), 0) / logits.length;
}
