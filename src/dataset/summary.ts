// Short accounts of a data set: how many images there are of what, and one hash that stands for all of it.
import { hashBytes } from "../machine/index.ts";
import { type Dataset, SPLITS, type Split, type TissueImage } from "./types.ts";

/** Images of each class and unlabelled images, per split ("none" = without a split). */
export interface SplitCounts {
  readonly split: Split | "none";
  readonly images: number;
  /** Patients known. */
  readonly patients: number;
  readonly unlabelled: number;
  readonly perClass: Readonly<Record<string, number>>;
}

/** Counts the images of every split that has any, in the order train, val, test, none. */
export function countBySplit(dataset: {
  readonly classes: readonly string[];
  readonly images: readonly Pick<TissueImage, "label" | "patient" | "split">[];
}): SplitCounts[] {
  return [...SPLITS, "none" as const].flatMap((split) => {
    const images = dataset.images.filter((image) => (image.split ?? "none") === split);
    const count = (label: string | null) => images.filter((image) => image.label === label).length;
    const patients = new Set(images.flatMap(({ patient }) => (patient === null ? [] : [patient]))).size;
    const perClass = Object.fromEntries(dataset.classes.map((name) => [name, count(name)]));
    const counts = { split, images: images.length, patients, unlabelled: count(null), perClass };
    return images.length === 0 ? [] : [counts];
  });
}

/**
 * SHA-256 over what decides a training run's data: classes, and each image's id, label, split, µm/px and content. Two
 * data sets with one hash train the same model; the place of the files does not matter.
 */
export function hashDataset(dataset: Dataset): string {
  const images = dataset.images.map(({ id, label, patient, split, mpp, contentHash }) => [
    id,
    label,
    patient,
    split,
    mpp,
    contentHash,
  ]);
  return hashBytes(JSON.stringify([dataset.classes, images]));
}
