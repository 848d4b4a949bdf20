// Slides through processes: one slide at a time in each. A crash, a hang or a bad file costs its slide; a piece that is
// too large for a process's share of the memory is tried again by a single process that has all of it.
import { setMaxListeners } from "node:events";
import { isLowmagError, type ProgressListener } from "../base/index.ts";
import { failureReason } from "../cutting/index.ts";
import { ProcessPool, workerFile } from "../machine/index.ts";
import { type MemoryShare, shareMemory, TILE_CACHE_BYTES } from "./memory-share.ts";
import { SlidesProgress } from "./slide-progress.ts";
import type { SlideOutcome, SlideTask } from "./slide-task.ts";
import type { PlannedSlide, SlideFailure, SlideSummary } from "./types.ts";
import type { SlideProgress } from "./write-images.ts";

/** A slide to be done. */
export interface SlideJob {
  readonly slide: PlannedSlide;
  readonly fingerprint: string;
  readonly bytes: number;
}

/** How slides are run. */
export interface RunOptions {
  /** `null` to plan only. */
  readonly out: string | null;
  readonly decoder: "auto" | "wasm" | "native";
  readonly sourceHash: boolean;
  readonly processes: number;
  /** Bytes for all processes together. */
  readonly memory: number;
  /** Slides that an earlier run finished, for the count. */
  readonly kept: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Called once for each slide, in the order in which they end. */
  readonly onEnd: (slide: PlannedSlide, outcome: SlideSummary | SlideFailure) => void;
}

/**
 * Runs all slides.
 *
 * @throws LowmagError `cancelled`, `not-writable`: what stops every slide.
 */
export async function runSlides(jobs: readonly SlideJob[], options: RunOptions): Promise<void> {
  if (jobs.length === 0) return;
  const activity = options.out === null ? "looking at slides" : "preparing slides";
  const weights = new Map(jobs.map(({ slide, bytes }) => [slide.id, Math.max(1, bytes)]));
  const progress = new SlidesProgress(activity, weights, options.kept, options.onProgress);
  const share = shareMemory(options.memory, Math.min(options.processes, jobs.length));
  const alone = shareMemory(options.memory, 1);
  const large = await runAll(jobs, share, share.processes > 1, options, progress);
  await runAll(large, alone, false, options, progress);
}

/** @returns the jobs to try again alone. */
async function runAll(
  jobs: readonly SlideJob[],
  share: MemoryShare,
  retry: boolean,
  options: RunOptions,
  progress: SlidesProgress,
): Promise<SlideJob[]> {
  if (jobs.length === 0) return [];
  const pool = new ProcessPool<SlideTask, SlideOutcome>(workerFile(import.meta.url, "./slide-worker.ts"), {
    count: share.processes,
  });
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  setMaxListeners(0, signal); // each waiting slide listens
  const again: SlideJob[] = [];
  const runOne = async (job: SlideJob): Promise<void> => {
    const outcome = await answer(pool, job, share, options, signal, progress);
    if (retry && "reason" in outcome && outcome.reason === "too-large") {
      again.push(job);
      return;
    }
    progress.finish(job.slide.id);
    options.onEnd(job.slide, outcome);
  };
  try {
    await Promise.all(jobs.map((job) => runOne(job)));
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    await pool.close();
  }
  return again;
}

async function answer(
  pool: ProcessPool<SlideTask, SlideOutcome>,
  { slide, fingerprint }: SlideJob,
  { pixelLimit }: MemoryShare,
  { out, decoder, sourceHash }: RunOptions,
  signal: AbortSignal,
  progress: SlidesProgress,
): Promise<SlideSummary | SlideFailure> {
  const task: SlideTask = {
    slide,
    out,
    decoder,
    cacheBytes: TILE_CACHE_BYTES,
    pixelLimit,
    sourceHash,
    fingerprint,
  };
  const failed = (reason: SlideFailure["reason"], message: string): SlideFailure => ({
    slide: slide.id,
    path: slide.path,
    reason,
    message,
  });
  const onReport = ({ done, total }: SlideProgress) =>
    progress.update(slide.id, done / total, `${slide.id}: image ${done} of ${total}`);
  try {
    const outcome = await pool.run<SlideProgress>(task, { where: slide.path, signal, onReport });
    return outcome.kind === "done" ? outcome.summary : failed(outcome.reason, outcome.message);
  } catch (error) {
    // A crash, a lack of memory, even a defect of our own costs this slide; what no slide can escape stops all.
    const stopsAll = isLowmagError(error, "cancelled") || isLowmagError(error, "not-writable");
    if (stopsAll || !isLowmagError(error)) throw error;
    return failed(failureReason(error), error.message);
  }
}
