// Hides the labels of part of the training images, to ask how few labels suffice. Nested: with one seed, the images that
// keep their label at 10% are among those that keep it at 25%.
import { fail } from "../base/index.ts";
import { Generator } from "../random/index.ts";
import { takeUnits, unitOf } from "./take-units.ts";
import type { Dataset } from "./types.ts";

/** Options of {@link dropLabels}. */
export interface DropLabelsOptions {
  /** Share of each class's training images that keep their label, in (0, 1]. */
  readonly fraction: number;
  readonly seed: number;
}

/**
 * The same data set with labels left on about `fraction` of the training images of every class, by whole patients where
 * they are known (at least one per class). The others become unlabelled and stay in train, so distillation still sees
 * them. Val and test are untouched.
 *
 * @throws LowmagError `invalid-argument` for a fraction outside (0, 1].
 */
export function dropLabels<T extends Dataset>(dataset: T, { fraction, seed }: DropLabelsOptions): T {
  if (!(fraction > 0 && fraction <= 1))
    throw fail("invalid-argument", {
      where: "label fraction",
      expected: "a number above 0 and at most 1",
      got: `${fraction}`,
    });
  const kept = new Set(dataset.classes.flatMap((name) => unitsKept(dataset, name, fraction, seed)));
  const images = dataset.images.map((image) =>
    image.label === null || image.split !== "train" || kept.has(unitOf(image))
      ? image
      : { ...image, label: null },
  );
  return { ...dataset, images };
}

/** A patient with images of several classes is a unit of each; it keeps all its labels when it is kept for one. */
function unitsKept(dataset: Dataset, name: string, fraction: number, seed: number): readonly string[] {
  const images = dataset.images.filter(({ label, split }) => label === name && split === "train");
  return takeUnits(images, fraction, Generator.derive(seed, "labels"));
}
