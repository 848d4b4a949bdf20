// The whole job: name the slides, find what is missing, share it among processes, and write the lists. The same call goes
// on where an earlier one was interrupted, beside others that are at work in the same folder.
import { basename, resolve } from "node:path";
import { fail, type ProgressListener } from "../base/index.ts";
import {
  nameSlides,
  runSlides,
  type SlideEnd,
  type SlideFailure,
  shareMemory,
  writeNames,
} from "../jobs/index.ts";
import type { DecoderKind } from "../local/index.ts";
import { workerFile } from "../machine/index.ts";
import { Claims } from "./claims.ts";
import { readFailure, removeFailure, writeFailure } from "./failure-record.ts";
import { type FingerprintedSlide, fingerprintSlide, settingsHash } from "./fingerprints.ts";
import { predictMemory } from "./memory.ts";
import { type MergedResults, mergeLists } from "./merge-lists.ts";
import { type BegunRecord, beginFolder } from "./results-folder.ts";
import { inShard, type Shard } from "./shard.ts";
import { filesAreWhole, readRecord, readSource, writeSource } from "./slide-record.ts";
import { summaryOf } from "./summary.ts";
import type { ChosenThreshold } from "./threshold.ts";
import type {
  AnswerSettings,
  PlannedSlide,
  PredictTask,
  Presentation,
  RequestedSlide,
  RunOfModel,
  SlideSummary,
} from "./types.ts";

/** What is to be done. */
export interface PredictJob {
  readonly run: RunOfModel;
  readonly slides: readonly RequestedSlide[];
  /** Folder of the results; `null` to write nothing. */
  readonly out: string | null;
  readonly settings: AnswerSettings;
  readonly presentation: Presentation;
  readonly threshold: ChosenThreshold | null;
  /** For the record: the options without paths, versions and commit. */
  readonly record: Pick<BegunRecord, "options" | "versions" | "commit">;
  readonly decoder: DecoderKind;
  readonly sourceHash: boolean;
  readonly opaqueNames: boolean;
  /** Processes at most, and cores to share among their threads. */
  readonly processes: number;
  readonly cores: number;
  /** Bytes for all processes together. */
  readonly memory: number;
  /** Tiles per forward pass. */
  readonly batch: number;
  readonly shard: Shard | null;
  readonly dryRun: boolean;
  readonly overwrite: boolean;
  /** The time of day, ISO 8601. */
  readonly now: () => string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Told of each slide that is set aside, as it happens. */
  readonly onFailure?: ((failure: SlideFailure) => void) | undefined;
}

/** A slide that was classified or planned. */
export interface SlideResult extends SlideSummary {
  /** Its name in the results. */
  readonly slide: string;
  readonly path: string;
}

/** What came of the slides of a call; those of other shards are left out. */
export interface PredictedSlides {
  /** In the order of the list. */
  readonly slides: readonly SlideResult[];
  readonly failures: readonly SlideFailure[];
  /** Slides that were found finished. */
  readonly kept: number;
  /** Slides of the call, other shards' among them, that the folder has no answer and no reason for yet. */
  readonly waiting: number;
}

type Ends = Map<string, SlideEnd<SlideSummary>>;

/**
 * Classifies slides, or plans it.
 *
 * @throws LowmagError `checkpoint-mismatch` for a folder of another model or other rules; `invalid-argument` for one that
 *   holds something else, or a name that means another slide there; `not-writable`; `cancelled` (run again to go on).
 */
export async function predictSlides(job: PredictJob): Promise<PredictedSlides> {
  const all = await nameSlides(job.slides, job.opaqueNames);
  const { shard } = job;
  const mine = shard === null ? all : all.filter(({ id }) => inShard(shard, id));
  const settings = settingsHash(job.run, job.settings);
  if (job.out === null || job.dryRun) return await withoutFolder(job, mine, settings);
  return await intoFolder({ ...job, out: resolve(job.out) }, all, mine, settings);
}

async function withoutFolder(
  job: PredictJob,
  slides: readonly PlannedSlide[],
  settings: string,
): Promise<PredictedSlides> {
  const ends: Ends = new Map();
  const found: FingerprintedSlide[] = [];
  for (const slide of slides) found.push(await fingerprintSlide(slide, settings));
  await run({ ...job, out: null }, found, settings, 0, undefined, ({ id }, end) => {
    ends.set(id, end);
    if ("reason" in end) job.onFailure?.(end);
  });
  return { ...inOrder(slides, ends), kept: 0, waiting: 0 };
}

async function intoFolder(
  job: PredictJob & { readonly out: string },
  all: readonly PlannedSlide[],
  mine: readonly PlannedSlide[],
  settings: string,
): Promise<PredictedSlides> {
  const { out, presentation, threshold, overwrite, now } = job;
  const begun: BegunRecord = {
    model: job.run.facts,
    settings: job.settings,
    settingsHash: settings,
    presentation,
    threshold,
    ...job.record,
  };
  await beginFolder(out, begun, { overwrite, now: now() });
  if (job.opaqueNames) await writeNames(out, all);
  const ends: Ends = new Map();
  const known = new Map<string, FingerprintedSlide>();
  const failuresBefore = new Map<string, string>();
  const missing: FingerprintedSlide[] = [];
  for (const slide of mine) {
    const found = await fingerprintSlide(slide, settings);
    known.set(slide.id, found);
    const summary = await finished(out, found);
    if (summary !== null) ends.set(slide.id, summary);
    else missing.push(found);
    const failure = await readFailure(out, slide.id);
    if (failure !== null) failuresBefore.set(slide.id, failure.text);
  }
  const kept = ends.size;
  const claims = new Claims(out, ({ id }) => finished(out, known.get(id)!), failuresBefore);
  const started = performance.now();
  const own = { slides: 0, workers: 0 };
  const processes = await run(job, missing, settings, kept, claims, async ({ id }, end) => {
    ends.set(id, end);
    if ("reason" in end) {
      await writeFailure(out, job.opaqueNames ? hideNames(end) : end, now());
      job.onFailure?.(end);
    } else {
      own.slides++;
      await removeFailure(out, id);
    }
  });
  const seconds = (performance.now() - started) / 1000;
  const pace = own.slides === 0 ? null : { slides: own.slides, seconds, workers: processes };
  const merged = await mergeLists({ out, begun, asked: all, pace, now: now() });
  await claims.close();
  return { ...inOrder(mine, latest(mine, ends, merged)), kept, waiting: merged.waiting };
}

/** @returns how many processes were at work at a time. */
async function run(
  job: PredictJob,
  missing: readonly FingerprintedSlide[],
  settings: string,
  kept: number,
  gate: Claims | undefined,
  onEnd: (slide: { readonly id: string }, end: SlideEnd<SlideSummary>) => Promise<void> | void,
): Promise<number> {
  const { memory, signal, onProgress } = job;
  const needs = predictMemory(job.run.facts);
  const share = shareMemory(memory, Math.max(1, Math.min(job.processes, missing.length)), needs);
  await runSlides<PredictTask, SlideSummary>(
    missing.map(({ slide, fingerprint, bytes }) => ({
      slide,
      bytes,
      task: ({ processes, pixelLimit }) => ({
        slide,
        run: job.run,
        out: job.out,
        planOnly: job.dryRun,
        ...job.settings,
        presentation: job.presentation,
        decoder: job.decoder,
        threads: Math.max(1, Math.floor(job.cores / processes)),
        batch: job.batch,
        pixelLimit,
        sourceHash: job.sourceHash,
        fingerprint,
        settings,
      }),
    })),
    {
      script: workerFile(import.meta.url, "./slide-worker.ts"),
      activity: job.dryRun ? "looking at slides" : "classifying slides",
      share,
      alone: shareMemory(memory, 1, needs),
      kept,
      gate,
      signal,
      onProgress,
      onEnd,
    },
  );
  return share.processes;
}

/** What stands in the folder of a slide, if it was made from this very file by these very settings and is whole. */
async function finished(
  out: string,
  { slide, fingerprint, bytes, state }: FingerprintedSlide,
): Promise<SlideSummary | null> {
  const source = await readSource(out, slide.id);
  const moved = source !== null && source.path !== slide.path;
  if (moved && source.state !== state) throw otherSlide(out, slide);
  const record = await readRecord(out, slide.id);
  if (record?.stored.fingerprint !== fingerprint || !(await filesAreWhole(out, record))) return null;
  const { path, patient } = slide;
  const sha256 = source?.sha256 ?? null;
  if (source === null || moved || source.patient !== patient)
    await writeSource(out, slide.id, { path, bytes, state, sha256, patient });
  return summaryOf(record.prediction);
}

function otherSlide(out: string, { id, path }: PlannedSlide): Error {
  return fail("invalid-argument", {
    where: path,
    expected: `a name of its own in ${out}`,
    got: `\`${id}\`, which is another file's there`,
    fix: "Give all slides of a folder of results in one call, use `--opaque-names`, or choose another `--out`.",
  });
}

/** A failure without the path and the file name, for results whose names say nothing. */
function hideNames(failure: SlideFailure): SlideFailure {
  const { slide, path, message } = failure;
  const hidden = message.replaceAll(path, slide).replaceAll(basename(path), slide);
  return { ...failure, path: "", message: hidden };
}

/** What the folder says now: the slide rule may have changed what was found, and others may have ended slides of ours. */
function latest(
  slides: readonly PlannedSlide[],
  ends: ReadonlyMap<string, SlideEnd<SlideSummary>>,
  { summaries }: MergedResults,
): Ends {
  return new Map(
    slides.flatMap(({ id }) => {
      const end = summaries.get(id) ?? ends.get(id);
      return end === undefined ? [] : [[id, end] as const];
    }),
  );
}

function inOrder(slides: readonly PlannedSlide[], ends: Ends): Pick<PredictedSlides, "slides" | "failures"> {
  const results: SlideResult[] = [];
  const failures: SlideFailure[] = [];
  for (const { id, path } of slides) {
    const end = ends.get(id);
    if (end === undefined) continue;
    if ("reason" in end) failures.push({ ...end, path });
    else results.push({ slide: id, path, ...end });
  }
  return { slides: results, failures };
}
