// Lengths on the screen in words: the scale bar, the magnification, where the pointer is. Points are CSS pixels.

/** A scale bar: a round length and how long it is on the screen. */
export interface ScaleBar {
  readonly micrometres: number;
  /** Length on the screen in points. */
  readonly points: number;
  readonly text: string;
}

/** The longest of 1, 2, 5, 10, … µm that fits into `longest` points. @param micrometresPerPoint above 0 */
export function scaleBar(micrometresPerPoint: number, longest: number): ScaleBar {
  const most = micrometresPerPoint * longest;
  const decade = 10 ** Math.floor(Math.log10(most));
  const factor = [5, 2, 1].find((step) => step * decade <= most * (1 + 1e-9)) ?? 1;
  const micrometres = factor * decade;
  return { micrometres, points: micrometres / micrometresPerPoint, text: lengthText(micrometres) };
}

/** "50 µm", "2 mm", "0.5 µm". */
export function lengthText(micrometres: number): string {
  const [value, unit] = micrometres >= 1000 ? [micrometres / 1000, "mm"] : [micrometres, "µm"];
  return `${Number(value.toPrecision(3))} ${unit}`;
}

/**
 * "10x · 1.00 µm/px": the objective at which a point of the screen shows as much, where 10x is 1.0 µm per pixel, and µm
 * per point of the screen.
 */
export function magnificationText(micrometresPerPoint: number): string {
  const power = 10 / micrometresPerPoint;
  const digits = power >= 10 ? 1 : power >= 1 ? 2 : 3;
  return `${Number(power.toFixed(digits))}x · ${fixed(micrometresPerPoint)} µm/px`;
}

/** "x 12.346 mm, y 3.100 mm", from the slide's upper left corner. */
export function positionText(xMicrometres: number, yMicrometres: number): string {
  return `x ${(xMicrometres / 1000).toFixed(3)} mm, y ${(yMicrometres / 1000).toFixed(3)} mm`;
}

/** "93.1 %"; "<0.1 %" and ">99.9 %" where rounding would claim certainty. */
export function percentText(share: number): string {
  if (share > 0 && share < 0.001) return "<0.1 %";
  if (share < 1 && share > 0.999) return ">99.9 %";
  return `${(100 * share).toFixed(1)} %`;
}

/** "12.3 mm²" with three digits. */
export function areaText(squareMillimetres: number): string {
  return `${fixed(squareMillimetres)} mm²`;
}

/** Three significant digits without an exponent: 0.250, 1.00, 32.0, 512. */
function fixed(value: number): string {
  if (value === 0) return "0";
  const digits = 2 - Math.floor(Math.log10(Math.abs(value)) + 1e-9);
  return value.toFixed(Math.min(6, Math.max(0, digits)));
}
