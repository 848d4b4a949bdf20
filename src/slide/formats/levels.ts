// Which pages are the same view at a lower resolution.

import type { TiffPage } from "../tiff/pages.ts";
import { whyUnreadable } from "../tiff/readability.ts";
import type { PlannedLevel } from "./plan.ts";

/** Widths and heights in the same proportion within this share, or within one pixel of rounding. */
const ASPECT_TOLERANCE = 0.01;

/** A page as a level of its own size. */
export function levelOf(page: TiffPage): PlannedLevel | null {
  return page.image === null ? null : { page, width: page.image.width, height: page.image.height };
}

/** True when `small` can be a reduced copy of `large`: smaller, and of the same aspect. */
export function isReduced(
  small: { readonly width: number; readonly height: number },
  large: { readonly width: number; readonly height: number },
): boolean {
  if (small.width >= large.width || small.height > large.height) return false;
  const byWidth = (large.height * small.width) / large.width;
  const byHeight = (large.width * small.height) / large.height;
  const near = (a: number, b: number) => Math.abs(a - b) <= Math.max(1, ASPECT_TOLERANCE * b);
  return near(small.height, byWidth) && near(small.width, byHeight);
}

/**
 * The pyramid under `finest`: of the candidates those of its aspect, each smaller than the one before; of two of the
 * same size the first.
 */
export function pyramid(finest: PlannedLevel, candidates: readonly TiffPage[]): readonly PlannedLevel[] {
  const reduced = candidates
    .map(levelOf)
    .filter((level) => level !== null)
    .filter((level) => isReduced(level, finest))
    .sort((a, b) => b.width - a.width);
  const levels = [finest];
  for (const level of reduced) if (isReduced(level, levels.at(-1)!)) levels.push(level);
  return levels;
}

/** Notes on the pages that could not be used, with the reason. */
export function damageNotes(pages: readonly TiffPage[]): string[] {
  return pages
    .filter(({ problem }) => problem !== null)
    .map(({ directory, problem }) => `directory ${directory.label} is left out: ${problem!.message}`);
}

/** True when a page's pixels are a kind that is read. */
export function isReadable(page: TiffPage): boolean {
  return page.image !== null && whyUnreadable(page.image) === null;
}
