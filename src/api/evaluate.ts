// `evaluate`: runs models on one split, judges them, and writes the report.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { type DatasetReading, LoaderThreads } from "../dataset/index.ts";
import { type EvaluationRecord, evaluateModels, predictionsCsv } from "../evaluate/index.ts";
import { type Classification, type ClassifyOptions, classifyImages } from "../infer/index.ts";
import { makeFolder, writeFileAtomically } from "../machine/index.ts";
import { type EvaluateOptions, evaluateOptions, resolveOptions } from "../options/index.ts";
import { writeReport } from "../report/index.ts";
import { type FinishedRun, readRun } from "../train/index.ts";
import { withCache } from "./cache.ts";
import { chosenDevice } from "./chosen-device.ts";
import type { OperationContext } from "./context.ts";
import { chooseExamples } from "./examples.ts";
import { judgedModels } from "./judged-models.ts";
import { imageNumbers, openData, withClassesOf, withSplits } from "./open-data.ts";
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
  const { device } = await chosenDevice(complete.device, context); // before any data is read
  return withCache(complete.cache, context, async (cacheFolder) => {
    const dataset = await dataFor(complete, runs, { ...context, defaultCache: cacheFolder });
    const images = imageNumbers(dataset, ({ label, split }) => label !== null && split === complete.split);
    const workers = complete.workers ?? availableParallelism();
    const answers = await answersOf(runs, { dataset, images, cacheFolder, workers, device }, context);
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

/** What every run says of every image. */
async function answersOf(
  runs: readonly FinishedRun[],
  asked: Pick<ClassifyOptions, "dataset" | "images" | "cacheFolder" | "workers" | "device">,
  { signal, onProgress }: OperationContext,
): Promise<Classification[][]> {
  const threads = await LoaderThreads.start(asked);
  try {
    const answers: Classification[][] = [];
    for (const { model, name } of runs) {
      const activity = `evaluating ${name}`;
      const how = { model, threads, activity, ...withoutUndefined({ signal, onProgress }) };
      answers.push(await classifyImages({ ...asked, ...how }));
    }
    return answers;
  } finally {
    await threads.close();
  }
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
