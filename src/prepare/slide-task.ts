// One slide from file to images: open, find tissue, plan, cut, record. Runs in a process of its own; everything it needs
// and gives crosses as plain data.
import { readFile } from "node:fs/promises";
import { type AnnotationSet, readAnnotations } from "../annotation/index.ts";
import { fail } from "../base/index.ts";
import { slideFacts } from "../classify/index.ts";
import {
  type Cut,
  checkFineEnough,
  mapTissue,
  nothingToCut,
  planCuts,
  slideColours,
  withReason,
} from "../cutting/index.ts";
import {
  hashSource,
  type OpenedSource,
  type SlideOutcome,
  type SlideProgress,
  sizeOf,
  slideOutcome,
  stateOf,
  withSource,
} from "../jobs/index.ts";
import { profileChange } from "../local/index.ts";
import type { JobContext } from "../machine/index.ts";
import type { Slide } from "../slide/index.ts";
import { checkLevels, levelNotes } from "./level-check.ts";
import { writeSlideFiles } from "./slide-files.ts";
import { countImages, slideFolder, writeSlideRecord } from "./slide-record.ts";
import { checkFits } from "./stored-image.ts";
import type { PlannedSlide, PrepareBasis, SlideRecord, SlideSummary, SourceFacts } from "./types.ts";
import { writeImages } from "./write-images.ts";

/** What a worker is told to do. */
export interface SlideTask {
  readonly slide: PlannedSlide;
  /** Folder of the data set; `null` to plan only. */
  readonly out: string | null;
  readonly decoder: "auto" | "wasm" | "native";
  /** Images of more pixels are refused. */
  readonly pixelLimit: number;
  readonly sourceHash: boolean;
  readonly fingerprint: string;
}

/** A slide that was opened and planned. */
interface OpenedSlide extends Pick<OpenedSource, "files" | "decoder"> {
  readonly basis: PrepareBasis;
  readonly cuts: readonly Cut[];
  readonly notes: readonly string[];
}

/**
 * Prepares one slide.
 *
 * @returns also for a slide that cannot be used: only `cancelled`, `not-writable` and defects are thrown.
 */
export async function prepareSlide(
  task: SlideTask,
  context: JobContext<SlideProgress>,
): Promise<SlideOutcome<SlideSummary>> {
  const { path, where, rules, mpp } = task.slide;
  const source = { path, where, mpp, backend: rules.backend, decoder: task.decoder };
  return await slideOutcome(() => withSource(source, (opened) => planAndCut(task, opened, context)));
}

async function planAndCut(
  task: SlideTask,
  { slide, files, decoder }: OpenedSource,
  context: JobContext<SlideProgress>,
): Promise<SlideSummary> {
  const { rules } = task.slide;
  checkFineEnough(slide, rules.mpp);
  const annotations = await annotationsOf(task.slide, slide);
  const basis: PrepareBasis = { slide, rules, map: await mapTissue(slide, rules, context), annotations };
  const { cuts, notes: remarks } = planCuts(basis);
  const notes = [...slide.notes, ...(annotations?.notes ?? []), ...remarks];
  return await cutOrPlan(task, { basis, cuts, files, decoder, notes }, context);
}

async function cutOrPlan(
  task: SlideTask,
  opened: OpenedSlide,
  context: JobContext<SlideProgress>,
): Promise<SlideSummary> {
  const { basis, cuts } = opened;
  const { out, slide: planned } = task;
  // Pictures first: a slide without tissue or with a piece too large is one to look at.
  if (out !== null) await writeSlideFiles(slideFolder(out, planned.id), basis, cuts);
  if (cuts.length === 0)
    throw nothingToCut({
      where: planned.where,
      rules: planned.rules,
      map: basis.map,
      look: "Look at its thumbnail.jpg and mask.png",
    });
  for (const cut of cuts) checkFits(planned.where, cut, planned.rules.format, task.pixelLimit);
  if (out !== null) return await cutSlide(task, out, opened, context);
  const resolutions = countImages(planned.rules.mpp, cuts);
  return { resolutions, blurred: 0, dropped: 0, tissueArea: tissueArea(basis), notes: opened.notes };
}

async function cutSlide(
  task: SlideTask,
  out: string,
  { basis, cuts, files, decoder, notes }: OpenedSlide,
  context: JobContext<SlideProgress>,
): Promise<SlideSummary> {
  const { slide: planned, fingerprint } = task;
  const folder = slideFolder(out, planned.id);
  // Read beside the work; awaited before the record is written.
  const hashing = task.sourceHash ? hashSource(files, context.signal) : Promise.resolve(null);
  hashing.catch(() => undefined);
  const colours = slideColours(basis, planned.rules.icc ? await profileChange(basis.slide) : null);
  const exact = planned.rules.readFrom === "finest";
  const levels = exact ? [] : await checkLevels(basis.slide, cuts, context);
  const written = await writeImages({ planned, fingerprint, out, folder, basis, colours, cuts, context });
  const source: SourceFacts = {
    sha256: await hashing,
    bytes: sizeOf(files),
    state: stateOf(files),
    ...slideFacts(basis.slide, decoder),
  };
  const { threshold } = basis.map.mask;
  const record: SlideRecord = {
    slide: planned.id,
    fingerprint,
    source,
    levels,
    threshold,
    stain: colours.stain,
    tissueArea: tissueArea(basis),
    ...written,
    notes: [...notes, ...levelNotes(levels)],
  };
  await writeSlideRecord(folder, record);
  return summaryOf(planned, record);
}

/** What the caller needs to know of a record. */
export function summaryOf({ rules }: Pick<PlannedSlide, "rules">, record: SlideRecord): SlideSummary {
  return {
    resolutions: countImages(rules.mpp, record.images),
    blurred: record.images.filter(({ blurred }) => blurred).length,
    dropped: record.dropped.length,
    tissueArea: record.tissueArea,
    notes: record.notes,
  };
}

function tissueArea({ map }: PrepareBasis): number {
  return map.pieces.reduce((sum, { area }) => sum + area, 0) / 1e6;
}

async function annotationsOf(planned: PlannedSlide, slide: Slide): Promise<AnnotationSet | null> {
  const { annotation, rules, where } = planned;
  if (annotation === null) {
    if (rules.cutBy === "tissue") return null;
    throw withReason(
      fail("missing-metadata", {
        where,
        expected: "an annotation to cut by",
        got: "none for this slide",
        fix: "Give it in the column annotation of a list, or in the folder of `--annotations`.",
      }),
      "annotation",
    );
  }
  const fromBounds = rules.annotationOrigin === "bounds" && slide.bounds !== null;
  const origin = fromBounds ? { x: slide.bounds!.left, y: slide.bounds!.top } : undefined;
  try {
    const bytes = await readFile(annotation);
    return readAnnotations(bytes, annotation, { origin, negativeLabels: rules.negativeLabels });
  } catch (error) {
    throw error instanceof Error ? withReason(error, "annotation") : error;
  }
}
