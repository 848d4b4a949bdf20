// `predict`: a trained model over slides and images.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { fail } from "../base/index.ts";
import type { ModelFacts, SlideRule } from "../classify/index.ts";
import { readModelFacts } from "../infer/index.ts";
import { listSlides, type SlideFailure } from "../jobs/index.ts";
import { PREDICT_OVERRIDES, type PredictOptions, predictOptions, resolveOptions } from "../options/index.ts";
import {
  type ChosenThreshold,
  predictSlides,
  type RequestedSlide,
  type RunOfModel,
  type Shard,
  type SlideResult,
} from "../predict/index.ts";
import { chosenDevice } from "./chosen-device.ts";
import type { OperationContext } from "./context.ts";
import { type CompletePredictOptions, cuttingOf, cuttingOfSlide, slideRuleOf } from "./predict-rules.ts";
import { sourceCommit, versions } from "./versions.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** The files of a folder of results; absolute paths. */
export interface PredictFiles {
  /** A row per piece or tile. */
  readonly predictions: string;
  /** A row per slide. */
  readonly slides: string;
  /** What was set aside; `null` where nothing was. */
  readonly failures: string | null;
  /** The page to look through. */
  readonly report: string;
  /** What was done by what. */
  readonly record: string;
}

/** What the model says, or what it would be asked. */
export interface PredictResult {
  readonly run: string;
  readonly model: ModelFacts;
  /** In the order of the probabilities. */
  readonly classes: readonly string[];
  readonly slideRule: SlideRule;
  /** How the rule's threshold was chosen; `null` where it was not. */
  readonly threshold: ChosenThreshold | null;
  readonly dryRun: boolean;
  /** In the order of the inputs, without those of other shards. */
  readonly slides: readonly SlideResult[];
  readonly failures: readonly SlideFailure[];
  /** Slides that this call classified or planned itself; others may have done some in the same folder. */
  readonly done: number;
  /** Slides that an earlier call had finished. */
  readonly kept: number;
  /** Slides of the call, other shards' among them, that the folder has no answer and no reason for yet. */
  readonly waiting: number;
  /** Folder of the results, absolute; `null` where nothing was written. */
  readonly out: string | null;
  readonly files: PredictFiles | null;
}

/**
 * Classifies slides and images. With `out` an interrupted call goes on, and calls share the work.
 *
 * @throws LowmagError `not-found` or `corrupt-data` for the run; `not-found` for inputs that name nothing;
 *   `invalid-argument`, `checkpoint-mismatch`, `data-leak`, `not-writable`, `cancelled`. What is wrong with a slide is not
 *   thrown but stands in `failures`.
 */
export async function predict(
  options: PredictOptions,
  context: OperationContext = {},
): Promise<PredictResult> {
  const complete = resolveOptions("predict", predictOptions, options);
  const shard = shardOf(complete.shard);
  const facts = await readModelFacts(complete.run);
  const run: RunOfModel = { path: resolve(complete.run), facts };
  const slides = await requestedSlides(complete, facts, context);
  const { slideRule, chosen } = await slideRuleOf(complete, run, slides);
  const { cut, backend, geojsonOrigin, cells, workers, maxMemory } = complete;
  const { decoder, sourceHash, opaqueNames, batch, dryRun, overwrite } = complete;
  const { device } = await chosenDevice(complete.device, context);
  const cores = availableParallelism();
  const out = complete.out === undefined ? null : resolve(complete.out);
  const predicted = await predictSlides({
    run,
    slides,
    out,
    settings: { cut, backend, rules: cuttingOf(complete, facts) },
    presentation: { slideRule, geojsonOrigin, cells },
    threshold: chosen,
    record: { options: withoutPaths(complete), versions: versions(), commit: await sourceCommit() },
    ...{ decoder, sourceHash, opaqueNames, batch, shard, dryRun, overwrite },
    device,
    // A graphics processor is shared by turns: more processes would only take its memory.
    processes: workers ?? (device === "cpu" ? cores : 1),
    cores,
    memory: 1e9 * maxMemory,
    now: () => new Date().toISOString(),
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
    onFailure: ({ reason, message }) => context.onNote?.(`set aside (${reason}): ${message}`),
  });
  const written = out === null || dryRun ? null : out;
  return {
    run: complete.run,
    model: facts,
    classes: facts.classes,
    slideRule,
    threshold: chosen,
    dryRun,
    ...predicted,
    out: written,
    files: written === null ? null : filesOf(written, predicted.failures.length > 0),
  };
}

/** Everything that the inputs name, with what is known of it. */
async function requestedSlides(
  options: CompletePredictOptions,
  model: ModelFacts,
  context: OperationContext,
): Promise<RequestedSlide[]> {
  const lists = { overridable: PREDICT_OVERRIDES, images: true };
  const { slides, notes } = await listSlides(options.inputs, lists);
  for (const note of notes) context.onNote?.(`note: ${note}`);
  const pattern = options.patientPattern === undefined ? null : new RegExp(options.patientPattern);
  return slides.map((slide) => ({
    path: slide.path,
    where: slide.where,
    mpp: slide.mpp ?? options.slideMpp ?? null,
    truth: slide.label,
    patient: slide.patient ?? pattern?.exec(slide.path.replaceAll("\\", "/"))?.[1] ?? null,
    rules: cuttingOfSlide(options, model, slide),
  }));
}

function shardOf(text: string | undefined): Shard | null {
  if (text === undefined) return null;
  const [index = 0, count = 0] = text.split("/").map(Number);
  if (index <= count) return { index, count };
  throw fail("invalid-argument", {
    where: "`--shard`",
    expected: "a part that is not beyond the number of parts",
    got: text,
  });
}

/** For the record, which may be shared: no path says whose slides these were. */
function withoutPaths(options: CompletePredictOptions): Readonly<Record<string, unknown>> {
  const { run: _run, out: _out, thresholdFrom: _results, inputs, ...rest } = options;
  return { inputs: inputs.length, ...rest };
}

function filesOf(out: string, failed: boolean): PredictFiles {
  return {
    predictions: join(out, "predictions.csv"),
    slides: join(out, "slides.csv"),
    failures: failed ? join(out, "failures.csv") : null,
    report: join(out, "report.html"),
    record: join(out, "predict.json"),
  };
}
