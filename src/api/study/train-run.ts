// What a training process does with one run of a study: begins it, goes on with it, or starts it over, exactly as
// `train` or `distill` with the same options would, on data that were read before.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { isLowmagError } from "../../base/index.ts";
import type { DatasetReading } from "../../dataset/index.ts";
import { hashFile, type JobContext } from "../../machine/index.ts";
import { distillOptions, resolveOptions, trainOptions } from "../../options/index.ts";
import { modelPath, readRun } from "../../train/index.ts";
import { trainingDevice } from "../chosen-device.ts";
import type { OperationContext } from "../context.ts";
import { distillOn } from "../distill.ts";
import { trainOn } from "../train.ts";
import type { TrainingResult } from "../training.ts";
import { readRunFile, type StudyRunFile, writeRunFile } from "./run-file.ts";

/** One run to be trained. Plain data, sent to a process. */
export interface TrainingJob {
  readonly name: string;
  readonly key: string;
  readonly operation: "train" | "distill";
  /** Options of the operation with all paths; `resume` and `overwrite` are decided here. */
  readonly options: Readonly<Record<string, unknown>> & { readonly out: string };
  /** Without the test split. */
  readonly dataset: DatasetReading;
  readonly cacheFolder: string;
  /** Lines of the ledger of test readings so far. */
  readonly testReadingsBefore: number;
}

/** What a process tells while it trains. */
export type TrainingReport =
  /** Share of the training that is done, 0 to 1. */
  | { readonly kind: "progress"; readonly fraction: number; readonly note: string }
  | { readonly kind: "note"; readonly sentence: string };

/** How often the seconds of a training are written down, for the case that it is killed. */
const SECONDS_EVERY_MS = 15_000;

/** Trains the run and leaves its folder finished. @throws LowmagError as `train` and `distill`. */
export async function trainRun(job: TrainingJob, context: JobContext<TrainingReport>): Promise<StudyRunFile> {
  const started = performance.now();
  const before = await readRunFile(job.options.out);
  const known = before?.key === job.key ? before : null;
  const state = (modelHash: string | null): StudyRunFile => ({
    format: "lowmag-study-run-1",
    name: job.name,
    key: job.key,
    testReadingsBefore: known?.testReadingsBefore ?? job.testReadingsBefore,
    seconds: (known?.seconds ?? 0) + Math.round(performance.now() - started) / 1000,
    modelHash,
  });
  // What another run left here must not be gone on with.
  if (known === null) await rm(join(job.options.out, "run.json"), { force: true });
  await writeRunFile(job.options.out, state(null));
  let writing = Promise.resolve();
  const clock = setInterval(() => {
    writing = writing.then(() => writeRunFile(job.options.out, state(null))).catch(() => undefined);
  }, SECONDS_EVERY_MS);
  try {
    await resumeOrStartOver(job, known !== null, operationContext(context));
    clearInterval(clock);
    await writing;
    const finished = state(await hashFile(modelPath(job.options.out)));
    await writeRunFile(job.options.out, finished);
    // Four fifths of the folder, and of no use once the run is known to be finished.
    await rm(join(job.options.out, "checkpoint.safetensors"), { force: true });
    return finished;
  } catch (error) {
    clearInterval(clock);
    await writing;
    await writeRunFile(job.options.out, state(null)).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(clock);
  }
}

/** A checkpoint that is damaged, or of other settings, costs the work that it held and nothing else. */
async function resumeOrStartOver(
  job: TrainingJob,
  resume: boolean,
  context: OperationContext,
): Promise<void> {
  if (!resume) return void (await operate(job, { overwrite: true }, context));
  try {
    await operate(job, { resume: true }, context);
  } catch (error) {
    if (!isLowmagError(error) || !error.where.startsWith(job.options.out)) throw error;
    if (error.code !== "corrupt-data" && error.code !== "checkpoint-mismatch") throw error;
    context.onNote?.(`note: run ${job.name} starts over: ${error.message}`);
    await operate(job, { overwrite: true }, context);
  }
}

async function operate(
  { operation, options, dataset, cacheFolder }: TrainingJob,
  how: { readonly resume: true } | { readonly overwrite: true },
  context: OperationContext,
): Promise<TrainingResult> {
  const given = { ...options, ...how };
  if (operation === "distill") {
    const complete = resolveOptions("distill", distillOptions, given);
    const teacher = await readRun(complete.teacher);
    const device = await trainingDevice(complete, context);
    return distillOn(dataset, { options: complete, teacher, cacheFolder, device }, context);
  }
  const complete = resolveOptions("train", trainOptions, given);
  const start = complete.from === undefined ? null : await readRun(complete.from);
  const device = await trainingDevice(complete, context);
  return trainOn(dataset, { options: complete, start, cacheFolder, device }, context);
}

/** Not every step is worth a message. */
const REPORT_EVERY_MS = 250;

function operationContext({ signal, report }: JobContext<TrainingReport>): OperationContext {
  let reported = Number.NEGATIVE_INFINITY;
  return {
    signal,
    onProgress: ({ activity, done, total, note = "" }) => {
      if (activity !== "classification" && activity !== "distillation") return;
      if (performance.now() - reported < REPORT_EVERY_MS) return;
      reported = performance.now();
      report({ kind: "progress", fraction: done / total, note });
    },
    onNote: (sentence) => {
      if (sentence.startsWith("note:")) report({ kind: "note", sentence });
    },
  };
}
