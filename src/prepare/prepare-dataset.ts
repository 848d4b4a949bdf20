// The whole job: claim the folder, find what is missing, run it, and write the lists. The same call goes on where an
// earlier one was interrupted, and a finished data set is only looked at.
import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ProgressListener } from "../base/index.ts";
import {
  nameSlides,
  type ProcessMemory,
  runSlides,
  type SlideFailure,
  type SlideJob,
  shareMemory,
  writeFailures,
  writeNames,
} from "../jobs/index.ts";
import { lockFolder, makeFolder, workerFile, writeFileAtomically } from "../machine/index.ts";
import { claimFolder, writeRecord } from "./claim.ts";
import { datasetRecord } from "./dataset-record.ts";
import { writeManifest } from "./manifests.ts";
import { resolutionFolder } from "./piece-journal.ts";
import {
  type FingerprintedSlide,
  fingerprintSlide,
  finishedRecord,
  type RequestedSlide,
} from "./plan-slides.ts";
import { type SlideTask, summaryOf } from "./slide-task.ts";
import type { PlannedSlide, PrepareRules, SlideSummary } from "./types.ts";

/** What is to be done. */
export interface PrepareJob {
  /** Folder of the data set. */
  readonly out: string;
  readonly slides: readonly RequestedSlide[];
  /** The rules of all slides that have none of their own. */
  readonly rules: PrepareRules;
  readonly versions: Readonly<Record<string, string>>;
  readonly decoder: "auto" | "wasm" | "native";
  readonly sourceHash: boolean;
  readonly opaqueNames: boolean;
  readonly processes: number;
  /** Bytes for all processes together. */
  readonly memory: number;
  readonly dryRun: boolean;
  readonly overwrite: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
  /** Told of each slide that is set aside, as it happens. */
  readonly onFailure?: ((failure: SlideFailure) => void) | undefined;
}

/** A slide that was done or planned. */
export interface PreparedSlide extends SlideSummary {
  readonly slide: string;
  readonly path: string;
}

/** What was made. */
export interface PreparedDataset {
  /** In the order of the list. */
  readonly slides: readonly PreparedSlide[];
  readonly failures: readonly SlideFailure[];
  /** Slides that were found finished. */
  readonly kept: number;
}

/**
 * Prepares a data set, or plans it.
 *
 * @throws LowmagError `checkpoint-mismatch` for a folder of other rules; `invalid-argument` for one that holds something
 *   else; `not-writable`, also where another process is at work in it; `cancelled` (run again to go on).
 */
export async function prepareDataset(job: PrepareJob): Promise<PreparedDataset> {
  const out = resolve(job.out);
  if (job.dryRun) return await runJob({ ...job, out }, await nameSlides(job.slides, job.opaqueNames));
  await makeFolder(out);
  const release = await lockFolder(out, { file: "prepare.lock", command: "lowmag prepare" });
  try {
    if (job.overwrite) await clear(out);
    await claimFolder(out, job.rules, job.versions);
    const slides = await nameSlides(job.slides, job.opaqueNames);
    if (job.opaqueNames) await writeNames(out, slides);
    const prepared = await runJob({ ...job, out }, slides);
    await writeLists({ ...job, out }, slides, prepared);
    return prepared;
  } finally {
    await release();
  }
}

async function runJob(job: PrepareJob, slides: readonly PlannedSlide[]): Promise<PreparedDataset> {
  const ended = new Map<string, SlideSummary | SlideFailure>();
  const missing: FingerprintedSlide[] = [];
  for (const slide of slides) {
    const known = await fingerprintSlide(slide);
    const record = job.dryRun ? null : await finishedRecord(job.out, known);
    if (record === null) missing.push(known);
    else ended.set(slide.id, summaryOf(slide, record));
  }
  const kept = ended.size;
  const { memory, signal, onProgress } = job;
  await runSlides<SlideTask, SlideSummary>(
    missing.map((slide) => slideJob(job, slide)),
    {
      script: workerFile(import.meta.url, "./slide-worker.ts"),
      activity: job.dryRun ? "looking at slides" : "preparing slides",
      share: shareMemory(memory, Math.min(job.processes, missing.length), MEMORY),
      alone: shareMemory(memory, 1, MEMORY),
      kept,
      signal,
      onProgress,
      onEnd: ({ id }, end) => {
        ended.set(id, end);
        if ("reason" in end) job.onFailure?.(end);
      },
    },
  );
  return { ...inOrder(slides, ended), kept };
}

/**
 * What a process holds: Node, libvips, decoders, decoded tiles, the thumbnail and its masks; and of the image in hand its
 * pixels and their encoded copy (measured 7), a copy per colour change.
 */
const MEMORY: ProcessMemory = { processBytes: 320e6, pixelBytes: 13, usualPixels: 16e6 };

function slideJob(
  { dryRun, out, decoder, sourceHash }: PrepareJob,
  { slide, fingerprint, bytes }: FingerprintedSlide,
): SlideJob<SlideTask> {
  const fixed = { slide, out: dryRun ? null : out, decoder, sourceHash, fingerprint };
  return { slide, bytes, task: ({ pixelLimit }) => ({ ...fixed, pixelLimit }) };
}

function inOrder(
  slides: readonly PlannedSlide[],
  ended: ReadonlyMap<string, SlideSummary | SlideFailure>,
): Pick<PreparedDataset, "slides" | "failures"> {
  const prepared: PreparedSlide[] = [];
  const failures: SlideFailure[] = [];
  for (const { id, path } of slides) {
    const outcome = ended.get(id);
    if (outcome === undefined) continue;
    if ("reason" in outcome) failures.push(outcome);
    else prepared.push({ slide: id, path, ...outcome });
  }
  return { slides: prepared, failures };
}

async function writeLists(
  { out, rules, versions }: PrepareJob,
  slides: readonly PlannedSlide[],
  { slides: prepared, failures }: PreparedDataset,
): Promise<void> {
  const done = new Set(prepared.map(({ slide }) => slide));
  const whole = slides.filter(({ id }) => done.has(id));
  let images = 0;
  for (const mpp of rules.mpp) {
    await writeManifest(out, mpp, whole);
    const text = `${JSON.stringify(datasetRecord(rules, mpp, versions), null, 2)}\n`;
    await writeFileAtomically(join(out, resolutionFolder(mpp), "dataset.json"), text);
  }
  for (const { resolutions } of prepared) for (const count of resolutions) images += count.images;
  await writeFailures(out, failures);
  const finished = { slides: prepared.length, images, setAside: failures.length };
  await writeRecord(out, rules, versions, finished);
}

/** Removes what `prepare` writes, and nothing else: without its record nothing in the folder is its own. */
async function clear(out: string): Promise<void> {
  const names = await readdir(out);
  if (!names.includes("prepare.json")) return;
  for (const name of names)
    if (/^(mpp-[\d.]+|slides|prepare\.json|failures\.csv)$/.test(name))
      await rm(join(out, name), { recursive: true, force: true });
}
