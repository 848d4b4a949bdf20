// Opens the data of an operation: images, patients, splits, and the checks that stop a run that could not be trusted.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import {
  applySplits,
  checkLeaks,
  type Dataset,
  type DatasetReading,
  patientsFromPattern,
  readDataset,
  readSplits,
  type Split,
  withPatients,
} from "../dataset/index.ts";
import type { FinishedRun } from "../train/index.ts";
import type { OperationContext } from "./context.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** The options that say which data. */
export interface DataChoice {
  readonly data: string;
  readonly dataMpp?: number | undefined;
  readonly include?: string | undefined;
  readonly classes?: readonly string[] | undefined;
  readonly patientPattern?: string | undefined;
  readonly unlabelled?: readonly string[];
}

/** Reads images, labels and patients; remarks go to the context. */
export async function openData(choice: DataChoice, context: OperationContext): Promise<DatasetReading> {
  const { data, dataMpp, include, classes, unlabelled, patientPattern } = choice;
  const { signal, onProgress, defaultCache } = context;
  const options = {
    mpp: dataMpp,
    include,
    classes,
    unlabelled,
    signal,
    onProgress,
    cacheFolder: defaultCache,
  };
  const dataset = await readDataset({ data: manifestOf(data, context), ...withoutUndefined(options) });
  for (const note of dataset.notes) context.onNote?.(`note: ${note}`);
  return patientPattern === undefined ? dataset : withPatients(dataset, patientsFromPattern(patientPattern));
}

/** A folder with a manifest.csv is read by its manifest. */
function manifestOf(data: string, { onNote }: OperationContext): string {
  const manifest = join(data, "manifest.csv");
  if (!existsSync(manifest)) return data;
  onNote?.(`note: ${data} holds a manifest, which is used: ${manifest}`);
  return manifest;
}

/**
 * Gives every image its split and makes sure that splits are honest.
 *
 * @param needed a split that must have images for the operation to make sense.
 * @throws LowmagError `data-leak`, and `missing-metadata` when there are no splits.
 */
export async function withSplits<T extends Dataset>(
  dataset: T,
  splitsFile: string | undefined,
  needed: Split,
): Promise<T> {
  const split = await givenSplits(dataset, splitsFile);
  checkLeaks(split);
  if (!split.images.some((image) => image.split === needed && image.label !== null))
    throw fail("invalid-argument", {
      where: `split \`${needed}\``,
      expected: "labelled images",
      got: "none",
      fix: "Make splits with `lowmag split`, with a share above 0 for it.",
    });
  return split;
}

/**
 * Gives every image its split, without asking whether splits are honest.
 *
 * @throws LowmagError `missing-metadata` when there are no splits, and what reading the file throws.
 */
export async function givenSplits<T extends Dataset>(dataset: T, splitsFile: string | undefined): Promise<T> {
  const split = splitsFile === undefined ? dataset : applySplits(dataset, await readSplits(splitsFile));
  if (split.images.some((image) => image.split !== null)) return split;
  throw fail("missing-metadata", {
    where: "splits",
    expected: "a split (train, val, test) for the images",
    got: "none",
    fix: "Make splits with `lowmag split` and pass them with `--splits` (in a study file `data.splits`).",
  });
}

/**
 * The data set with its classes in the order of a trained model's.
 *
 * @param model who the classes belong to, for the message: "teacher runs/teacher".
 * @throws LowmagError `invalid-argument` when the classes are not the same.
 */
export function withClassesOf<T extends Dataset>(dataset: T, classes: readonly string[], model: string): T {
  const same =
    classes.length === dataset.classes.length && classes.every((name) => dataset.classes.includes(name));
  if (same) return { ...dataset, classes };
  throw fail("invalid-argument", {
    where: "classes of the data",
    expected: `those of the ${model} (${classes.join(", ")})`,
    got: dataset.classes.join(", "),
    fix: "Use data of the same classes; `--classes` chooses among the classes of the data.",
  });
}

/**
 * Remarks on images that were cut from slides by other rules than those that a model learned from. What both say of the
 * resolution is not compared: the operations check that themselves.
 */
export function notePreparation(run: FinishedRun, dataset: DatasetReading, context: OperationContext): void {
  const before = run.record.data.preparation ?? [];
  const other = dataset.preparation.find((line) => !before.includes(line) && !line.startsWith("Read from"));
  if (before.length === 0 || other === undefined) return;
  context.onNote?.(
    `note: ${run.path} learned from images prepared by other rules; these say: ${other} See its MODEL_CARD.md.`,
  );
}

/** Numbers of the images that a condition holds for. */
export function imageNumbers(
  dataset: Dataset,
  condition: (image: Dataset["images"][number]) => boolean,
): readonly number[] {
  return dataset.images.flatMap((image, number) => (condition(image) ? [number] : []));
}
