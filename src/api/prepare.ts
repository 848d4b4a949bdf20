// `prepare`: slides to a data set that split, train and distill read.
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { SlideFailure } from "../jobs/index.ts";
import { type PrepareOptions, prepareOptions, resolveOptions } from "../options/index.ts";
import { manifestPath, type PreparedDataset, type PreparedSlide, prepareDataset } from "../prepare/index.ts";
import type { OperationContext } from "./context.ts";
import { type CompletePrepareOptions, rulesOf } from "./prepare-rules.ts";
import { requestedSlides } from "./prepare-slides.ts";
import { cutVersions } from "./versions.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** Images of one resolution. */
export interface PreparedResolution {
  readonly mpp: number;
  readonly images: number;
  readonly pixels: number;
  /** The manifest that was written, absolute; `null` for a dry run. */
  readonly manifest: string | null;
}

/** What was made, or would be. */
export interface PrepareResult {
  /** The data set's folder, absolute. */
  readonly out: string;
  readonly dryRun: boolean;
  readonly resolutions: readonly PreparedResolution[];
  /** In mm². */
  readonly tissueArea: number;
  readonly slides: readonly PreparedSlide[];
  /** Slides that an earlier call had finished. */
  readonly kept: number;
  readonly failures: readonly SlideFailure[];
  /** `failures.csv`, or `null` where nothing was set aside or written. */
  readonly failuresFile: string | null;
  /** Slides without a label or patient of their own. */
  readonly unlabelled: number;
  readonly withoutPatient: number;
}

/**
 * Cuts slides into tissue images. Equal slides and options give equal files; an interrupted call goes on.
 *
 * @throws LowmagError `not-found` where no slide is; `invalid-argument`, `checkpoint-mismatch`, `not-writable`, `cancelled`.
 *   Slides that cannot be used are not thrown but listed in `failures`.
 */
export async function prepare(
  options: PrepareOptions,
  context: OperationContext = {},
): Promise<PrepareResult> {
  const complete = resolveOptions("prepare", prepareOptions, options);
  const { slides, notes } = await requestedSlides(complete);
  for (const note of notes) context.onNote?.(`note: ${note}`);
  const rules = rulesOf(complete);
  const out = resolve(complete.out);
  const prepared = await prepareDataset({
    out,
    slides,
    rules,
    versions: cutVersions(),
    processes: complete.workers ?? availableParallelism(),
    memory: 1e9 * complete.maxMemory,
    ...chosen(complete),
    ...withoutUndefined({ signal: context.signal, onProgress: context.onProgress }),
    onFailure: ({ reason, message }) => context.onNote?.(`set aside (${reason}): ${message}`),
  });
  return {
    out,
    dryRun: complete.dryRun,
    resolutions: rules.mpp.map((mpp) => resolutionOf(prepared, mpp, complete.dryRun ? null : out)),
    tissueArea: prepared.slides.reduce((sum, { tissueArea }) => sum + tissueArea, 0),
    ...prepared,
    failuresFile: prepared.failures.length === 0 || complete.dryRun ? null : join(out, "failures.csv"),
    unlabelled: slides.filter(({ label, annotation }) => label === null && annotation === null).length,
    withoutPatient: slides.filter(({ patient }) => patient === null).length,
  };
}

function chosen({ decoder, sourceHash, opaqueNames, dryRun, overwrite }: CompletePrepareOptions) {
  return { decoder, sourceHash, opaqueNames, dryRun, overwrite };
}

function resolutionOf(prepared: PreparedDataset, mpp: number, out: string | null): PreparedResolution {
  let images = 0;
  let pixels = 0;
  for (const { resolutions } of prepared.slides)
    for (const count of resolutions)
      if (count.mpp === mpp) {
        images += count.images;
        pixels += count.pixels;
      }
  return { mpp, images, pixels, manifest: out === null ? null : manifestPath(out, mpp) };
}
