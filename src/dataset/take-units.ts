// Takes a share of some images by whole patients. Nested: with one stream of random numbers, what is taken at a small share
// is among what is taken at a larger one.
import type { Generator } from "../random/index.ts";
import { groupBy } from "./group-by.ts";
import type { TissueImage } from "./types.ts";

/** What is taken or left as a whole: an image's patient, or the image itself where the patient is not known. */
export function unitOf({ id, patient }: TissueImage): string {
  return patient === null ? `image ${id}` : `patient ${patient}`;
}

/**
 * The first units, in an order that depends on names and generator only, whose images come nearest to a share of all.
 *
 * @param fraction in [0, 1]; above 0 at least one unit is taken, where there is any.
 */
export function takeUnits(
  images: readonly TissueImage[],
  fraction: number,
  generator: Generator,
): readonly string[] {
  if (fraction === 0) return [];
  const units = [...groupBy(images, unitOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  const target = fraction * images.length;
  const taken: string[] = [];
  let count = 0;
  for (const [unit, members] of generator.shuffle(units)) {
    const nearerWith = Math.abs(count + members.length - target) < Math.abs(count - target);
    if (taken.length > 0 && !nearerWith) break;
    taken.push(unit);
    count += members.length;
  }
  return taken;
}
