// What a study's record says of its data: how much of what there is in each part, at which resolution, and the flow of
// what was left out and why.
import {
  type Dataset,
  type DatasetReading,
  dropLabels,
  hashDataset,
  type TissueImage,
} from "../../dataset/index.ts";
import type { Exclusion, StudyRecord } from "../../evaluate/index.ts";
import type { CompleteStudyFile } from "../../study/index.ts";

type DataFacts = StudyRecord["data"];
type Counts = DataFacts["counts"][string];

/** The facts of a data set with splits. */
export function dataFacts(dataset: DatasetReading, file: CompleteStudyFile): DataFacts {
  const used = dataset.images.filter(({ label, split }) => label === null || split !== null);
  const mpps = used.map(({ mpp }) => mpp);
  const part = (condition: (image: TissueImage) => boolean) =>
    countsOf(dataset.classes, used.filter(condition));
  return {
    hash: hashDataset(dataset),
    classes: dataset.classes,
    counts: {
      train: part(({ split, label }) => split === "train" && label !== null),
      val: part(({ split, label }) => split === "val" && label !== null),
      test: part(({ split, label }) => split === "test" && label !== null),
      unlabelled: part(isUnlabelledTissue),
    },
    mpp: {
      lowest: mpps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
      highest: mpps.reduce((a, b) => Math.max(a, b), 0),
      sources: [...new Set(used.map(({ mppSource }) => mppSource))].sort(),
    },
    medianSize: [median(used.map(({ width }) => width)), median(used.map(({ height }) => height))],
    preparation: dataset.preparation,
    exclusions: exclusionsOf(dataset, file),
  };
}

/** Tissue that a distillation may learn from besides the labelled training images. */
function isUnlabelledTissue({ split, label }: TissueImage): boolean {
  return label === null && (split === null || split === "train");
}

function countsOf(classes: readonly string[], images: readonly TissueImage[]): Counts {
  const byClass = classes.map((name) => [name, images.filter(({ label }) => label === name).length] as const);
  return { images: images.length, patients: patientsOf(images), byClass: Object.fromEntries(byClass) };
}

/** `null` where the patient of any image is unknown. */
function patientsOf(images: readonly TissueImage[]): number | null {
  const patients = new Set(images.map(({ patient }) => patient));
  return patients.has(null) ? null : patients.size;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function exclusionsOf(dataset: DatasetReading, file: CompleteStudyFile): Exclusion[] {
  const noSplit = dataset.images.filter(({ label, split }) => label !== null && split === null);
  const measured = dataset.images.filter(
    ({ label, split }) => label === null && (split === "val" || split === "test"),
  );
  return [
    ...(dataset.leftOut ?? []).map((left): Exclusion => ({ unit: "images", ...left })),
    ...exclusion("labelled images in no split", noSplit),
    ...exclusion("unlabelled images in val or test, from which nothing may be learned", measured),
    ...file.labelFractions.flatMap((fraction) => hiddenLabels(dataset, file.seeds[0]!, fraction)),
  ];
}

function exclusion(reason: string, images: readonly TissueImage[]): Exclusion[] {
  if (images.length === 0) return [];
  return [{ unit: "images", count: images.length, reason, examples: images.slice(0, 5).map(({ id }) => id) }];
}

/** What the first seed hides; other seeds hide other patients' labels, in about the same number. */
function hiddenLabels(dataset: Dataset, seed: number, fraction: number): Exclusion[] {
  if (fraction === 1) return [];
  const left = dropLabels(dataset, { fraction, seed });
  const hidden = dataset.images.filter(({ label }, i) => label !== null && left.images[i]!.label === null);
  const reason = `labels of the training split hidden from networks with ${fraction} of the labels (drawn with each seed; here seed ${seed})`;
  return [{ unit: "labels", count: hidden.length, reason, examples: hidden.slice(0, 5).map(({ id }) => id) }];
}
