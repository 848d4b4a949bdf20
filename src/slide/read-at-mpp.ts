// Reads a slide at any µm/px. The definition, exact and the same for every format: with r = mpp / (µm/px of level 0),
// separately in x and y, output pixel (i, j) of a window at (x0, y0) is the area-weighted mean of the rectangle
// [x0 + i r, x0 + (i + 1) r) x [y0 + j r, y0 + (j + 1) r) of level-0 pixels, as the nearest finer level shows it: edges
// divided by that level's downsample (width by width, height by height), fractions of pixels weighted by their area,
// rounded half up once. What lies outside the slide does not count; a pixel wholly outside is white. Where r and the
// downsample are whole this equals `resampleArea` to the bit.
import { fail, throwIfCancelled } from "../base/index.ts";
import type { PixelWindow } from "../codec/index.ts";
import { type PixelSize, type RgbImage, studentSize } from "../pixels/index.ts";
import { AreaReader } from "./area-reader.ts";
import type { OutputAxis } from "./axis-spans.ts";
import { outputFor } from "./create-slide.ts";
import type { ReadOptions, Slide } from "./types.ts";

/** A level may be coarser than asked by this share: sizes in files are rounded. */
const LEVEL_TOLERANCE = 1e-3;

/** How much finer than level 0 may be asked for; beyond it pixels would be invented. */
export const FINEST_SHARE = 0.9;

/** Bytes of RGB that one call returns at most. */
const LARGEST_OUTPUT = 2 ** 31;

/**
 * Pixels of a window of a slide at a µm/px: round(side * level-0 µm/px / mpp) with the rounding of `studentSize`, at
 * least 1.
 *
 * @param window in level-0 pixels; the whole slide unless told.
 * @throws LowmagError `missing-metadata` for a slide of unknown µm/px; `invalid-argument` for one finer than 0.9 times
 *   the finest, or a window that cannot be.
 */
export function outputSize(
  slide: Slide,
  mpp: number,
  window: PixelWindow = wholeSlide(slide),
): { readonly width: number; readonly height: number } {
  const ratio = ratioOf(slide, mpp);
  if (!(window.width > 0 && window.height > 0 && Number.isFinite(window.left + window.top)))
    throw fail("invalid-argument", {
      where: slide.name,
      expected: "a window with an area",
      got: `${window.width} x ${window.height} at ${window.left}, ${window.top}`,
    });
  const [width] = studentSize(window.width, 1, 1, ratio.x);
  const [, height] = studentSize(1, window.height, 1, ratio.y);
  return { width, height };
}

/** The level that `readAtMpp` reads: the coarsest that is at least as fine as asked in x and y. */
export function levelForMpp(slide: Slide, mpp: number): number {
  const ratio = ratioOf(slide, mpp);
  let best = 0;
  for (const [index, { downsampleX, downsampleY }] of slide.levels.entries()) {
    const fine =
      downsampleX <= ratio.x * (1 + LEVEL_TOLERANCE) && downsampleY <= ratio.y * (1 + LEVEL_TOLERANCE);
    if (fine && downsampleX > slide.levels[best]!.downsampleX) best = index;
  }
  return best;
}

/**
 * Reads a window of a slide at a µm/px (see the top of this file for the exact definition). Memory is the output and
 * a few megabytes of source rows, whatever the size of the slide.
 *
 * @param mpp µm per output pixel, in x and y; at least 0.9 times level 0's.
 * @param window in level-0 pixels, whole or fractional; may reach outside the slide. The whole slide unless told.
 * @throws LowmagError as {@link outputSize}; as `readRegion`; `invalid-argument` for an output beyond 2 GiB.
 */
export async function readAtMpp(
  slide: Slide,
  mpp: number,
  window: PixelWindow = wholeSlide(slide),
  options: ReadOptions = {},
): Promise<RgbImage> {
  const { width, height } = outputSize(slide, mpp, window);
  if (3 * width * height > LARGEST_OUTPUT)
    throw fail("invalid-argument", {
      where: slide.name,
      expected: "at most 2 GiB of pixels at once",
      got: `${width} x ${height} pixels at ${mpp} µm/px`,
      fix: "Read it in windows, or at a coarser µm/px.",
    });
  throwIfCancelled(options.signal, slide.name);
  const ratio = ratioOf(slide, mpp);
  const index = levelForMpp(slide, mpp);
  const level = slide.levels[index]!;
  const x = { start: window.left / level.downsampleX, step: ratio.x / level.downsampleX, count: width };
  const y = { start: window.top / level.downsampleY, step: ratio.y / level.downsampleY, count: height };
  if (isPixelForPixel(x) && isPixelForPixel(y)) {
    const same = { left: Math.round(x.start), top: Math.round(y.start), width, height };
    return await slide.readRegion(index, same, options);
  }
  const into = outputFor(slide.name, options.into, 3 * width * height);
  const reader = new AreaReader(slide, index, { x, y }, undefined, into);
  return { width, height, data: await reader.read(options.signal) };
}

/** True where every output pixel is a pixel of the level, up to rounding that no byte can show. */
function isPixelForPixel({ start, step, count }: OutputAxis): boolean {
  return Math.abs(step - 1) * count < 1e-6 && Math.abs(start - Math.round(start)) < 1e-9;
}

function wholeSlide({ levels }: Slide): PixelWindow {
  return { left: 0, top: 0, width: levels[0]!.width, height: levels[0]!.height };
}

/** Level-0 pixels per output pixel. */
function ratioOf(slide: Slide, mpp: number): PixelSize {
  if (slide.mpp === null)
    throw fail("missing-metadata", {
      where: slide.name,
      expected: "a slide that says how large its pixels are",
      got: "no µm/px",
      fix: "State it with `mpp` (on the command line --mpp), in µm per pixel of the finest level.",
    });
  const ratio = { x: mpp / slide.mpp.x, y: mpp / slide.mpp.y };
  const least = FINEST_SHARE * (1 - 1e-9); // quotients of decimals are not exact
  if (ratio.x >= least && ratio.y >= least && Number.isFinite(mpp)) return ratio;
  const finest = Math.max(slide.mpp.x, slide.mpp.y);
  throw fail("invalid-argument", {
    where: slide.name,
    expected: `${Number((FINEST_SHARE * finest).toPrecision(4))} µm/px or coarser (the finest level has ${finest})`,
    got: `${mpp}`,
  });
}
