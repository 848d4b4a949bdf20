// The guard at the door of training: nothing that is measured may have been learned from. It stops, it does not warn.
import { fail } from "../base/index.ts";
import { plural } from "./found-image.ts";
import { splitInUse } from "./leak-types.ts";
import { type Dataset, SPLITS, type Split, type TissueImage } from "./types.ts";

/**
 * Checks that splits are honest. An unlabelled image without a split counts as training data, because distillation
 * trains on it.
 *
 * @throws LowmagError `data-leak` for a patient, or the same file bytes, in two splits; `invalid-argument` for a class
 * without images in train, or in a val or test split that has images of other classes.
 */
export function checkLeaks(dataset: Dataset): void {
  checkUnits(dataset, "patient", ({ patient }) => patient);
  checkUnits(dataset, "file", ({ contentHash }) => contentHash);
  const used = SPLITS.filter(
    (split) =>
      split === "train" || dataset.images.some((image) => image.label !== null && image.split === split),
  );
  checkClassesInSplits(dataset, used);
}

function checkUnits(
  dataset: Dataset,
  kind: "patient" | "file",
  unitOf: (image: TissueImage) => string | null,
): void {
  const seen = new Map<string, { image: TissueImage; split: Split }>();
  for (const image of dataset.images) {
    const unit = unitOf(image);
    const split = splitInUse(image);
    if (unit === null || split === null) continue;
    const before = seen.get(unit);
    if (before === undefined) seen.set(unit, { image, split });
    else if (before.split !== split)
      throw kind === "patient" ? patientLeak(dataset, image, before) : fileLeak(image, before);
  }
}

function patientLeak(
  dataset: Dataset,
  image: TissueImage,
  before: { image: TissueImage; split: Split },
): Error {
  const split = splitInUse(image)!;
  const count = dataset.images.filter(
    (other) => other.patient === image.patient && splitInUse(other) === before.split,
  ).length;
  return fail("data-leak", {
    where: `split \`${split}\``,
    expected: "patients of its own",
    got: `patient \`${image.patient}\`, who is also in \`${before.split}\` (${plural(count, "image")}, e.g. ${nameOf(before.image)})`,
    fix: fixFor(image, before.image, "Split by patient with `lowmag split`."),
  });
}

function fileLeak(image: TissueImage, before: { image: TissueImage; split: Split }): Error {
  return fail("data-leak", {
    where: `split \`${splitInUse(image)}\``,
    expected: "files of its own",
    got: `${nameOf(image)}, which has the same bytes as ${nameOf(before.image)} in \`${before.split}\``,
    fix: fixFor(
      image,
      before.image,
      "Remove one of them, or make the splits again with `lowmag split`, which keeps equal files together.",
    ),
  });
}

function nameOf({ id, label }: TissueImage): string {
  return label === null ? `unlabelled ${id}` : id;
}

function fixFor(first: TissueImage, second: TissueImage, fix: string): string {
  const unlabelled = [first, second].some(({ label, split }) => label === null && split === null);
  return unlabelled ? "Unlabelled images are trained on: leave out those that belong to val or test." : fix;
}

/** Throws `invalid-argument` when a class has no labelled image in one of the splits. */
export function checkClassesInSplits(dataset: Dataset, splits: readonly Split[]): void {
  for (const split of splits) {
    for (const name of dataset.classes) {
      if (dataset.images.some((image) => image.label === name && image.split === split)) continue;
      throw emptyClass(dataset, split, name);
    }
  }
}

function emptyClass(dataset: Dataset, split: Split, name: string): Error {
  const all = dataset.images.filter(({ label }) => label === name);
  const patients = new Set(all.flatMap(({ patient }) => patient ?? [])).size;
  return fail("invalid-argument", {
    where: `split \`${split}\``,
    expected: "images of every class",
    got: `none of \`${name}\` (${plural(all.length, "image")} in all${patients === 0 ? "" : `, of ${plural(patients, "patient")}`})`,
    fix:
      patients === 0
        ? "Give more images of that class, or other fractions."
        : "Give more patients of that class, other fractions, or split by blocks of consecutive images (--by block).",
  });
}
