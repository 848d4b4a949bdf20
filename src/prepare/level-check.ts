// A pyramid's coarser levels are what a scanner or a converter made of the finest: area means, sharpened, subsampled,
// compressed once more. How far they are from the area means of level 0 is measured on a small window and recorded.
import type { PixelWindow } from "../codec/index.ts";
import { type Cut, knownPixelSize } from "../cutting/index.ts";
import { levelForMpp, type ReadOptions, readAtMpp, type Slide } from "../slide/index.ts";

/** How far a level is from what it stands for. */
export interface LevelDifference {
  readonly mpp: number;
  /** The level that is read for this resolution. */
  readonly level: number;
  /** Mean absolute difference of a sample, in grey levels, from the area mean of level 0. */
  readonly difference: number;
}

/** Side of the window in pixels of the output. */
const WINDOW = 64;

/** The slide as if it had its finest level alone. */
export function finestOnly(slide: Slide): Slide {
  return { ...slide, levels: slide.levels.slice(0, 1) };
}

/** Measures the levels that are read for each resolution, in the middle of its largest cut. */
export async function checkLevels(
  slide: Slide,
  cuts: readonly Cut[],
  options: ReadOptions,
): Promise<LevelDifference[]> {
  const found: LevelDifference[] = [];
  for (const mpp of new Set(cuts.map((cut) => cut.mpp))) {
    const level = levelForMpp(slide, mpp);
    if (level === 0) continue;
    const window = middleOf(
      slide,
      mpp,
      cuts.filter((cut) => cut.mpp === mpp),
    );
    const read = await readAtMpp(slide, mpp, window, options);
    const exact = await readAtMpp(finestOnly(slide), mpp, window, options);
    let sum = 0;
    for (let k = 0; k < read.data.length; k++) sum += Math.abs(read.data[k]! - exact.data[k]!);
    found.push({ mpp, level, difference: Number((sum / read.data.length).toFixed(2)) });
  }
  return found;
}

function middleOf(slide: Slide, mpp: number, cuts: readonly Cut[]): PixelWindow {
  const { box } = cuts.reduce((best, cut) =>
    cut.width * cut.height > best.width * best.height ? cut : best,
  );
  const { x, y } = knownPixelSize(slide);
  const width = Math.min(box.width, (WINDOW * mpp) / x);
  const height = Math.min(box.height, (WINDOW * mpp) / y);
  return {
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
    width,
    height,
  };
}

/** Differences that a person should know of: beyond what one more compression does. */
const MOST_DIFFERENCE = 3;

/** Remarks on levels that are far from area means. */
export function levelNotes(differences: readonly LevelDifference[]): string[] {
  return differences
    .filter(({ difference }) => difference > MOST_DIFFERENCE)
    .map(
      ({ mpp, level, difference }) =>
        `level ${level}, read for ${mpp} µm/px, differs from the mean of level 0 by ${difference} grey levels on average: made by another filter or compressed more; --read-from finest avoids it`,
    );
}
