// What is made of the rounds of a measurement: the middle, the spread, and whether two measurements differ by more than
// their noise. Pure arithmetic on plain arrays.

/** The middle of several numbers; the mean of the two middle ones of an even count. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Noise of a ratio within one run, of which a single round knows nothing: what quiet machines show. */
export const LEAST_NOISE = 0.03;
/** Noise where there is one round only. */
const ONE_ROUND_NOISE = 0.06;

/**
 * How far rounds lie from their middle at most, relatively (0.05 = 5 %), and never less than `least`: rounds may agree by
 * chance.
 */
export function noiseOf(rounds: readonly number[], least = LEAST_NOISE): number {
  if (rounds.length < 2) return Math.max(least, ONE_ROUND_NOISE);
  const middle = median(rounds);
  const furthest = Math.max(...rounds.map((value) => Math.abs(Math.log(value / middle))));
  return Math.max(least, Math.expm1(furthest));
}

/** How a figure has moved since it was published. */
export interface Move {
  /** Relative change: 0.1 = 10 % more than then. */
  readonly change: number;
  /** The noise of both together, relative. */
  readonly noise: number;
  readonly moved: boolean;
}

/**
 * Compares rounds of then and now. Moved is what differs by more than the noise of both: their spreads do not meet.
 * @param least the noise below which no spread is believed.
 */
export function moveBetween(then: readonly number[], now: readonly number[], least = LEAST_NOISE): Move {
  const noise = (1 + noiseOf(then, least)) * (1 + noiseOf(now, least)) - 1;
  const logarithm = Math.log(median(now) / median(then));
  return { change: Math.expm1(logarithm), noise, moved: Math.abs(logarithm) > Math.log1p(noise) };
}

/** A bound that a figure should keep. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** Whether a figure keeps the bound. */
export const meets = (value: number, target: Target): boolean =>
  "atLeast" in target ? value >= target.atLeast : value <= target.atMost;

/** Whether a change is for the better, by the direction of the target; without one more is better. */
export const isBetter = (change: number, target: Target | null): boolean =>
  target !== null && "atMost" in target ? change < 0 : change > 0;
