// Slides through processes: one slide at a time in each. A crash, a hang or a bad file costs its slide; an image that is
// too large for a process's share of the memory is tried again by a single process that has all of it.
import { setMaxListeners } from "node:events";
import { isLowmagError, type ProgressListener, throwIfCancelled } from "../base/index.ts";
import { failureReason } from "../cutting/index.ts";
import { ProcessPool } from "../machine/index.ts";
import type { MemoryShare } from "./memory-share.ts";
import { SlidesProgress } from "./slide-progress.ts";
import { SlideQueue } from "./slide-queue.ts";
import type { NamedSlide, SlideFailure, SlideOutcome, SlideProgress } from "./types.ts";

/** A slide to be done. */
export interface SlideJob<Task> {
  readonly slide: NamedSlide;
  /** Of its files: how much of the whole job it is. */
  readonly bytes: number;
  /** What its process is told, given what the process may do. */
  readonly task: (share: MemoryShare) => Task;
}

/** What became of a slide. */
export type SlideEnd<Summary> = Summary | SlideFailure;

/** Decides who does a slide where several programs share the work. */
export interface SlideGate<Summary> {
  /**
   * Asks for a slide: it is given with what gives it back; or it has been done by another in the meantime; or `null`
   * while another one is at it.
   */
  take(
    slide: NamedSlide,
  ): Promise<{ readonly release: () => Promise<void> } | { readonly end: SlideEnd<Summary> } | null>;
}

/** How slides are run. */
export interface RunOptions<Summary> {
  /** The script of the processes; see `workerFile`. */
  readonly script: URL;
  /** For progress: "preparing slides". */
  readonly activity: string;
  readonly share: MemoryShare;
  /** What one process may do that has the memory for itself. */
  readonly alone: MemoryShare;
  /** Slides that an earlier run finished, for the count. */
  readonly kept: number;
  /** Default: all slides are given. */
  readonly gate?: SlideGate<Summary> | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /**
   * Called once for each slide, in the order in which they end, and awaited before the slide is given back.
   *
   * @param byAnother true where another program did it.
   */
  readonly onEnd: (slide: NamedSlide, end: SlideEnd<Summary>, byAnother: boolean) => Promise<void> | void;
}

/**
 * Runs all slides.
 *
 * @throws LowmagError what stops every slide: `cancelled`, `not-writable`, `checkpoint-mismatch`.
 */
export async function runSlides<Task, Summary extends object>(
  jobs: readonly SlideJob<Task>[],
  options: RunOptions<Summary>,
): Promise<void> {
  if (jobs.length === 0) return;
  const weights = new Map(jobs.map(({ slide, bytes }) => [slide.id, Math.max(1, bytes)]));
  const progress = new SlidesProgress(options.activity, weights, options.kept, options.onProgress);
  const { share, alone } = options;
  const large = await new Pass(options, share, share.processes > 1, progress).run(jobs);
  await new Pass(options, alone, false, progress).run(large);
}

/** One go over a list of slides with one share of the memory. */
class Pass<Task, Summary extends object> {
  readonly #tooLarge: SlideJob<Task>[] = [];

  constructor(
    readonly options: RunOptions<Summary>,
    readonly share: MemoryShare,
    /** Slides that are too large are handed back instead of being set aside. */
    readonly retry: boolean,
    readonly progress: SlidesProgress,
  ) {}

  /** @returns the jobs to try again alone. */
  async run(jobs: readonly SlideJob<Task>[]): Promise<readonly SlideJob<Task>[]> {
    if (jobs.length === 0) return [];
    const count = Math.min(this.share.processes, jobs.length);
    const pool = new ProcessPool<Task, SlideOutcome<Summary>>(this.options.script, { count });
    const stop = new AbortController();
    const { signal: outer } = this.options;
    const signal = outer === undefined ? stop.signal : AbortSignal.any([outer, stop.signal]);
    setMaxListeners(0, signal); // each process listens
    const queue = new SlideQueue(jobs, signal);
    const lane = async (): Promise<void> => {
      for (let job = await queue.next(); job !== null; job = await queue.next())
        if (!(await this.#take(pool, job, signal))) queue.later(job);
    };
    try {
      await Promise.all(Array.from({ length: count }, lane));
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await pool.close();
    }
    return this.#tooLarge;
  }

  /** @returns `false` when another one is at the slide. */
  async #take(
    pool: ProcessPool<Task, SlideOutcome<Summary>>,
    job: SlideJob<Task>,
    signal: AbortSignal,
  ): Promise<boolean> {
    throwIfCancelled(signal, this.options.activity);
    const taken = (await this.options.gate?.take(job.slide)) ?? (this.options.gate ? null : FREE);
    if (taken === null) return false;
    if ("end" in taken) {
      await this.#end(job, taken.end, true);
      return true;
    }
    try {
      const end = await this.#answer(pool, job, signal);
      if (this.retry && "reason" in end && end.reason === "too-large") this.#tooLarge.push(job);
      else await this.#end(job, end, false);
    } finally {
      await taken.release();
    }
    return true;
  }

  async #end({ slide }: SlideJob<Task>, end: SlideEnd<Summary>, byAnother: boolean): Promise<void> {
    await this.options.onEnd(slide, end, byAnother);
    this.progress.finish(slide.id);
  }

  async #answer(
    pool: ProcessPool<Task, SlideOutcome<Summary>>,
    { slide, task }: SlideJob<Task>,
    signal: AbortSignal,
  ): Promise<SlideEnd<Summary>> {
    const failed = (reason: SlideFailure["reason"], message: string): SlideFailure => ({
      slide: slide.id,
      path: slide.path,
      reason,
      message,
    });
    const onReport = ({ done, total }: SlideProgress) =>
      this.progress.update(slide.id, done / total, `${slide.id}: image ${done} of ${total}`);
    try {
      const outcome = await pool.run<SlideProgress>(task(this.share), {
        where: slide.path,
        signal,
        onReport,
      });
      return outcome.kind === "done" ? outcome.summary : failed(outcome.reason, outcome.message);
    } catch (error) {
      // A crash, a lack of memory, even a defect of our own costs this slide; what no slide can escape stops all.
      if (!isLowmagError(error) || STOPS_ALL.includes(error.code)) throw error;
      return failed(failureReason(error), error.message);
    }
  }
}

const STOPS_ALL: readonly string[] = ["cancelled", "not-writable", "checkpoint-mismatch"];
const FREE = { release: async () => undefined };
