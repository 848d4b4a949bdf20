// The few probability distributions the tests and intervals need: normal, Student's t, binomial(1/2).
// Series and continued fractions after Press et al., Numerical Recipes, 3rd ed., sections 6.1, 6.2 and 6.4;
// checked against SciPy (absolute error below 1e-12, see the goldens).
import { fail } from "../base/index.ts";

const MAX_TERMS = 500;
const RELATIVE_PRECISION = 1e-16;
const TINY = 1e-300;

/** Lanczos coefficients for g = 7, n = 9 (Godfrey). */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** Natural logarithm of the gamma function, for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (shifted + i);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum);
}

/** P(Z <= z) of the standard normal distribution; accurate in the lower tail also. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  const tail = 0.5 * upperGammaHalf((z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** The z with P(Z <= z) = probability; -Infinity at 0 and Infinity at 1. */
export function normalQuantile(probability: number): number {
  checkProbability("normalQuantile", probability);
  if (probability === 0.5) return 0;
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  return invert(normalCdf, probability, -40, 0);
}

/** P(T <= t) of Student's t with any positive number of degrees of freedom. */
export function studentTCdf(t: number, degreesOfFreedom: number): number {
  if (t === Number.NEGATIVE_INFINITY) return 0;
  if (t === Number.POSITIVE_INFINITY) return 1;
  const tail = 0.5 * incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
  return t < 0 ? tail : 1 - tail;
}

/** The t with P(T <= t) = probability, for Student's t. */
export function studentTQuantile(probability: number, degreesOfFreedom: number): number {
  checkProbability("studentTQuantile", probability);
  if (probability === 0.5) return 0;
  if (probability > 0.5) return -studentTQuantile(1 - probability, degreesOfFreedom);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  const cdf = (t: number) => studentTCdf(t, degreesOfFreedom);
  let low = -1;
  while (cdf(low) > probability) low *= 2;
  return invert(cdf, probability, low, 0);
}

/** P(X <= successes) for X binomial with chance 1/2 in `trials`. */
export function fairBinomialCdf(successes: number, trials: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  const logAll = logGamma(trials + 1) - trials * Math.LN2;
  let sum = 0;
  for (let k = 0; k <= successes; k++) sum += Math.exp(logAll - logGamma(k + 1) - logGamma(trials - k + 1));
  return Math.min(1, sum);
}

/** Inverts a rising function by bisection to the last bit that doubles can tell apart. */
function invert(rising: (x: number) => number, target: number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (rising(middle) < target) below = middle;
    else above = middle;
  }
}

/** Regularised upper incomplete gamma function Q(1/2, x) = erfc(sqrt(x)). */
function upperGammaHalf(x: number): number {
  if (x === 0) return 1;
  if (x > 745) return 0;
  const factor = Math.exp(-x) * Math.sqrt(x / Math.PI);
  return x < 1.5 ? 1 - factor * gammaSeries(x) : factor * gammaFraction(x);
}

function gammaSeries(x: number): number {
  let term = 2;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && Math.abs(term) > Math.abs(sum) * RELATIVE_PRECISION; n++) {
    term *= x / (0.5 + n);
    sum += term;
  }
  return sum;
}

/** Lentz's method for the continued fraction of Q(1/2, x). */
function gammaFraction(x: number): number {
  let b = x + 0.5;
  let c = 1 / TINY;
  let d = 1 / b;
  let result = d;
  for (let n = 1; n < MAX_TERMS; n++) {
    const a = -n * (n - 0.5);
    b += 2;
    d = 1 / away(a * d + b);
    c = away(b + a / c);
    const change = d * c;
    result *= change;
    if (Math.abs(change - 1) < RELATIVE_PRECISION) break;
  }
  return result;
}

/** Regularised incomplete beta function I_x(a, b). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const factor = Math.exp(logFactor);
  if (x < (a + 1) / (a + b + 2)) return (factor * betaFraction(x, a, b)) / a;
  return 1 - (factor * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const change = d * c;
    result *= change;
    if (Math.abs(change - 1) < RELATIVE_PRECISION) break;
  }
  return result;
}

/** Keeps a denominator off zero, as Lentz's method asks. */
function away(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

function checkProbability(where: string, probability: number): void {
  if (!(probability >= 0 && probability <= 1))
    throw fail("invalid-argument", { where, expected: "a probability in [0, 1]", got: `${probability}` });
}
