// What a run's record says from its first moment on: what it learns from, by which versions, from which commit.
import { type Dataset, hashDataset, type StainAugmentation } from "../dataset/index.ts";
import type { RunRecord } from "../train/index.ts";
import type { PlannedTraining } from "./training.ts";
import { sourceCommit, versions } from "./versions.ts";

/** The record of a run that is about to begin. */
export async function startOfRecord(
  { kind, options, dataset, train, origin, deviations = [] }: PlannedTraining,
  validation: readonly number[],
  stain: StainAugmentation | null,
): Promise<Omit<RunRecord, "finishedAt" | "bestEpoch">> {
  const used = { ...dataset, images: [...train, ...validation].map((number) => dataset.images[number]!) };
  const setAside = dataset.images.filter(({ label, split }) => label !== null && split === null).length;
  return {
    kind,
    origin,
    seed: options.seed,
    versions: versions(),
    commit: await sourceCommit(),
    data: {
      hash: hashDataset(used),
      classes: dataset.classes,
      ...(dataset.preparation.length === 0 ? {} : { preparation: dataset.preparation }),
      ...(dataset.rules === undefined ? {} : { rules: dataset.rules }),
      counts: {
        train: countOf(
          dataset,
          train.filter((number) => dataset.images[number]!.label !== null),
        ),
        "train, unlabelled": countOf(
          dataset,
          train.filter((number) => dataset.images[number]!.label === null),
        ),
        val: countOf(dataset, validation),
      },
    },
    ...(stain === null ? {} : { stain }),
    ...(deviations.length === 0 ? {} : { deviations }),
    exclusions: [...dataset.notes, ...(setAside > 0 ? [`${setAside} labelled images in no split`] : [])],
    startedAt: new Date().toISOString(),
  };
}

function countOf(dataset: Dataset, numbers: readonly number[]): { images: number; patients: number | null } {
  const patients = numbers.map((number) => dataset.images[number]!.patient);
  return { images: numbers.length, patients: patients.includes(null) ? null : new Set(patients).size };
}
