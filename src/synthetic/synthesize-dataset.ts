// A whole synthetic data set on disk: images, file lists with the truth about each image, and the record of how they were
// made. Running it again finishes what is missing and leaves the rest alone.
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fail, type ProgressListener, ProgressMeter, throwIfCancelled } from "../base/index.ts";
import { type WrittenLists, writeLists } from "./dataset-lists.ts";
import { claimFolder } from "./dataset-record.ts";
import { Journal } from "./journal.ts";
import { planImages, resolveParameters, type SynthesisParameters, type SynthesisRequest } from "./plan.ts";
import { renderAll } from "./render-pool.ts";

/** A request with where to put it and how to run. */
export type DatasetRequest = SynthesisRequest & {
  /** Folder to write to: new, empty, or an unfinished data set of the same parameters. */
  readonly out: string;
  /** Threads that draw; 1 draws in the calling thread. Default: one per core, at most 8. The pixels do not depend on it. */
  readonly workers?: number | undefined;
  readonly onProgress?: ProgressListener | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What was written, where, and how much of it is new. */
export interface DatasetSummary extends WrittenLists {
  readonly parameters: SynthesisParameters;
  /** Images drawn now, and found whole from an earlier run. */
  readonly drawn: number;
  readonly kept: number;
}

/**
 * Draws a data set: `<out>/<Class>/<patient>_<n>.png` with `<out>/manifest.csv` (image, label, patient, mpp and the
 * truth about each image), `<out>/unlabelled/` with `<out>/unlabelled.csv`, and `<out>/synthesis.json`.
 *
 * @throws LowmagError `invalid-argument` for parameters out of range and for a folder that holds something else;
 *   `not-writable`; `cancelled` when the signal fires (run again to go on).
 */
export async function synthesizeDataset(request: DatasetRequest): Promise<DatasetSummary> {
  const parameters = resolveParameters(request);
  const out = resolve(request.out);
  const workers = request.workers ?? Math.min(8, availableParallelism());
  if (!Number.isInteger(workers) || workers < 1)
    throw fail("invalid-argument", {
      where: "synthesize: workers",
      expected: "a whole number of at least 1",
      got: `${workers}`,
    });
  throwIfCancelled(request.signal, "synthesize");
  await claimFolder(out, parameters);
  const journal = new Journal(out);
  const plan = planImages(parameters);
  const finished = await journal.finished();
  const missing = plan.filter((image) => !finished.has(image.file));
  const kept = plan.length - missing.length;
  const meter = new ProgressMeter("drawing synthetic tissue", plan.length, request.onProgress, kept);
  await renderAll({
    out,
    parameters,
    images: missing,
    workers,
    signal: request.signal,
    onRendered: async (rendered) => {
      await journal.add(rendered);
      finished.set(rendered.file, rendered);
      meter.advance();
    },
  });
  return {
    ...(await writeLists(out, plan, parameters, finished)),
    parameters,
    drawn: missing.length,
    kept,
  };
}
