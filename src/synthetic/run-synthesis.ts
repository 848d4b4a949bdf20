// What making images and making slides have in common: parameters checked, the folder claimed, what is missing drawn by
// threads and written down as it is finished, the lists at the end.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { claimFolder } from "./dataset-record.ts";
import { Journal, type JournalEntry } from "./journal.ts";
import { resolveParameters, type SynthesisParameters, type SynthesisRequest } from "./plan.ts";
import type { Planned, RenderedOf, SynthesisKind } from "./render-planned.ts";
import { renderAll } from "./render-pool.ts";

/** A request with where to put it and how to run. */
export type SynthesisRun = SynthesisRequest & {
  /** Folder to write to: new, empty, or an unfinished data set of the same parameters. */
  readonly out: string;
  /** Threads that draw; 1 draws in the calling thread. Default: one per core, at most 8. The pixels do not depend on it. */
  readonly workers?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What is special to images or slides. */
export interface SynthesisSteps<Kind extends SynthesisKind, Lists> {
  readonly activity: string;
  plan(parameters: SynthesisParameters): Planned<Kind>[];
  /** Writes the lists when everything is drawn. */
  finish(
    out: string,
    plan: readonly Planned<Kind>[],
    parameters: SynthesisParameters,
    finished: ReadonlyMap<string, RenderedOf<Kind>>,
  ): Promise<Lists>;
}

/** How much was drawn, beside what the lists say. */
export interface SynthesisCounts {
  readonly parameters: SynthesisParameters;
  readonly drawn: number;
  readonly kept: number;
}

/** Runs a synthesis, or the rest of it. */
export async function runSynthesis<Kind extends SynthesisKind, Lists extends object>(
  kind: Kind,
  request: SynthesisRun,
  steps: SynthesisSteps<Kind, Lists>,
): Promise<Lists & SynthesisCounts> {
  const parameters = resolveParameters(request);
  const out = resolve(request.out);
  const workers = checkedWorkers(request.workers);
  throwIfCancelled(request.signal, "synthesize");
  await claimFolder(out, parameters, kind);
  const journal = new Journal<RenderedOf<Kind> & JournalEntry>(out);
  const plan = steps.plan(parameters);
  const finished: Map<string, RenderedOf<Kind>> = await journal.finished();
  const missing = plan.filter(({ file }) => !finished.has(file));
  const kept = plan.length - missing.length;
  const meter = new ProgressMeter(steps.activity, plan.length, request.onProgress, kept);
  await renderAll({
    kind,
    out,
    parameters,
    planned: missing,
    workers,
    signal: request.signal,
    onRendered: async (rendered) => {
      await journal.add(rendered);
      finished.set(rendered.file, rendered);
      meter.advance();
    },
  });
  const lists = await steps.finish(out, plan, parameters, finished);
  return { ...lists, parameters, drawn: missing.length, kept };
}

function checkedWorkers(workers = Math.min(8, availableParallelism())): number {
  if (Number.isInteger(workers) && workers >= 1) return workers;
  const expected = "a whole number of at least 1";
  throw fail("invalid-argument", { where: "synthesize: workers", expected, got: `${workers}` });
}
