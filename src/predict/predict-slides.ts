// The whole job: name the slides, find what is missing, share it among processes, and write the lists. The same call goes
// on where an earlier one was interrupted, beside others that are at work in the same folder.
import { basename, resolve } from "node:path";
import {
  fail,
  isLowmagError,
  type LowmagError,
  type ProgressListener,
  throwIfCancelled,
} from "../base/index.ts";
import type { Device } from "../engine/index.ts";
import { type NamedSlide, nameSlides, type SlideEnd, type SlideFailure, writeNames } from "../jobs/index.ts";
import type { DecoderKind } from "../local/index.ts";
import { Claims } from "./claims.ts";
import { readFailure, writeFailure } from "./failure-record.ts";
import { type FingerprintedSlide, fingerprintSlide, settingsHash } from "./fingerprints.ts";
import { finishedSlide } from "./finished-slides.ts";
import { mergeLists } from "./merge-lists.ts";
import { type BegunRecord, beginFolder } from "./results-folder.ts";
import { runMissing } from "./run-missing.ts";
import { inShard, type Shard } from "./shard.ts";
import type { ChosenThreshold } from "./threshold.ts";
import type {
  AnswerSettings,
  PlannedSlide,
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
  /** What runs the network. */
  readonly device: Device;
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
  /** Slides that this call classified or planned itself. */
  readonly done: number;
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
  try {
    return await intoFolder({ ...job, out: resolve(job.out) }, all, mine, settings);
  } catch (error) {
    throw isLowmagError(error, "cancelled") ? interrupted(error) : error;
  }
}

function interrupted({ where, expected, got, cause }: LowmagError): Error {
  const fix = "What is finished is kept: run the same command again to go on.";
  return fail("cancelled", { where, expected, got, fix, cause });
}

async function withoutFolder(
  job: PredictJob,
  mine: readonly PlannedSlide[],
  settings: string,
): Promise<PredictedSlides> {
  const ends: Ends = new Map();
  const slides: FingerprintedSlide[] = [];
  for (const slide of mine) slides.push(await fingerprintSlide(slide, job.run, settings));
  const onEnd = ({ id }: NamedSlide, end: SlideEnd<SlideSummary>) => {
    ends.set(id, end);
    if ("reason" in end) job.onFailure?.(end);
  };
  await runMissing(job, { slides, settings, kept: 0, onEnd });
  const ordered = inOrder(mine, ends);
  return { ...ordered, done: ordered.slides.length, kept: 0, waiting: 0 };
}

async function intoFolder(
  job: PredictJob & { readonly out: string },
  all: readonly PlannedSlide[],
  mine: readonly PlannedSlide[],
  settings: string,
): Promise<PredictedSlides> {
  const { out, now } = job;
  const begun = recordOf(job, settings);
  await beginFolder(out, begun, { overwrite: job.overwrite, now: now() });
  if (job.opaqueNames) await writeNames(out, all);
  const found = await lookInto(job, mine, settings);
  const { ends, known, failuresBefore } = found;
  const claims = new Claims(out, ({ id }) => finishedSlide(out, known.get(id)!), failuresBefore);
  const started = performance.now();
  let own = 0;
  const workers = await runMissing(job, {
    slides: found.missing,
    settings,
    kept: ends.size,
    gate: claims,
    onEnd: async ({ id }, end, byAnother) => {
      ends.set(id, end);
      if (!byAnother && "reason" in end)
        await writeFailure(out, job.opaqueNames ? hideNames(end) : end, now());
      if ("reason" in end) job.onFailure?.(end);
      else if (!byAnother) own++;
    },
  });
  const seconds = (performance.now() - started) / 1000;
  const pace = own === 0 ? null : { slides: own, seconds, workers };
  const merged = await mergeLists({ out, begun, asked: all, pace, now: now() });
  await claims.close();
  const { summaries, waiting } = merged;
  for (const [id, summary] of summaries) if (known.has(id)) ends.set(id, summary);
  return { ...inOrder(mine, ends), done: own, kept: found.kept, waiting };
}

function recordOf(job: PredictJob, settings: string): BegunRecord {
  const { run, presentation, threshold, record } = job;
  return {
    model: run.facts,
    settings: job.settings,
    settingsHash: settings,
    presentation,
    threshold,
    ...record,
  };
}

/** What a folder holds of the slides. */
interface FoundSlides {
  /** The finished ones. */
  readonly ends: Ends;
  readonly kept: number;
  readonly missing: readonly FingerprintedSlide[];
  /** All, by name. */
  readonly known: ReadonlyMap<string, FingerprintedSlide>;
  readonly failuresBefore: ReadonlyMap<string, string>;
}

async function lookInto(
  { out, run, signal }: PredictJob & { readonly out: string },
  slides: readonly PlannedSlide[],
  settings: string,
): Promise<FoundSlides> {
  const ends: Ends = new Map();
  const known = new Map<string, FingerprintedSlide>();
  const failuresBefore = new Map<string, string>();
  const missing: FingerprintedSlide[] = [];
  for (const slide of slides) {
    throwIfCancelled(signal, "predict");
    // Before the result: one that is set aside in between is not taken for one of an earlier call.
    const failure = await readFailure(out, slide.id);
    const fingerprinted = await fingerprintSlide(slide, run, settings);
    const summary = await finishedSlide(out, fingerprinted);
    known.set(slide.id, fingerprinted);
    if (summary !== null) ends.set(slide.id, summary);
    else missing.push(fingerprinted);
    if (failure !== null) failuresBefore.set(slide.id, failure.text);
  }
  return { ends, kept: ends.size, missing, known, failuresBefore };
}

/** A failure without the path and the file name, for results whose names say nothing. */
function hideNames(failure: SlideFailure): SlideFailure {
  const { slide, path, message } = failure;
  const hidden = message.replaceAll(path, slide).replaceAll(basename(path), slide);
  return { ...failure, path: "", message: hidden };
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
