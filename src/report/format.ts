// How numbers are written, everywhere the same: metrics with three decimals, costs with SI prefixes, a real minus sign.
import type { Interval, MetricEstimate } from "../evaluate/index.ts";

/** What stands for a number that is not defined. */
export const NOT_AVAILABLE = "n/a";

const MINUS = "\u2212";

/** Fixed decimals with a real minus sign and no negative zero; "n/a" for null. */
export function formatFixed(value: number | null, decimals: number): string {
  if (value === null || !Number.isFinite(value)) return NOT_AVAILABLE;
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** A metric: 0.912. */
export function formatMetric(value: number | null): string {
  return formatFixed(value, 3);
}

/** A difference, always with its sign: +0.120. */
export function formatDifference(value: number | null): string {
  const text = formatMetric(value);
  return value !== null && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** An interval: [0.853, 0.961]; empty for null. */
export function formatInterval(interval: Interval | null): string {
  return interval === null ? "" : `[${formatMetric(interval.low)}, ${formatMetric(interval.high)}]`;
}

/** A value and its interval: 0.912 [0.853, 0.961]. */
export function formatEstimate(estimate: MetricEstimate | undefined): string {
  if (estimate === undefined) return NOT_AVAILABLE;
  return `${formatMetric(estimate.value)} ${formatInterval(estimate.interval)}`.trim();
}

/** A p-value: 0.034, or "< 0.001". */
export function formatPValue(value: number | null): string {
  if (value === null) return NOT_AVAILABLE;
  return value < 0.001 ? "< 0.001" : value.toFixed(3);
}

/** Three significant digits with an SI prefix: 5.02 G. */
export function formatSi(value: number): string {
  const prefixes = ["", "k", "M", "G", "T", "P"];
  let scaled = value;
  let index = 0;
  while (Math.abs(Number(scaled.toPrecision(3))) >= 1000 && index < prefixes.length - 1) {
    scaled /= 1000;
    index++;
  }
  return `${Number(scaled.toPrecision(3))} ${prefixes[index]!}`.trim();
}

/** A whole number with thousands apart: 1,231,011. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Seconds in the unit that fits: 840 µs, 12.3 ms, 1.23 s. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return NOT_AVAILABLE;
  if (seconds < 1e-3) return `${Number((seconds * 1e6).toPrecision(3))} µs`;
  if (seconds < 1) return `${Number((seconds * 1e3).toPrecision(3))} ms`;
  return `${Number(seconds.toPrecision(3))} s`;
}

/** A duration: "42 s", "3.5 min", "2.1 h". */
export function formatDuration(seconds: number): string {
  if (seconds < 0.01) return "< 0.01 s";
  if (seconds < 120) return `${Number(seconds.toPrecision(3))} s`;
  return seconds < 7200
    ? `${Number((seconds / 60).toPrecision(3))} min`
    : `${Number((seconds / 3600).toPrecision(3))} h`;
}

/** A pixel size without its unit: 4, 0.265. */
export function formatMppNumber(mpp: number): string {
  return `${Number(mpp.toFixed(3))}`;
}

/** A pixel size: 4 µm/px. */
export function formatMpp(mpp: number): string {
  return `${formatMppNumber(mpp)} µm/px`;
}

/** The magnification by the convention 10x = 1.0 µm/px: 2.5x. */
export function formatMagnification(mpp: number): string {
  return `${Number((10 / mpp).toPrecision(3))}x`;
}

/** A cost relative to the teacher's: 1/16, 1, 42%, 180%; "n/a" without a teacher. */
export function formatCostShare(share: number | null): string {
  if (share === null || !(share > 0)) return NOT_AVAILABLE;
  if (Math.abs(share - 1) < 0.01) return "1";
  const inverse = 1 / share;
  const whole = Math.round(inverse);
  if (whole > 1 && Math.abs(inverse - whole) / whole < 0.02) return `1/${formatCount(whole)}`;
  return share < 0.1 ? `1/${Number(inverse.toPrecision(3))}` : `${Number((share * 100).toPrecision(2))}%`;
}

/** A share in whole percent: 83%. */
export function formatPercent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Words joined as in a sentence: "2, 4 and 8". */
export function joinWords(words: readonly string[], conjunction = "and"): string {
  if (words.length <= 1) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} ${conjunction} ${words.at(-1)!}`;
}
