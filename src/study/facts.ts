// What a plan must know of the data: a hash of exactly the images that a training learns from, and their sizes.
import { type Dataset, dropLabels, hashDataset, type TissueImage, takeUnlabelled } from "../dataset/index.ts";
import type { CompleteStudyFile } from "./study-file.ts";
import type { GivenTeacher } from "./types.ts";

/** Images of one stored size and resolution. */
export interface SizeGroup {
  /** Pixels as stored. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel as stored. */
  readonly mpp: number;
  readonly count: number;
  /** Id of one of them. */
  readonly example: string;
}

/** Some images, as far as a plan needs to know them. */
export interface ImageSetFacts {
  /** SHA-256 over classes and the images' ids, labels, patients, resolutions and contents, in their order. */
  readonly hash: string;
  readonly images: number;
  readonly sizes: readonly SizeGroup[];
}

/** The data of a study, as far as a plan needs to know them. */
export interface StudyDataFacts {
  readonly classes: readonly string[];
  /** Training images that keep their label, by {@link amountKey}. */
  readonly labelled: Readonly<Record<string, ImageSetFacts>>;
  /** What a distillation learns from: all training images and a share of the unlabelled ones, by {@link amountKey}. */
  readonly tissue: Readonly<Record<string, ImageSetFacts>>;
  readonly validation: ImageSetFacts;
  /** Their sizes alone are looked at. */
  readonly test: ImageSetFacts;
  /** All images without a label that a distillation may learn from. */
  readonly unlabelledImages: number;
  readonly teacher: GivenTeacher | null;
  /** SHA-256 of every file of weights that the study file names, by its absolute path. */
  readonly weights: Readonly<Record<string, string>>;
}

/** What is known besides the data. */
export interface GivenFacts {
  readonly teacher?: GivenTeacher | null;
  readonly weights?: Readonly<Record<string, string>>;
}

/** The name under which facts of a share and a seed are kept. At all or nothing the seed draws nothing. */
export function amountKey(fraction: number, seed: number): string {
  return fraction === 0 || fraction === 1 ? `${fraction}` : `${fraction} seed ${seed}`;
}

/** Takes the facts from a data set with its splits; reads no file. */
export function studyFacts(
  dataset: Dataset,
  file: CompleteStudyFile,
  { teacher = null, weights = {} }: GivenFacts = {},
): StudyDataFacts {
  const unlabelledImages = dataset.images.filter((image) => isTissue(image) && image.label === null).length;
  const unlabelled = file.arms.flatMap((arm) => arm.unlabelledFractions ?? []);
  return {
    classes: dataset.classes,
    labelled: amounts(file.labelFractions, file.seeds, (fraction, seed) =>
      factsOf(
        dropLabels(dataset, { fraction, seed }),
        ({ split, label }) => split === "train" && label !== null,
      ),
    ),
    tissue: amounts(
      [...unlabelledFractionsOf(file, unlabelledImages), ...unlabelled],
      file.seeds,
      (fraction, seed) => factsOf(takeUnlabelled(dataset, { fraction, seed }), isTissue),
    ),
    validation: factsOf(dataset, ({ split }) => split === "val"),
    test: factsOf(dataset, ({ split }) => split === "test"),
    unlabelledImages,
    teacher,
    weights,
  };
}

/** The study's shares of unlabelled tissue; by default none and all. */
export function unlabelledFractionsOf(file: CompleteStudyFile, unlabelledImages: number): readonly number[] {
  return file.unlabelledFractions ?? (unlabelledImages > 0 ? [0, 1] : [0]);
}

/** What `distill` learns from. */
function isTissue({ split, label }: TissueImage): boolean {
  return split === "train" || (split === null && label === null);
}

function amounts(
  fractions: readonly number[],
  seeds: readonly number[],
  facts: (fraction: number, seed: number) => ImageSetFacts,
): Record<string, ImageSetFacts> {
  const known: Record<string, ImageSetFacts> = {};
  for (const fraction of fractions)
    for (const seed of seeds) known[amountKey(fraction, seed)] ??= facts(fraction, seed);
  return known;
}

function factsOf(dataset: Dataset, wanted: (image: TissueImage) => boolean): ImageSetFacts {
  const images = dataset.images.filter(wanted);
  return {
    hash: hashDataset({ classes: dataset.classes, images }),
    images: images.length,
    sizes: sizesOf(images),
  };
}

function sizesOf(images: readonly TissueImage[]): SizeGroup[] {
  const groups = new Map<string, SizeGroup>();
  for (const { id, width, height, mpp } of images) {
    const key = `${width} ${height} ${mpp}`;
    const { count, example } = groups.get(key) ?? { count: 0, example: id };
    groups.set(key, { width, height, mpp, count: count + 1, example });
  }
  return [...groups.values()];
}
