// A whole synthetic data set on disk: images, file lists with the truth about each image, and the record of how they were
// made. Running it again finishes what is missing and leaves the rest alone.
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import {
  fail,
  isLowmagError,
  makeFolder,
  type ProgressListener,
  ProgressMeter,
  throwIfCancelled,
  writeFileAtomically,
} from "../base/index.ts";
import { CUE_DISTRIBUTIONS, SYNTHETIC_CLASSES, type SyntheticClass } from "./classes.ts";
import { Journal } from "./journal.ts";
import {
  type PlannedImage,
  planImages,
  resolveParameters,
  SYNTHESIS_VERSION,
  type SynthesisParameters,
  type SynthesisRequest,
} from "./plan.ts";
import type { RenderedImage } from "./render-image.ts";
import { renderAll } from "./render-pool.ts";
import type { TissueTruth } from "./synthesize-tissue.ts";

/** A request with where to put it and how to run. */
export type DatasetRequest = SynthesisRequest & {
  /** Folder to write to: new, empty, or an unfinished data set of the same parameters. */
  readonly out: string;
  /** Threads that draw; 1 draws in the calling thread. Default: one per core, at most 8. The pixels do not depend on it. */
  readonly workers?: number;
  readonly onProgress?: ProgressListener;
  readonly signal?: AbortSignal;
};

/** What was written. */
export interface DatasetSummary {
  readonly out: string;
  readonly manifest: string;
  /** `null` when there are no unlabelled images. */
  readonly unlabelledManifest: string | null;
  readonly parameters: SynthesisParameters;
  readonly images: number;
  readonly unlabelledImages: number;
  /** Labelled images of each class. */
  readonly classCounts: Readonly<Record<SyntheticClass, number>>;
  /** Images drawn now, and found whole from an earlier run. */
  readonly drawn: number;
  readonly kept: number;
}

const RECORD = "synthesis.json";

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

/** Makes sure that the folder is new, empty, or holds a data set of these very parameters. */
async function claimFolder(out: string, parameters: SynthesisParameters): Promise<void> {
  await makeFolder(out);
  const path = join(out, RECORD);
  const record = {
    version: SYNTHESIS_VERSION,
    parameters,
    classes: SYNTHETIC_CLASSES,
    cues: CUE_DISTRIBUTIONS,
    note: "Synthetic tissue for demonstrations, tests and controlled experiments. Not for training diagnostic models.",
  };
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const existing = await readRecord(path);
  if (existing !== undefined) return refuseOther(path, existing, record);
  const entries = (await readdir(out)).filter((name) => !name.endsWith(".tmp"));
  if (entries.length > 0)
    throw fail("invalid-argument", {
      where: out,
      expected: `an empty folder or one that ${RECORD} says is a synthetic data set`,
      got: `a folder with "${entries[0]}" in it`,
      fix: "Choose another --out.",
    });
  await writeFileAtomically(path, text);
}

type DataRecord = { readonly version?: unknown; readonly parameters?: unknown };

async function readRecord(path: string): Promise<DataRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as DataRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (isLowmagError(error)) throw error;
    throw fail("corrupt-data", {
      where: path,
      expected: "the record of a synthetic data set",
      got: error instanceof Error ? error.message : String(error),
      fix: "Delete the folder or choose another --out.",
      cause: error,
    });
  }
}

function refuseOther(path: string, existing: DataRecord, wanted: DataRecord): void {
  const flatten = (record: DataRecord) => ({
    version: record.version,
    ...(record.parameters as Record<string, unknown>),
  });
  const before = flatten(existing) as Record<string, unknown>;
  const now = flatten(wanted) as Record<string, unknown>;
  const changed = Object.keys(now).find((key) => JSON.stringify(now[key]) !== JSON.stringify(before[key]));
  if (changed === undefined) return;
  throw fail("invalid-argument", {
    where: path,
    expected: `a data set with ${changed} ${JSON.stringify(now[changed])}`,
    got: `one with ${changed} ${JSON.stringify(before[changed])}`,
    fix: "Choose another --out, or the parameters that it was begun with.",
  });
}

const TRUTH_COLUMNS: readonly (keyof TissueTruth)[] = [
  "villusHeight",
  "cryptDepth",
  "villusCryptRatio",
  "lymphocytesPer100Enterocytes",
  "gobletCellsPer100Enterocytes",
  "enterocytes",
  "lymphocytes",
  "gobletCells",
  "laminaCells",
  "architectureScale",
];

async function writeLists(
  out: string,
  plan: readonly PlannedImage[],
  { mpp }: SynthesisParameters,
  finished: ReadonlyMap<string, RenderedImage>,
): Promise<Omit<DatasetSummary, "parameters" | "drawn" | "kept">> {
  const labelled = plan.filter((image) => image.label !== null);
  const unlabelled = plan.filter((image) => image.label === null);
  const manifest = join(out, "manifest.csv");
  const rows = labelled.map((image) => {
    const { truth } = finished.get(image.file)!;
    const numbers = TRUTH_COLUMNS.map((name) => Number(truth[name].toFixed(3)));
    return [image.file, image.label, image.patient, mpp, ...numbers];
  });
  await writeFileAtomically(manifest, csv([["image", "label", "patient", "mpp", ...TRUTH_COLUMNS], ...rows]));
  const unlabelledManifest = unlabelled.length === 0 ? null : join(out, "unlabelled.csv");
  if (unlabelledManifest !== null) {
    const lines = unlabelled.map((image) => [image.file, "", image.patient, "", mpp]);
    await writeFileAtomically(
      unlabelledManifest,
      csv([["image", "label", "patient", "split", "mpp"], ...lines]),
    );
  }
  const count = (name: SyntheticClass) => labelled.filter((image) => image.label === name).length;
  return {
    out,
    manifest,
    unlabelledManifest,
    images: labelled.length,
    unlabelledImages: unlabelled.length,
    classCounts: { Abnormal: count("Abnormal"), Normal: count("Normal"), Sprue: count("Sprue") },
  };
}

/** Rows as CSV; no value here needs quoting. */
function csv(rows: readonly (readonly unknown[])[]): string {
  return rows.map((row) => `${row.join(",")}\n`).join("");
}
