// `synthesize`: a folder of synthetic tissue with manifests that every other operation reads, or of slides for `prepare`.
import { resolveOptions, type SynthesizeOptions, synthesizeOptions } from "../options/index.ts";
import {
  type DatasetSummary,
  type SlideSetSummary,
  synthesizeDataset,
  synthesizeSlides,
} from "../synthetic/index.ts";
import type { OperationContext } from "./context.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was made: images, or slides (told by `slides`). */
export type SynthesizeResult = DatasetSummary | SlideSetSummary;

/**
 * Draws a set of synthetic tissue images, or of slides with several pieces of tissue each, and writes it. Equal options give equal pixels; an unfinished set is finished.
 *
 * @throws LowmagError `invalid-argument` for options out of range or a folder that holds something else;
 *   `not-writable`; `cancelled`.
 */
export async function synthesize(
  options: SynthesizeOptions,
  context: OperationContext = {},
): Promise<SynthesizeResult> {
  const { size, maxSize, slides, ...rest } = resolveOptions("synthesize", synthesizeOptions, options);
  const { signal, onProgress } = context;
  const request = withoutUndefined({ ...rest, size: [size, maxSize ?? size] as const, signal, onProgress });
  return slides ? synthesizeSlides(request) : synthesizeDataset(request);
}
