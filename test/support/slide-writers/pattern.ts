// The picture that all slide fixtures hold: discs at known places in µm on a background that brightens linearly. Where a
// disc is found again after reading says whether a format's scale is right; the background tells every tile from its
// neighbours; and the colours tell R from B.
import { type RgbImage, resampleArea } from "../../../src/pixels/index.ts";

/** A dark disc; lengths in µm from the upper left corner of level 0. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: readonly [r: number, g: number, b: number];
}

/** µm per pixel of level 0 unless a test says otherwise. */
export const PATTERN_MPP = 0.265;
/** Level 0 in pixels: no multiple of any tile size. */
export const PATTERN_WIDTH = 1203;
export const PATTERN_HEIGHT = 907;

/** Far enough apart that each has a window of {@link DISC_WINDOW} µm around it to itself. */
export const DISCS: readonly Disc[] = [
  disc(41.3, 37.7, 60, 20, 90),
  disc(121.9, 44.2, 160, 30, 40),
  disc(203.4, 36.1, 30, 110, 60),
  disc(281.2, 47.9, 20, 40, 140),
  disc(49.8, 121.6, 40, 40, 40),
  disc(133.5, 113.1, 150, 60, 130),
  disc(212.7, 125.3, 70, 90, 20),
  disc(272.6, 117.4, 30, 70, 110),
  disc(38.9, 199.8, 120, 20, 20),
  disc(118.2, 204.5, 20, 90, 100),
  disc(197.1, 196.3, 90, 30, 150),
  disc(279.7, 203.9, 50, 50, 10),
];

/** Half the side of the square, µm, in which a disc is looked for. */
export const DISC_WINDOW = 28;

function disc(x: number, y: number, r: number, g: number, b: number): Disc {
  return { x, y, radius: 11.5, colour: [r, g, b] };
}

/** Background at a place in µm: brightest in the upper left corner, never below 236. */
export function backgroundAt(x: number, y: number): readonly [number, number, number] {
  return [255 - 0.05 * x, 255 - 0.07 * y, 250];
}

/** Draws the pattern at any µm/px; discs have edges one pixel soft. */
export function drawPattern(
  width = PATTERN_WIDTH,
  height = PATTERN_HEIGHT,
  mpp: { readonly x: number; readonly y: number } = { x: PATTERN_MPP, y: PATTERN_MPP },
): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const colour = colourAt((x + 0.5) * mpp.x, (y + 0.5) * mpp.y, Math.sqrt(mpp.x * mpp.y));
      for (const channel of [0, 1, 2] as const) data[at + channel] = Math.round(colour[channel]);
    }
  return { width, height, data };
}

function colourAt(x: number, y: number, soft: number): readonly [number, number, number] {
  const ground = backgroundAt(x, y);
  for (const { x: cx, y: cy, radius, colour } of DISCS) {
    if (Math.abs(x - cx) > radius + soft || Math.abs(y - cy) > radius + soft) continue;
    const cover = Math.min(1, Math.max(0, (radius - Math.hypot(x - cx, y - cy)) / soft + 0.5));
    if (cover === 0) continue;
    const mix = (channel: 0 | 1 | 2) => ground[channel] + cover * (colour[channel] - ground[channel]);
    return [mix(0), mix(1), mix(2)];
  }
  return ground;
}

/**
 * Where a disc lies in an image, µm from the image's upper left corner: the centroid of what is darker than the
 * background inside the disc's window.
 *
 * @param origin place of the image's upper left corner, µm.
 * @param grey all channels show the red of the pattern.
 */
export function locateDisc(
  image: RgbImage,
  mpp: { readonly x: number; readonly y: number },
  { x: cx, y: cy }: Disc,
  origin = { x: 0, y: 0 },
  grey = false,
): { x: number; y: number; weight: number } {
  let [weight, sumX, sumY] = [0, 0, 0];
  const clamp = (value: number, size: number) => Math.min(size, Math.max(0, value));
  const left = clamp(Math.ceil((cx - DISC_WINDOW - origin.x) / mpp.x), image.width);
  const right = clamp(Math.floor((cx + DISC_WINDOW - origin.x) / mpp.x), image.width);
  const top = clamp(Math.ceil((cy - DISC_WINDOW - origin.y) / mpp.y), image.height);
  const bottom = clamp(Math.floor((cy + DISC_WINDOW - origin.y) / mpp.y), image.height);
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) {
      const x = origin.x + (column + 0.5) * mpp.x;
      const y = origin.y + (row + 0.5) * mpp.y;
      const at = 3 * (row * image.width + column);
      const ground = backgroundAt(x, y);
      let darkness = 0;
      for (const channel of [0, 1, 2] as const)
        darkness += ground[grey ? 0 : channel] - image.data[at + channel]!;
      if (darkness < 15) continue;
      weight += darkness;
      sumX += darkness * x;
      sumY += darkness * y;
    }
  return { x: sumX / weight, y: sumY / weight, weight };
}

/** Level sizes by downsample, cut down to whole pixels as most scanners do. */
export function levelSizes(
  width: number,
  height: number,
  downsamples: readonly number[],
): readonly (readonly [number, number])[] {
  return downsamples.map((factor) => [
    Math.max(1, Math.floor(width / factor)),
    Math.max(1, Math.floor(height / factor)),
  ]);
}

const reduced = new WeakMap<RgbImage, Map<string, RgbImage>>();

/** Level 0 and its smaller copies, each an area mean of level 0; remembered, since many fixtures share them. */
export function pyramidOf(image: RgbImage, downsamples: readonly number[]): readonly RgbImage[] {
  const known = reduced.get(image) ?? new Map<string, RgbImage>();
  reduced.set(image, known);
  return levelSizes(image.width, image.height, downsamples).map(([width, height]) => {
    const level = known.get(`${width}x${height}`) ?? resampleArea(image, width, height);
    known.set(`${width}x${height}`, level);
    return level;
  });
}
