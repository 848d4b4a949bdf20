// Stain vectors from the colours of a slide (Macenko 2009), with the constants of the authors' released code: light
// through bare glass 240, densities -ln((v + 1) / 240), beta 0.15, alpha 1.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { eigenvectors } from "./eigen.ts";
import type { MacenkoEstimate, Triple } from "./types.ts";

/** The byte that counts as bare glass. */
const GLASS = 240;
/** A pixel is stained when the optical density of every channel is at least this. */
const BETA = 0.15;
/** Percent cut off at both ends of the angles. */
const ALPHA = 1;
/** Fewer stained pixels than this say nothing about stains. */
export const LEAST_STAINED = 500;
/** More are thinned out evenly: percentiles do not need them. */
const MOST_STAINED = 1_000_000;
/** Stains whose directions differ by less than this (radians) are one stain. */
const LEAST_ANGLE = 0.05;

/** Optical density of a byte, to the base e. */
const DENSITY = Float64Array.from({ length: 256 }, (_, value) => -Math.log((value + 1) / GLASS));

/**
 * Estimates haematoxylin and eosin on the pixels where `mask` is 1 (default: everywhere).
 *
 * @throws LowmagError `unsupported-format` for too few stained pixels, or where all have one hue.
 */
export function estimateMacenko(image: RgbImage, mask: Uint8Array | undefined): MacenkoEstimate {
  const densities = stainedDensities(image, mask);
  const [first, second] = eigenvectors(covariance(densities));
  const angles = anglesIn(densities, first, second).sort();
  const ends = [percentile(angles, ALPHA), percentile(angles, 100 - ALPHA)].map((angle): Triple => {
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [c * first[0] + s * second[0], c * first[1] + s * second[1], c * first[2] + s * second[2]];
  }) as [Triple, Triple];
  if (percentile(angles, 100 - ALPHA) - percentile(angles, ALPHA) < LEAST_ANGLE) throw oneStain();
  // Haematoxylin absorbs more red than eosin does.
  const stains: [Triple, Triple] = ends[0][0] > ends[1][0] ? ends : [ends[1], ends[0]];
  const unmix = unmixing(stains);
  const amounts = [new Float64Array(densities.length / 3), new Float64Array(densities.length / 3)] as const;
  for (let p = 0, k = 0; k < densities.length; p++, k += 3)
    for (const [i, row] of unmix.entries())
      amounts[i]![p] = row[0] * densities[k]! + row[1] * densities[k + 1]! + row[2] * densities[k + 2]!;
  const maximum: [number, number] = [percentile(amounts[0].sort(), 99), percentile(amounts[1].sort(), 99)];
  if (!(maximum[0] > BETA && maximum[1] > BETA)) throw oneStain();
  return { method: "macenko", stains, maximum };
}

/** Replaces a slide's stains and their strengths by the target's. */
export function normaliseMacenko(image: RgbImage, from: MacenkoEstimate, to: MacenkoEstimate): RgbImage {
  const unmix = unmixing(from.stains);
  const strength = [to.maximum[0] / from.maximum[0], to.maximum[1] / from.maximum[1]] as const;
  const { width, height, data } = image;
  const out = new Uint8Array(data.length);
  for (let k = 0; k < data.length; k += 3) {
    const red = DENSITY[data[k]!]!;
    const green = DENSITY[data[k + 1]!]!;
    const blue = DENSITY[data[k + 2]!]!;
    const h = strength[0] * (unmix[0][0] * red + unmix[0][1] * green + unmix[0][2] * blue);
    const e = strength[1] * (unmix[1][0] * red + unmix[1][1] * green + unmix[1][2] * blue);
    for (let c = 0; c < 3; c++) {
      const light = GLASS * Math.exp(-(h * to.stains[0][c]! + e * to.stains[1][c]!));
      out[k + c] = Math.min(255, Math.round(light));
    }
  }
  return { width, height, data: out };
}

function oneStain() {
  return fail("unsupported-format", {
    where: "estimateStain",
    expected: "tissue in two stains",
    got: "one hue",
    fix: "Macenko's method needs haematoxylin and eosin; use `reinhard`, or no normalisation, for this slide.",
  });
}

/** Error for a slide with hardly any stain. */
export function tooLittleStain(pixels: number) {
  return fail("unsupported-format", {
    where: "estimateStain",
    expected: `at least ${LEAST_STAINED} stained pixels`,
    got: `${pixels}`,
    fix: "Look at the slide's thumbnail: it may hold no tissue. Leave it out, or do not normalise it.",
  });
}

/** Densities [R, G, B, R, ...] of the stained pixels, thinned out evenly when there are very many. */
function stainedDensities({ data }: RgbImage, mask: Uint8Array | undefined): Float64Array {
  // A byte below this has a density of at least beta.
  const brightest = DENSITY.findLastIndex((density) => density >= BETA);
  const stained = (p: number) =>
    mask?.[p] !== 0 &&
    data[3 * p]! <= brightest &&
    data[3 * p + 1]! <= brightest &&
    data[3 * p + 2]! <= brightest;
  let count = 0;
  for (let p = 0; p < data.length / 3; p++) if (stained(p)) count++;
  if (count < LEAST_STAINED) throw tooLittleStain(count);
  const step = Math.ceil(count / MOST_STAINED);
  const densities = new Float64Array(3 * Math.ceil(count / step));
  for (let p = 0, seen = 0, to = 0; p < data.length / 3; p++) {
    if (!stained(p) || seen++ % step !== 0) continue;
    for (let c = 0; c < 3; c++) densities[to++] = DENSITY[data[3 * p + c]!]!;
  }
  return densities;
}

function covariance(densities: Float64Array): Triple[] {
  const count = densities.length / 3;
  const mean = [0, 0, 0];
  for (let k = 0; k < densities.length; k++) mean[k % 3]! += densities[k]! / count;
  const rows = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let k = 0; k < densities.length; k += 3)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        rows[i]![j]! += (densities[k + i]! - mean[i]!) * (densities[k + j]! - mean[j]!);
  return rows.map((row): Triple => [row[0]! / (count - 1), row[1]! / (count - 1), row[2]! / (count - 1)]);
}

/** Angles of the densities in the plane of two unit vectors. */
function anglesIn(densities: Float64Array, first: Triple, second: Triple): Float64Array {
  const angles = new Float64Array(densities.length / 3);
  for (let p = 0, k = 0; k < densities.length; p++, k += 3) {
    const [r, g, b] = [densities[k]!, densities[k + 1]!, densities[k + 2]!];
    angles[p] = Math.atan2(
      second[0] * r + second[1] * g + second[2] * b,
      first[0] * r + first[1] * g + first[2] * b,
    );
  }
  return angles;
}

/** Rows that turn densities into the amounts of two stains, by least squares. */
function unmixing([a, b]: readonly [Triple, Triple]): readonly [Triple, Triple] {
  const dot = (u: Triple, v: Triple) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  const [aa, ab, bb] = [dot(a, a), dot(a, b), dot(b, b)];
  const determinant = aa * bb - ab * ab;
  const row = (c: 0 | 1 | 2): [number, number] => [
    (bb * a[c] - ab * b[c]) / determinant,
    (aa * b[c] - ab * a[c]) / determinant,
  ];
  const [red, green, blue] = [row(0), row(1), row(2)];
  return [
    [red[0], green[0], blue[0]],
    [red[1], green[1], blue[1]],
  ];
}

/** The percentile of sorted values, interpolated linearly. */
function percentile(sorted: Float64Array, percent: number): number {
  const place = (percent / 100) * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
