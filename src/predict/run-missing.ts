// The slides that are missing, through processes: how many there are, what each may do, and what each is told.
import { type NamedSlide, runSlides, type SlideEnd, type SlideGate, shareMemory } from "../jobs/index.ts";
import { workerFile } from "../machine/index.ts";
import type { FingerprintedSlide } from "./fingerprints.ts";
import { forProcesses, predictMemory } from "./memory.ts";
import type { PredictJob } from "./predict-slides.ts";
import type { PredictTask, SlideSummary } from "./types.ts";

/** What is run, and who is told. */
export interface MissingSlides {
  readonly slides: readonly FingerprintedSlide[];
  /** See `settingsHash`. */
  readonly settings: string;
  /** Slides that were found finished. */
  readonly kept: number;
  readonly gate?: SlideGate<SlideSummary>;
  readonly onEnd: (
    slide: NamedSlide,
    end: SlideEnd<SlideSummary>,
    byAnother: boolean,
  ) => Promise<void> | void;
}

/** @returns how many processes are at work at a time. */
export async function runMissing(
  job: PredictJob,
  { slides, settings, kept, gate, onEnd }: MissingSlides,
): Promise<number> {
  const memory = forProcesses(job.memory);
  const needs = predictMemory(job.run.facts);
  const share = shareMemory(memory, Math.max(1, Math.min(job.processes, slides.length)), needs);
  const fixed = {
    run: job.run,
    out: job.dryRun ? null : job.out,
    planOnly: job.dryRun,
    ...job.settings,
    presentation: job.presentation,
    decoder: job.decoder,
    batch: job.batch,
    device: job.device,
    sourceHash: job.sourceHash,
    settings,
  };
  await runSlides<PredictTask, SlideSummary>(
    slides.map(({ slide, fingerprint, bytes }) => ({
      slide,
      bytes,
      task: ({ processes, pixelLimit }) => {
        const threads = Math.max(1, Math.floor(job.cores / processes));
        return { ...fixed, slide, fingerprint, threads, pixelLimit };
      },
    })),
    {
      script: workerFile(import.meta.url, "./slide-worker.ts"),
      activity: job.dryRun ? "looking at slides" : "classifying slides",
      share,
      alone: shareMemory(memory, 1, needs),
      kept,
      gate,
      signal: job.signal,
      onProgress: job.onProgress,
      onEnd,
    },
  );
  return share.processes;
}
