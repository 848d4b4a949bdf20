// One slide from file to answer: open, cut, classify, write. Runs in a process of its own; everything it needs and gives
// crosses as plain data. The network is loaded once per process.
import { performance } from "node:perf_hooks";
import { fail } from "../base/index.ts";
import { type ClassifiedSlide, classifySlide, rulesOfModel, type SlideNetwork } from "../classify/index.ts";
import type { RememberedRules, TissueMap } from "../cutting/index.ts";
import { openModel } from "../infer/index.ts";
import {
  hashSource,
  type OpenedSource,
  type SlideOutcome,
  type SlideProgress,
  sizeOf,
  slideOutcome,
  stateOf,
  withSource,
} from "../jobs/index.ts";
import { profileChange } from "../local/index.ts";
import type { JobContext } from "../machine/index.ts";
import { howOf, planSlide } from "./plan-slide.ts";
import { writeSlideFiles, writeThumbnail } from "./slide-files.ts";
import { writeRecord, writeSource } from "./slide-record.ts";
import { summaryOf } from "./summary.ts";
import type { PredictTask, SlideSource, SlideSummary } from "./types.ts";

/**
 * Classifies one slide.
 *
 * @returns also for a slide that cannot be used: only what stops every slide is thrown, and defects.
 */
export async function predictSlide(
  task: PredictTask,
  context: JobContext<SlideProgress>,
): Promise<SlideOutcome<SlideSummary>> {
  const { path, where, mpp } = task.slide;
  const source = { path, where, mpp, backend: task.backend, decoder: task.decoder };
  const begun = performance.now();
  return await slideOutcome(() =>
    withSource(source, async (opened) => {
      const opening = (performance.now() - begun) / 1000;
      return task.planOnly
        ? await planSlide(task, opened, context)
        : await classifyAndWrite(task, opened, opening, context);
    }),
  );
}

async function classifyAndWrite(
  task: PredictTask,
  opened: OpenedSource,
  opening: number,
  context: JobContext<SlideProgress>,
): Promise<SlideSummary> {
  const { slide: planned, out, presentation } = task;
  const network = await networkOf(task);
  // Read beside the work; awaited before the record is written.
  const hashing = task.sourceHash && out !== null ? hashSource(opened.files, context.signal) : null;
  hashing?.catch(() => undefined);
  if (out !== null) await writeSource(out, planned.id, sourceOf(task, opened, null));
  const { rules } = rulesOfModel(task.run.facts, task.slide.rules);
  const how = howOf(opened, task.cut);
  let map: TissueMap | null = null;
  const classified = await classifySlide(opened.slide, network, {
    name: planned.id,
    decoder: opened.decoder,
    how,
    rules: planned.rules,
    slideRule: presentation.slideRule,
    profile: rules.icc && how === "cut" ? await profileChange(opened.slide) : null,
    batch: batchOf(task, rules),
    pixelLimit: task.pixelLimit,
    truth: planned.truth,
    opening,
    signal: context.signal,
    onProgress: context.report,
    onTissue: (found) => {
      map = found;
    },
  }).catch(async (error: unknown) => {
    // A slide without tissue, or with a piece too large, is one to look at.
    if (out !== null && map !== null) await writeThumbnail(out, planned.id, { slide: opened.slide, map });
    throw error;
  });
  const prediction =
    out === null ? classified.prediction : await write(task, out, opened, classified, hashing);
  return summaryOf(prediction);
}

/** As many tiles at a time as fit beside the limit of one image. */
function batchOf({ batch, pixelLimit, run }: PredictTask, { grid, stepMpp }: RememberedRules): number {
  if (grid === null) return 1;
  const side = (grid * stepMpp) / run.facts.mpp;
  return Math.max(1, Math.min(batch, Math.floor(pixelLimit / side ** 2)));
}

async function write(
  task: PredictTask,
  out: string,
  opened: OpenedSource,
  { prediction, overlay, map }: ClassifiedSlide,
  hashing: Promise<string | null> | null,
): Promise<ClassifiedSlide["prediction"]> {
  const begun = performance.now();
  const { slide } = opened;
  const stamps = await writeSlideFiles(out, { prediction, overlay }, task.presentation, { slide, map });
  if (hashing !== null) await writeSource(out, prediction.slide, sourceOf(task, opened, await hashing));
  const writing = (performance.now() - begun) / 1000;
  const { seconds } = prediction;
  const timed = { ...prediction, seconds: { ...seconds, writing, total: seconds.total + writing } };
  const { fingerprint, settings, presentation } = task;
  await writeRecord(out, timed, { fingerprint, settings, presentation, files: stamps });
  return timed;
}

function sourceOf(
  { slide: { path, patient } }: PredictTask,
  { files }: OpenedSource,
  sha256: string | null,
): SlideSource {
  return { path, bytes: sizeOf(files), state: stateOf(files), sha256, patient };
}

let loaded: { readonly hash: string; readonly network: Promise<SlideNetwork> } | null = null;

function networkOf({ run, threads, device }: PredictTask): Promise<SlideNetwork> {
  loaded ??= { hash: run.facts.hash, network: loadNetwork(run, { threads, device }) };
  return loaded.network;
}

async function loadNetwork(
  { path, facts }: PredictTask["run"],
  how: Pick<PredictTask, "threads" | "device">,
): Promise<SlideNetwork> {
  const network = await openModel(path, how);
  const found = network.model;
  if (found.hash === facts.hash) return network;
  await network.close();
  throw fail("checkpoint-mismatch", {
    where: path,
    expected: `the model that the job began with (${facts.hash.slice(0, 12)})`,
    got: `another one (${found.hash.slice(0, 12)})`,
    fix: "Run the command again.",
  });
}
