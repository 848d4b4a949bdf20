// Whether all images can be brought to a resolution, before anything is spent on those that can.
import { fail, isLowmagError } from "../base/index.ts";
import { MINIMUM_VIEW_SIDE, viewSize } from "../dataset/index.ts";
import type { ImageSetFacts, SizeGroup } from "./facts.ts";
import type { KeyPath, Locate } from "./study-file.ts";

/**
 * Checks that every image is large enough, and as fine as needed, at a resolution.
 *
 * @param path the key that names the resolution.
 * @throws LowmagError `invalid-argument` with how many images are not, and one of them.
 */
export function checkSizes(
  sets: readonly Pick<ImageSetFacts, "sizes">[],
  mpp: number,
  path: KeyPath,
  locate: Locate,
): void {
  const groups = sets.flatMap(({ sizes }) => sizes);
  const wrong = groups.filter((group) => !fits(group, mpp));
  const [first] = wrong;
  if (first === undefined) return;
  const count = wrong.reduce((sum, group) => sum + group.count, 0);
  const finer = mpp < first.mpp && wrong.every((group) => mpp < group.mpp);
  const example = `${first.example} of ${first.width} x ${first.height} pixels at ${first.mpp} µm/px`;
  throw fail("invalid-argument", {
    where: locate(path),
    expected: finer
      ? `a resolution that the images have, not ${mpp} µm/px`
      : `images of at least ${MINIMUM_VIEW_SIDE} x ${MINIMUM_VIEW_SIDE} pixels at ${mpp} µm/px`,
    got: `${count} that ${finer ? "are coarser" : "would be smaller"}, such as ${example}`,
    fix: finer
      ? "Detail that was not scanned cannot be made up: choose more µm per pixel."
      : "Leave these images out, take this µm/px out of the study, or check the stored µm/px (`data.dataMpp`).",
  });
}

function fits(group: SizeGroup, mpp: number): boolean {
  try {
    viewSize({ ...group, path: group.example }, mpp);
    return true;
  } catch (error) {
    if (isLowmagError(error, "invalid-argument")) return false;
    throw error;
  }
}
