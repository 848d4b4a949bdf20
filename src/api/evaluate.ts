// `evaluate`: runs models on one split, judges them, and writes the report.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { makeFolder, writeFileAtomically } from "../base/index.ts";
import type { DatasetReading } from "../dataset/index.ts";
import {
  type EvaluatedModel,
  type EvaluationRecord,
  evaluateModels,
  predictionsCsv,
} from "../evaluate/index.ts";
import { type Classification, classifyImages, measureLatency } from "../infer/index.ts";
import { forwardMacs, type Model } from "../models/index.ts";
import { type EvaluateOptions, evaluateOptions, resolveOptions } from "../options/index.ts";
import { writeReport } from "../report/index.ts";
import { type EpochRecord, type FinishedRun, readRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { chooseExamples } from "./examples.ts";
import { imageNumbers, openData, withClassesOf, withSplits } from "./open-data.ts";
import { countCost } from "./profile.ts";
import { rolesOf } from "./roles.ts";
import { runFacts } from "./run-facts.ts";
import { lowmagVersion } from "./versions.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was found and where it stands. All paths are absolute. */
export interface EvaluateResult {
  readonly report: string;
  /** The record as JSON. */
  readonly recordFile: string;
  /** Every prediction as CSV. */
  readonly predictionsFile: string;
  readonly record: EvaluationRecord;
}

/**
 * Compares runs on one split of labelled data.
 *
 * @throws LowmagError what reading the data throws; `data-leak`; `invalid-argument` for runs of other classes;
 *   `not-writable`; `cancelled`.
 */
export async function evaluate(
  options: EvaluateOptions,
  context: OperationContext = {},
): Promise<EvaluateResult> {
  const complete = resolveOptions("evaluate", evaluateOptions, options);
  const out = resolve(complete.out);
  await makeFolder(out); // before the work: a folder that cannot be written should not cost it
  const runs: FinishedRun[] = [];
  for (const path of complete.runs) runs.push(await readRun(path));
  return withCache(complete.cache, context, async (cacheFolder) => {
    const dataset = await dataFor(complete, runs, { ...context, defaultCache: cacheFolder });
    const images = imageNumbers(dataset, ({ label, split }) => label !== null && split === complete.split);
    const workers = complete.workers ?? availableParallelism();
    const answers: Classification[][] = [];
    for (const { model, name } of runs)
      answers.push(
        await classifyImages({
          model,
          dataset,
          images,
          cacheFolder,
          workers,
          activity: `evaluating ${name}`,
          ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
        }),
      );
    const models = await judgedModels(runs, answers, dataset, complete.latency);
    const record = evaluateModels({
      classes: dataset.classes,
      split: complete.split,
      models,
      seed: complete.seed,
      draws: complete.draws,
      level: complete.level,
      bootstrap: complete.resampling,
      createdAt: new Date().toISOString(),
      lowmag: lowmagVersion(),
      ...withoutUndefined({ interval: complete.interval }),
    });
    const examples = await chooseExamples(record, dataset, complete.examples, cacheFolder);
    const settings = runFacts(complete, runs, dataset);
    const recordFile = join(out, "evaluation.json");
    const predictionsFile = join(out, "predictions.csv");
    await writeFileAtomically(predictionsFile, predictionsCsv(record));
    await writeFileAtomically(recordFile, `${JSON.stringify(record, undefined, 2)}\n`);
    const title = complete.title;
    const [report = ""] = await writeReport(out, {
      record,
      examples,
      settings,
      ...withoutUndefined({ title }),
    });
    return { report, recordFile, predictionsFile, record };
  });
}

async function dataFor(
  complete: Parameters<typeof openData>[0] & { splits?: string | undefined; split: "train" | "val" | "test" },
  runs: readonly FinishedRun[],
  context: OperationContext,
): Promise<DatasetReading> {
  let dataset = await openData(complete, context);
  // The first run's order stands.
  for (const { model, path } of [...runs].reverse())
    dataset = withClassesOf(dataset, model.description.classes, `run ${path}`);
  return withSplits(dataset, complete.splits, complete.split);
}

async function judgedModels(
  runs: readonly FinishedRun[],
  answers: readonly (readonly Classification[])[],
  dataset: DatasetReading,
  latency: boolean,
): Promise<EvaluatedModel[]> {
  const roles = rolesOf(runs);
  const models: EvaluatedModel[] = [];
  for (const [i, run] of runs.entries()) {
    const own = answers[i]!;
    models.push({
      name: run.name,
      role: roles[i]!,
      mpp: run.model.description.mpp,
      architecture: run.model.description.architecture,
      parameters: countCost(run.model).parameters,
      cost: await costOn(run.model, own, latency),
      learningCurve: run.log.map(learningCurvePoint),
      predictions: own.map((answer) => predictionOf(answer, dataset, run.model.description.classes)),
    });
  }
  return models;
}

/** Cost over the images that were evaluated; latency is measured at their median size. */
async function costOn(
  model: Model,
  answers: readonly Classification[],
  latency: boolean,
): Promise<EvaluatedModel["cost"]> {
  const { macsPerPixel, macsPerMm2 } = countCost(model);
  const { architecture, classes } = model.description;
  const macs = new Map<string, number>();
  for (const { width, height } of answers) {
    const size = `${width} x ${height}`;
    if (!macs.has(size)) macs.set(size, forwardMacs(architecture, classes.length, width, height));
  }
  const total = answers.reduce((sum, { width, height }) => sum + macs.get(`${width} x ${height}`)!, 0);
  const bySize = [...answers].sort((a, b) => a.width * a.height - b.width * b.height);
  const { width, height } = bySize[Math.floor(bySize.length / 2)]!;
  const seconds = latency ? await measureLatency(model, width, height) : null;
  return {
    macsPerPixel,
    macsPerMm2,
    macsPerImageMean: total / answers.length,
    latencySecondsPerImage: seconds,
    latencyMegapixelsPerSecond: seconds === null ? null : (width * height) / seconds / 1e6,
  };
}

function learningCurvePoint({
  epoch,
  train,
  validation,
}: EpochRecord): EvaluatedModel["learningCurve"][number] {
  const { loss = null, accuracy = null, balancedAccuracy = null, auroc = null } = validation ?? {};
  return { epoch, trainLoss: train.loss, validation: { loss, accuracy, balancedAccuracy, auroc } };
}

function predictionOf(
  { image, probabilities }: Classification,
  dataset: DatasetReading,
  own: readonly string[],
): EvaluatedModel["predictions"][number] {
  const { id, patient, label } = dataset.images[image]!;
  const inOrder = dataset.classes.map((name) => probabilities[own.indexOf(name)]!);
  return { image: id, patient, label: label!, probabilities: inOrder };
}
