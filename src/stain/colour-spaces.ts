// Colour spaces by their published formulas, from bytes and back to bytes. L*a*b* and HSV equal scikit-image's (D65, 2
// degrees); HED is Ruifrok and Johnston's (2001) deconvolution with scikit-image's matrix, in decadic optical density.
import type { ColourSpaceName, Triple } from "./types.ts";

/** A colour space: channels of a pixel from its bytes, and bytes from channels. Results land in `out`. */
export interface ColourSpace {
  fromRgb(red: number, green: number, blue: number, out: Float64Array): void;
  /** All channels must be numbers. Values outside what a screen shows are clipped; bytes are rounded half up. */
  toRgb(channels: Float64Array, out: Uint8Array, at: number): void;
}

/** sRGB bytes as linear light. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value > 0.04045 ? ((value + 0.055) / 1.055) ** 2.4 : value / 12.92;
});

const XYZ_FROM_RGB: readonly [Triple, Triple, Triple] = [
  [0.412453, 0.35758, 0.180423],
  [0.212671, 0.71516, 0.072169],
  [0.019334, 0.119193, 0.950227],
];
const RGB_FROM_XYZ = inverse(XYZ_FROM_RGB);
const WHITE: Triple = [0.95047, 1, 1.08883];

/** L* in 0..100, a* and b* about -128..127. */
const LAB: ColourSpace = {
  fromRgb(red, green, blue, out) {
    const x = labCurve(dot(XYZ_FROM_RGB[0], LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!) / WHITE[0]);
    const y = labCurve(dot(XYZ_FROM_RGB[1], LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!) / WHITE[1]);
    const z = labCurve(dot(XYZ_FROM_RGB[2], LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!) / WHITE[2]);
    out[0] = 116 * y - 16;
    out[1] = 500 * (x - y);
    out[2] = 200 * (y - z);
  },
  toRgb(channels, out, at) {
    const y = (channels[0]! + 16) / 116;
    const x = labInverse(y + channels[1]! / 500) * WHITE[0];
    const z = labInverse(Math.max(0, y - channels[2]! / 200)) * WHITE[2];
    const lightness = labInverse(y);
    for (let i = 0; i < 3; i++)
      out[at + i] = FROM_LINEAR[Math.round(LINEAR_STEPS * unit(dot(RGB_FROM_XYZ[i]!, x, lightness, z)))]!;
  },
};

function dot(row: Triple, a: number, b: number, c: number): number {
  return row[0] * a + row[1] * b + row[2] * c;
}

function labCurve(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116;
}

function labInverse(value: number): number {
  return value > 0.2068966 ? value ** 3 : (value - 16 / 116) / 7.787;
}

/**
 * Bytes of linear light and, below, of densities in small steps: a power for each channel of each pixel would take most
 * of the time. The values of the bytes themselves lie far from the edges of the steps.
 */
const LINEAR_STEPS = 65_536;
const FROM_LINEAR = Uint8Array.from({ length: LINEAR_STEPS + 1 }, (_, step) =>
  byte(gamma(step / LINEAR_STEPS)),
);

function gamma(linear: number): number {
  return linear > 0.0031308 ? 1.055 * linear ** (1 / 2.4) - 0.055 : 12.92 * linear;
}

/**
 * Hue in turns from green (120 degrees) on, so that the cut of the circle lies where no stain is and red is not split;
 * saturation and value in 0..1. A grey has no hue: `NaN`.
 */
const HSV: ColourSpace = {
  fromRgb(red, green, blue, out) {
    const largest = Math.max(red, green, blue);
    const chroma = largest - Math.min(red, green, blue);
    out[0] = chroma === 0 ? Number.NaN : turn(hue(red, green, blue, largest, chroma) - 1 / 3);
    out[1] = largest === 0 ? 0 : chroma / largest;
    out[2] = largest / 255;
  },
  toRgb(channels, out, at) {
    const value = unit(channels[2]!);
    const chroma = value * unit(channels[1]!);
    const sixths = 6 * turn(channels[0]! + 1 / 3);
    for (let i = 0; i < 3; i++) {
      const k = (5 - 2 * i + sixths) % 6;
      out[at + i] = byte(value - chroma * unit(Math.min(k, 4 - k)));
    }
  },
};

/** In turns, 0 = red. */
function hue(red: number, green: number, blue: number, largest: number, chroma: number): number {
  if (largest === red) return (green - blue) / chroma / 6;
  return (largest === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma) / 6;
}

/** Brought into [0, 1). */
function turn(value: number): number {
  return value - Math.floor(value);
}

/** Optical densities (R, G, B) of one unit of haematoxylin, eosin and DAB. */
const RGB_FROM_HED: readonly [Triple, Triple, Triple] = [
  [0.65, 0.7, 0.29],
  [0.07, 0.99, 0.11],
  [0.27, 0.57, 0.78],
];
const HED_FROM_RGB = inverse(RGB_FROM_HED);

/**
 * -log10(byte / 255); black counts as a quarter of a grey level (density 3). scikit-image takes a millionth of white
 * (density 6), so that a few black pixels would outweigh all others in means and deviations.
 */
const DENSITY = Float64Array.from({ length: 256 }, (_, value) => -Math.log10(Math.max(value, 0.25) / 255));

/** Beyond this density all is black. */
const MOST_DENSITY = 4;
const DENSITY_STEPS = 65_536;
const FROM_DENSITY = Uint8Array.from({ length: DENSITY_STEPS + 1 }, (_, step) =>
  byte(10 ** ((-step * MOST_DENSITY) / DENSITY_STEPS)),
);

/**
 * Haematoxylin, eosin, DAB as decadic optical densities: six times scikit-image's numbers, which are fractions of the
 * density of a millionth. Negative amounts are kept: cutting them off, as newer versions of scikit-image do, would change
 * colours even where nothing is to be changed.
 */
const HED: ColourSpace = {
  fromRgb(red, green, blue, out) {
    const r = DENSITY[red]!;
    const g = DENSITY[green]!;
    const b = DENSITY[blue]!;
    for (let i = 0; i < 3; i++)
      out[i] = r * HED_FROM_RGB[0][i]! + g * HED_FROM_RGB[1][i]! + b * HED_FROM_RGB[2][i]!;
  },
  toRgb(channels, out, at) {
    const h = channels[0]!;
    const e = channels[1]!;
    const d = channels[2]!;
    for (let i = 0; i < 3; i++) {
      const density = h * RGB_FROM_HED[0][i]! + e * RGB_FROM_HED[1][i]! + d * RGB_FROM_HED[2][i]!;
      out[at + i] = FROM_DENSITY[Math.round(DENSITY_STEPS * unit(density / MOST_DENSITY))]!;
    }
  },
};

/** The spaces by name. */
export const COLOUR_SPACES: Readonly<Record<ColourSpaceName, ColourSpace>> = { lab: LAB, hsv: HSV, hed: HED };

function unit(value: number): number {
  return Math.max(0, Math.min(1, value));
}

function byte(value: number): number {
  return Math.round(255 * unit(value));
}

/** The inverse of a 3 x 3 matrix: cross products of its rows over their triple product. */
function inverse(rows: readonly [Triple, Triple, Triple]): readonly [Triple, Triple, Triple] {
  const [first, second, third] = rows;
  const columns = [cross(second, third), cross(third, first), cross(first, second)] as const;
  const determinant = first[0] * columns[0][0] + first[1] * columns[0][1] + first[2] * columns[0][2];
  const row = (i: 0 | 1 | 2): Triple => [
    columns[0][i] / determinant,
    columns[1][i] / determinant,
    columns[2][i] / determinant,
  ];
  return [row(0), row(1), row(2)];
}

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
