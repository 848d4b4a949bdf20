// `leaks`: finds what must not stand in two splits, and writes it down for a person to look at.
import { resolve } from "node:path";
import {
  applySplits,
  type Dataset,
  findLeaks,
  type LeakReport,
  readPatients,
  readSplits,
  withPatients,
} from "../dataset/index.ts";
import { makeFolder } from "../machine/index.ts";
import { type LeaksOptions, leaksOptions, resolveOptions } from "../options/index.ts";
import { withCache } from "./cache.ts";
import type { OperationContext } from "./context.ts";
import { writeLeakFiles } from "./leak-files.ts";
import { openData } from "./open-data.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What was found. */
export interface LeaksResult extends LeakReport {
  readonly images: number;
  /** False where no labelled image has a split yet: then nothing is a leak. */
  readonly hasSplits: boolean;
  /** Pairs by state. */
  readonly counts: { readonly leaks: number; readonly allowed: number; readonly within: number };
  /** Files written, absolute; empty without `out`. */
  readonly files: readonly string[];
}

/**
 * Searches a data set for leaks. It does not throw for those: see `counts.leaks`.
 *
 * @throws LowmagError `invalid-argument` for an allowed pair that nothing found; `not-writable`; `cancelled`; what reading
 *   the data throws.
 */
export async function leaks(options: LeaksOptions, context: OperationContext = {}): Promise<LeaksResult> {
  const complete = resolveOptions("leaks", leaksOptions, options);
  const { nearDuplicates, allow, out } = complete;
  if (out !== undefined) await makeFolder(resolve(out)); // before the work: a folder that cannot be written should not cost it
  return await withCache(complete.cache, context, async (cacheFolder) => {
    const { signal, onProgress } = context;
    const dataset = await readData(complete, { ...context, defaultCache: cacheFolder });
    const report = await findLeaks(dataset, {
      cacheFolder,
      nearDuplicates,
      allow: pairsOf(allow),
      ...withoutUndefined({ signal, onProgress }),
    });
    const files = out === undefined ? [] : await writeLeakFiles(resolve(out), dataset, report, context);
    const count = (state: string) => report.pairs.filter((pair) => pair.state === state).length;
    return {
      ...report,
      images: dataset.images.length,
      hasSplits: dataset.images.some(({ label, split }) => label !== null && split !== null),
      counts: { leaks: count("leak"), allowed: count("allowed"), within: count("within") },
      files,
    };
  });
}

type CompleteOptions = ReturnType<typeof leaksOptions.parse>;

async function readData(options: CompleteOptions, context: OperationContext): Promise<Dataset> {
  const { data, include, classes, unlabelled, patients, patientPattern, splits } = options;
  // Pictures are compared at a size of their own, so a data set of unknown resolution can be searched as well.
  const dataMpp = options.dataMpp ?? 1;
  const read = await openData({ data, dataMpp, include, classes, unlabelled, patientPattern }, context);
  const known = patients === undefined ? read : withPatients(read, await readPatients(patients));
  return splits === undefined ? known : applySplits(known, await readSplits(splits));
}

/** Ids in the order given, two by two. */
function pairsOf(ids: readonly string[]): [string, string][] {
  return Array.from({ length: ids.length / 2 }, (_, i) => [ids[2 * i]!, ids[2 * i + 1]!]);
}
