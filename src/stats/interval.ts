// From bootstrap draws to an interval. The default takes only the standard error from the bootstrap and supplies the rest
// from theory (Student's t on a scale where the metric is roughly normal): plain percentile intervals are far too
// narrow for the handful of patients a test split has. `results/calibration.md` holds the measured coverage.
import { fail } from "../base/index.ts";
import { studentTQuantile } from "./distributions.ts";
import type { ClassMetric, OverallMetric } from "./metric-names.ts";

/** An uncertainty interval around an estimate. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Nominal coverage, 0.95 for a 95% interval. */
  readonly level: number;
  /** How it was made, for a reader: "bootstrap standard error by patient, Student's t". */
  readonly method: string;
}

/** Interval level used where nothing else is said. */
export const DEFAULT_LEVEL = 0.95;

/**
 * - `standard-error` (default): estimate ± t(m - 1) · SE · sqrt(m / (m - 1)) on the metric's scale, SE the standard
 *   deviation of the draws (delta method) and m the effective number of independent units (`effective-units.ts`)
 * - `percentile`: the quantiles of the draws, as in the paper
 *
 * Measured coverage: see {@link bootstrapInterval}.
 */
export type IntervalMethod = "standard-error" | "percentile";

/**
 * Where a metric lives, hence the scale on which its interval is symmetric: `share` [0, 1] (logit), `kappa` [-1, 1] (Fisher's z),
 * `loss` [0, ∞) (its upper end on the logarithm, its lower end as it is, which are the wider ones), `calibration-error` [0, 1] (as it is, with the bias), `difference` [-1, 1] (as it is),
 * `loss-difference` (as it is), `count` (known, not estimated: no interval).
 */
export type MetricScale =
  | "share"
  | "kappa"
  | "loss"
  | "calibration-error"
  | "difference"
  | "loss-difference"
  | "count";

/** What an interval is made from. */
export interface IntervalInput {
  /** The metric in every resample; NaN where undefined (left out). */
  readonly draws: Float64Array;
  readonly estimate: number;
  readonly scale: MetricScale;
  /** Effective number of independent units behind the metric. */
  readonly units: number;
  readonly level?: number;
  readonly method?: IntervalMethod;
}

/** The two ends of an interval. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Mean and standard deviation of the defined draws. */
export interface DrawSummary {
  readonly mean: number;
  readonly standardDeviation: number;
  readonly defined: number;
}

/** Spread below which all draws count as equal. */
export const NO_SPREAD = 1e-12;

/**
 * The interval of one estimate.
 *
 * When every draw gives the same value the bootstrap knows nothing. Then, for both methods, a value of 1 (or 0) gets the
 * exact binomial bound of m successes in m units, [(α/2)^(1/m), 1]; any other value gets no interval. (Exact for accuracy;
 * the same bound stands in, approximately, for AUROC, F1 and their like.)
 * A calibration error is biased upwards: its lower end is moved down by three times the bootstrap's estimate
 * of that bias (which sees only part of it).
 *
 * Measured coverage at a nominal 95%, by patient, 3 classes, 5 images per patient (`results/calibration.md` has more):
 *
 * | | accuracy | macro F1 | macro AUROC | kappa | calibration error | log loss |
 * | --- | --- | --- | --- | --- | --- | --- |
 * | standard error, 6 patients | 97% | 93% | 94% | 89% | 81% | 91% |
 * | standard error, 20 patients | 94% | 95% | 94% | 94% | 92% | 93% |
 * | standard error, 20, nearly perfect | 98% | 98% | 99% | 98% | 97% | 90% |
 * | percentile, 6 patients | 81% | 70% | 65% | 73% | 1% | 78% |
 * | percentile, 20 patients | 90% | 91% | 88% | 91% | 14% | 91% |
 * | percentile, 20, nearly perfect | 87% | 93% | 81% | 84% | 77% | 86% |
 *
 * @returns `null` where nothing can be said: undefined estimate, a single unit, fewer than half of the draws defined
 * @throws LowmagError `invalid-argument` for a level outside (0, 1)
 */
export function bootstrapInterval(input: IntervalInput): Bounds | null {
  const level = input.level ?? DEFAULT_LEVEL;
  if (!(level > 0 && level < 1))
    throw fail("invalid-argument", {
      where: "interval level",
      expected: "a number between 0 and 1",
      got: `${level}`,
    });
  if (input.scale === "count" || !Number.isFinite(input.estimate) || input.units < 1) return null;
  const summary = summariseDraws(input.draws);
  if (summary.defined < Math.max(2, input.draws.length / 2)) return null;
  if (summary.standardDeviation < NO_SPREAD) return unanimousBounds(input, (1 - level) / 2);
  if (input.method === "percentile") return percentileBounds(input.draws, level);
  // A precision of 1 can vary in the draws (nothing predicted counts as 0), yet its scale ends there.
  if (atEndOfScale(input)) return unanimousBounds(input, (1 - level) / 2);
  if (input.units <= 1) return null;
  const bounds = standardErrorBounds(input, summary, level);
  return Number.isFinite(bounds.low) && Number.isFinite(bounds.high) ? bounds : null;
}

/** The scale of a metric. */
export function metricScale(metric: OverallMetric | ClassMetric): MetricScale {
  if (metric === "quadraticKappa") return "kappa";
  if (metric === "logLoss") return "loss";
  if (metric === "support") return "count";
  return metric === "expectedCalibrationError" ? "calibration-error" : "share";
}

/** Mean and standard deviation (n - 1) of the draws that are defined. */
export function summariseDraws(draws: Float64Array): DrawSummary {
  let defined = 0;
  let mean = 0;
  let squares = 0;
  for (const value of draws) {
    if (Number.isNaN(value)) continue;
    defined++;
    const off = value - mean;
    mean += off / defined;
    squares += off * (value - mean);
  }
  return { mean, standardDeviation: Math.sqrt(squares / Math.max(1, defined - 1)), defined };
}

/** Standard error with the correction for few units: the bootstrap's own is too small by sqrt((m - 1) / m). */
export function standardError(summary: DrawSummary, units: number): number {
  return summary.standardDeviation * Math.sqrt(units / (units - 1));
}

/** The quantile of sorted values, interpolated linearly (type 7, NumPy's default). */
export function quantile(sorted: Float64Array, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const lower = sorted[below]!;
  const upper = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return lower + (position - below) * (upper - lower);
}

function percentileBounds(draws: Float64Array, level: number): Bounds {
  const sorted = draws.filter((value) => !Number.isNaN(value)).sort();
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

function standardErrorBounds(input: IntervalInput, summary: DrawSummary, level: number): Bounds {
  const { estimate, scale, units } = input;
  const margin = studentTQuantile((1 + level) / 2, units - 1) * standardError(summary, units);
  switch (scale) {
    case "share":
      return shareBounds(estimate, margin);
    case "kappa":
      return onScale(estimate, margin / (1 - estimate ** 2), Math.atanh, Math.tanh);
    case "loss":
      return {
        low: Math.max(0, estimate - margin),
        high: onScale(estimate, margin / estimate, Math.log, Math.exp).high,
      };
    case "calibration-error": {
      const bias = Math.max(0, summary.mean - estimate);
      return { low: Math.max(0, estimate - 3 * bias - margin), high: Math.min(1, estimate + margin) };
    }
    case "difference":
      return { low: Math.max(-1, estimate - margin), high: Math.min(1, estimate + margin) };
    default:
      return { low: estimate - margin, high: estimate + margin };
  }
}

/** estimate ± margin taken over to the logit scale (delta method), for an estimate within (0, 1). */
export function shareBounds(estimate: number, margin: number): Bounds {
  return onScale(estimate, margin / (estimate * (1 - estimate)), logit, logistic);
}

function onScale(
  estimate: number,
  margin: number,
  forward: (value: number) => number,
  back: (value: number) => number,
): Bounds {
  const centre = forward(estimate);
  return { low: back(centre - margin), high: back(centre + margin) };
}

function logit(share: number): number {
  return Math.log(share / (1 - share));
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** True where the transformed estimate would be infinite. */
function atEndOfScale({ estimate, scale }: IntervalInput): boolean {
  const ends = { share: [0, 1], kappa: [-1, 1], loss: [0] }[scale as string] ?? [];
  return ends.some((end) => Math.abs(estimate - end) < NO_SPREAD);
}

/**
 * All draws agree, or the estimate is at the end of its scale: the Clopper-Pearson bound of m successes (or failures) in
 * m units, or nothing.
 */
export function unanimousBounds(
  { estimate, scale, units }: Pick<IntervalInput, "estimate" | "scale" | "units">,
  tail: number,
): Bounds | null {
  const bound = tail ** (1 / units);
  const is = (value: number) => Math.abs(estimate - value) < NO_SPREAD;
  if (scale === "share" && is(1)) return { low: bound, high: 1 };
  if (scale === "share" && is(0)) return { low: 0, high: 1 - bound };
  // Counting every error twice stands for the correction for chance; approximate.
  if (scale === "kappa" && is(1)) return { low: 2 * bound - 1, high: 1 };
  if (scale === "difference" && is(0)) return { low: bound - 1, high: 1 - bound };
  return null;
}
