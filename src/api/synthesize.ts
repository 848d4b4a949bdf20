// `synthesize`: a folder of synthetic tissue with manifests that every other operation reads.
import { resolveOptions, type SynthesizeOptions, synthesizeOptions } from "../options/index.ts";
import { type DatasetSummary, synthesizeDataset } from "../synthetic/index.ts";
import type { OperationContext } from "./context.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was made. */
export type SynthesizeResult = DatasetSummary;

/**
 * Draws a set of synthetic tissue images and writes it. Equal options give equal pixels; an unfinished set is finished.
 *
 * @throws LowmagError `invalid-argument` for options out of range or a folder that holds something else;
 *   `not-writable`; `cancelled`.
 */
export async function synthesize(
  options: SynthesizeOptions,
  context: OperationContext = {},
): Promise<SynthesizeResult> {
  const { size, maxSize, ...rest } = resolveOptions("synthesize", synthesizeOptions, options);
  const { signal, onProgress } = context;
  return synthesizeDataset(
    withoutUndefined({ ...rest, size: [size, maxSize ?? size] as const, signal, onProgress }),
  );
}
