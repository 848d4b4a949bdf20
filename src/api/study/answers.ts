// What a run of the study says of a split: read from `predictions/<run>.<split>.json` where that stands for the same model
// and the same data, else found out by running the model once, after a line in the ledger where it is the test split.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { DatasetReading, LoaderThreads } from "../../dataset/index.ts";
import { hashDataset, type TissueImage } from "../../dataset/index.ts";
import { classifyImages } from "../../infer/index.ts";
import { writeFileAtomically } from "../../machine/index.ts";
import { readRun } from "../../train/index.ts";
import type { OperationContext } from "../context.ts";
import { imageNumbers } from "../open-data.ts";
import { withoutUndefined } from "../without-undefined.ts";
import type { FinishedStudyRun } from "./run-file.ts";
import type { TestLedger } from "./test-ledger.ts";

/** The splits that a trained model is asked about. */
export type AskedSplit = "val" | "test";

/** What is asked, of whom, and where it is kept. */
export interface AskOptions {
  /** The folder of the study. */
  readonly folder: string;
  readonly dataset: DatasetReading;
  readonly cacheFolder: string;
  readonly workers: number;
  /** Threads that load the images of all that is asked; started when first called for. */
  readonly threads: () => Promise<LoaderThreads>;
  readonly ledger: TestLedger;
  /** The time, ISO 8601. */
  readonly now: () => string;
}

/** Answers for the images of a split, in the order of the data set. */
export interface SplitAnswers {
  readonly images: readonly TissueImage[];
  /** Per image, in the order of the data set's classes; they sum to 1. */
  readonly probabilities: readonly (readonly number[])[];
}

const schema = z.object({
  format: z.literal("lowmag-study-predictions-1"),
  run: z.string(),
  split: z.enum(["val", "test"]),
  modelHash: z.string(),
  dataHash: z.string(),
  classes: z.array(z.string()),
  images: z.array(z.string()),
  probabilities: z.array(z.array(z.number().min(0).max(1))),
});
type Predictions = z.infer<typeof schema>;

/** The labelled images of a split, and the hash over their contents, labels and patients. */
export function imagesOf(
  dataset: DatasetReading,
  split: AskedSplit,
): { numbers: readonly number[]; images: readonly TissueImage[]; hash: string } {
  const numbers = imageNumbers(dataset, (image) => image.split === split && image.label !== null);
  const images = numbers.map((number) => dataset.images[number]!);
  return { numbers, images, hash: hashDataset({ classes: dataset.classes, images }) };
}

/**
 * A run's answers. The test split is read at most once for a model: what stands is used.
 *
 * @throws LowmagError `not-writable` where the ledger or the answers cannot be written; `cancelled`; what the images throw.
 */
export async function answersOf(
  finished: FinishedStudyRun,
  split: AskedSplit,
  options: AskOptions,
  context: OperationContext,
): Promise<SplitAnswers> {
  const { dataset, ledger, folder } = options;
  const { name } = finished;
  const { images, hash } = imagesOf(dataset, split);
  if (images.length === 0) return { images, probabilities: [] };
  const path = join(folder, "predictions", `${name}.${split}.json`);
  const head = { run: name, split, modelHash: finished.modelHash, dataHash: hash };
  const told =
    split === "val" ||
    ledger.readings.some(
      ({ run, modelHash, testHash }) => run === name && modelHash === finished.modelHash && testHash === hash,
    );
  const stored = told ? await readPredictions(path) : null;
  if (stored !== null && stands(stored, head, dataset, images))
    return { images, probabilities: stored.probabilities };
  if (split === "test")
    await ledger.append({
      at: options.now(),
      run: name,
      modelHash: finished.modelHash,
      testHash: hash,
      images: images.length,
      afterFirstReading: finished.file.testReadingsBefore > 0,
    });
  const probabilities = await ask(finished, split, options, context);
  const content: Predictions = {
    format: "lowmag-study-predictions-1",
    ...head,
    classes: [...dataset.classes],
    images: images.map(({ id }) => id),
    probabilities: probabilities.map((row) => [...row]),
  };
  await writeFileAtomically(path, `${JSON.stringify(content)}\n`);
  return { images, probabilities };
}

async function ask(
  finished: FinishedStudyRun,
  split: AskedSplit,
  { dataset, cacheFolder, workers, threads }: AskOptions,
  context: OperationContext,
): Promise<number[][]> {
  const { model, name } = await readRun(finished.path);
  const own = model.description.classes;
  const order = dataset.classes.map((label) => own.indexOf(label));
  const answers = await classifyImages({
    model,
    dataset,
    images: imagesOf(dataset, split).numbers,
    cacheFolder,
    workers,
    threads: await threads(),
    activity: `asking ${name} about the ${split === "test" ? "test" : "validation"} split`,
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
  });
  return answers.map(({ probabilities }) => order.map((number) => probabilities[number]!));
}

async function readPredictions(path: string): Promise<Predictions | null> {
  try {
    return schema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

/** True for answers of this model about these very images, whole and sane. */
function stands(
  stored: Predictions,
  head: Pick<Predictions, "run" | "split" | "modelHash" | "dataHash">,
  dataset: DatasetReading,
  images: readonly TissueImage[],
): boolean {
  const same =
    stored.run === head.run &&
    stored.split === head.split &&
    stored.modelHash === head.modelHash &&
    stored.dataHash === head.dataHash &&
    stored.classes.join("\n") === dataset.classes.join("\n");
  return (
    same &&
    stored.images.length === images.length &&
    stored.probabilities.length === images.length &&
    images.every(({ id }, i) => stored.images[i] === id) &&
    stored.probabilities.every((row) => row.length === dataset.classes.length && sumsToOne(row))
  );
}

function sumsToOne(row: readonly number[]): boolean {
  return Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
}
