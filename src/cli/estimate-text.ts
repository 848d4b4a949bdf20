// A metric with its interval, for the terminal: "0.912 [0.887, 0.934]".

/** What of an estimate is shown. */
export interface ShownEstimate {
  readonly value: number | null;
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** A dash where there is no value. */
export function estimateText(estimate: ShownEstimate | undefined): string {
  if (estimate === undefined || estimate.value === null) return "–";
  const value = estimate.value.toFixed(3);
  if (estimate.interval === null) return value;
  const { low, high } = estimate.interval;
  return `${value} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
