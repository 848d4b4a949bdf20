// Scales from data to pixels, and their ticks.

/** A mapping from data to pixels. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
}

/** A linear scale; a domain of no width maps to the middle. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const span = high - low;
  const scale = (value: number) =>
    span === 0 ? (range[0] + range[1]) / 2 : range[0] + ((value - low) / span) * (range[1] - range[0]);
  return Object.assign(scale, { domain });
}

/** The same scale, with values beyond its domain drawn at its edge. */
export function clamped(scale: Scale): Scale {
  const [low, high] = scale.domain;
  return Object.assign((value: number) => scale(Math.min(high, Math.max(low, value))), {
    domain: scale.domain,
  });
}

/** A logarithmic scale over a positive domain. */
export function logScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const inner = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return Object.assign((value: number) => inner(Math.log10(value)), { domain });
}

/** Round values (1, 2 or 5 times a power of ten apart) within a domain, at most `count` steps. */
export function linearTicks(domain: readonly [number, number], count: number): number[] {
  const [low, high] = domain;
  if (!(high > low)) return [low];
  const step = roundStep((high - low) / count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  );
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `step`. */
export function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Decimals that tell ticks apart. */
export function tickDecimals(ticks: readonly number[]): number {
  const step = ticks.length > 1 ? Math.abs(ticks[1]! - ticks[0]!) : 1;
  return Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** Ticks of a log axis: 1, 2 and 5 of each decade where it is short, else the powers of ten. */
export function logTicks(domain: readonly [number, number]): number[] {
  const [low, high] = domain;
  const decades = Math.log10(high / low);
  const factors = decades > 4.2 ? [1] : decades > 1.1 ? [1, 2, 5] : [1, 1.5, 2, 3, 5, 7];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(3));
      if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) ticks.push(tick);
    }
  return ticks;
}

/** A domain around values, widened to round numbers and kept inside the limits. */
export function roundDomain(
  values: readonly number[],
  limits: readonly [number, number],
  count = 5,
): readonly [number, number] {
  if (values.length === 0) return limits;
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = roundStep(Math.max((high - low) / count, 1e-3));
  const from = Math.max(limits[0], Math.floor(low / step - 1e-9) * step);
  const to = Math.min(limits[1], Math.ceil(high / step + 1e-9) * step);
  return to > from ? [from, to] : [Math.max(limits[0], from - step), Math.min(limits[1], to + step)];
}
