// Leaves part of the unlabelled tissue out, to ask how much a distillation gains from it. Nested, and by whole patients.
import { fail } from "../base/index.ts";
import { Generator } from "../random/index.ts";
import { takeUnits, unitOf } from "./take-units.ts";
import type { Dataset, TissueImage } from "./types.ts";

/** Options of {@link takeUnlabelled}. */
export interface TakeUnlabelledOptions {
  /** Share of the unlabelled images that stay, in [0, 1]. */
  readonly fraction: number;
  readonly seed: number;
}

/**
 * The same data set with about `fraction` of its unlabelled images (those outside val and test), by whole patients where
 * they are known. Labelled images all stay. With one seed, what stays at a fraction stays at every larger one.
 *
 * @throws LowmagError `invalid-argument` for a fraction outside [0, 1].
 */
export function takeUnlabelled<T extends Dataset>(dataset: T, { fraction, seed }: TakeUnlabelledOptions): T {
  if (!(fraction >= 0 && fraction <= 1))
    throw fail("invalid-argument", {
      where: "unlabelled fraction",
      expected: "a number from 0 to 1",
      got: `${fraction}`,
    });
  const generator = Generator.derive(seed, "unlabelled");
  const taken = new Set(takeUnits(dataset.images.filter(isUnlabelled), fraction, generator));
  const images = dataset.images.filter((image) => !isUnlabelled(image) || taken.has(unitOf(image)));
  return { ...dataset, images };
}

function isUnlabelled({ label, split }: TissueImage): boolean {
  return label === null && split !== "val" && split !== "test";
}
