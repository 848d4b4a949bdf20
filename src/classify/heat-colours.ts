// The colours of heat maps: viridis (van der Walt and Smith 2015, released to the public as CC0), whose lightness grows
// evenly and which the colour-blind read as others do. Stored at 33 of its 256 places; between them straight lines, within
// 2 grey levels of the published table.
import type { Colour } from "../annotation/index.ts";

/** At 0, 1/32, ... 1. */
const KNOTS: readonly Colour[] = [
  [68, 1, 84],
  [71, 13, 96],
  [72, 24, 106],
  [72, 35, 116],
  [71, 45, 123],
  [69, 54, 129],
  [66, 64, 134],
  [63, 73, 137],
  [59, 82, 139],
  [55, 90, 141],
  [51, 99, 141],
  [47, 106, 142],
  [44, 114, 142],
  [41, 122, 142],
  [38, 129, 142],
  [35, 137, 142],
  [33, 144, 140],
  [31, 152, 139],
  [31, 159, 136],
  [33, 166, 133],
  [40, 174, 128],
  [49, 181, 123],
  [62, 188, 116],
  [76, 194, 108],
  [93, 201, 99],
  [110, 206, 88],
  [130, 211, 76],
  [150, 216, 63],
  [171, 220, 50],
  [192, 223, 36],
  [213, 226, 26],
  [234, 229, 26],
  [253, 231, 37],
];

/** The colour of a probability; outside 0 to 1 that of the nearer end. */
export function heatColour(value: number): Colour {
  const place = Math.min(1, Math.max(0, value)) * (KNOTS.length - 1);
  const knot = Math.min(KNOTS.length - 2, Math.floor(place));
  const [from, to] = [KNOTS[knot]!, KNOTS[knot + 1]!];
  const between = (c: 0 | 1 | 2) => Math.round(from[c] + (to[c] - from[c]) * (place - knot));
  return [between(0), between(1), between(2)];
}

/** One place of a legend. */
export interface HeatStop {
  /** Probability, 0 to 1. */
  readonly value: number;
  readonly colour: Colour;
}

/** Evenly spaced places from 0 to 1, for a legend: enough for a gradient that equals the scale. */
export function heatLegend(count: number = KNOTS.length): HeatStop[] {
  return Array.from({ length: count }, (_, i) => {
    const value = count === 1 ? 0 : i / (count - 1);
    return { value, colour: heatColour(value) };
  });
}
