// Points by which a picture is recognised: dark and light spots of several sizes, where the difference of two Gaussian
// blurs has an extremum in place and size (Lowe 2004, sections 3 and 4). In tissue these are nuclei, gaps and clusters of
// them; they are found again after turning, flipping, cutting and colouring.
import { type Blurred, blurLevels } from "./blur.ts";
import type { GreyPicture } from "./grey-picture.ts";

/** A spot: its centre and size (standard deviation of the blur it answers to) in pixels of the grey copy. */
export interface Keypoint {
  readonly x: number;
  readonly y: number;
  readonly sigma: number;
  /** Number of the blur that it is described in. */
  readonly level: number;
}

/** Blurs, as standard deviations in pixels: from the smallest that hides compression to clusters of nuclei. */
export const SIGMAS: readonly number[] = Array.from({ length: 9 }, (_, k) => 1.4 * 2 ** (k / 3));

/** Spots kept of a picture: the strongest, after thinning. */
export const MOST_KEYPOINTS = 80;
/** A spot must stand out by so many grey levels. */
const LEAST_CONTRAST = 1;
/** Spots lie inside the picture by so many times their size, so that what is around them is seen. */
export const MARGIN = 6;

/** The spots of a picture, the strongest first, and the blurs they were found in. */
export function findKeypoints(picture: GreyPicture): { keypoints: Keypoint[]; levels: readonly Blurred[] } {
  const levels = blurLevels(picture, SIGMAS);
  const differences = levels.slice(1).map((level, k) => subtract(level, levels[k]!));
  const found: (Keypoint & { readonly strength: number })[] = [];
  for (let k = 1; k + 1 < differences.length; k++) {
    const three = [differences[k - 1]!, differences[k]!, differences[k + 1]!] as const;
    const sigma = Math.sqrt(SIGMAS[k]! * SIGMAS[k + 1]!);
    for (const { x, y, strength } of extrema(three, picture, Math.ceil(MARGIN * sigma)))
      found.push({ x, y, sigma, level: k, strength });
  }
  found.sort((a, b) => b.strength - a.strength || a.y - b.y || a.x - b.x);
  return { keypoints: found.slice(0, MOST_KEYPOINTS), levels };
}

function subtract(a: Blurred, b: Blurred): Blurred {
  const result = new Float32Array(a.length);
  for (let i = 0; i < a.length; i++) result[i] = a[i]! - b[i]!;
  return result;
}

/** Places where the middle of three differences is above, or below, all of its 26 neighbours. */
function* extrema(
  three: readonly [Blurred, Blurred, Blurred],
  { width, height }: GreyPicture,
  margin: number,
): Generator<{ x: number; y: number; strength: number }> {
  const middle = three[1];
  for (let y = margin; y < height - margin; y++)
    for (let x = margin; x < width - margin; x++) {
      const at = y * width + x;
      const value = middle[at]!;
      if (Math.abs(value) < LEAST_CONTRAST || !isExtremum(three, width, at, value)) continue;
      yield { x: x + vertex(middle, at, 1), y: y + vertex(middle, at, width), strength: Math.abs(value) };
    }
}

function isExtremum(
  three: readonly [Blurred, Blurred, Blurred],
  width: number,
  at: number,
  value: number,
): boolean {
  const sign = value > 0 ? 1 : -1;
  for (const level of three)
    for (let dy = -width; dy <= width; dy += width)
      for (let dx = -1; dx <= 1; dx++) {
        const i = at + dy + dx;
        if (sign * level[i]! > sign * value || (level[i] === value && i < at)) return false;
      }
  return true;
}

/** Where the parabola through a value and its two neighbours turns, within half a pixel. */
function vertex(level: Blurred, at: number, step: number): number {
  const before = level[at - step]!;
  const after = level[at + step]!;
  const bend = before - 2 * level[at]! + after;
  return bend === 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}
