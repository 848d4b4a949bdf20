// From the list of a caller to slides with names, sizes and fingerprints; and which of them an earlier run has finished.
import { fail } from "../base/index.ts";
import { hashBytes, hashFile } from "../machine/index.ts";
import { PREPARE_VERSION } from "./claim.ts";
import { opaqueName, readableNames } from "./slide-names.ts";
import { imagesAreThere, readSlideRecord, slideFolder } from "./slide-record.ts";
import { sizeOf, sourceFiles, stateOf } from "./source-files.ts";
import type { PlannedSlide, SlideRecord } from "./types.ts";

/** A slide as the caller gives it, with its own rules. */
export type RequestedSlide = Omit<PlannedSlide, "id">;

/** Gives every slide its name. */
export async function nameSlides(
  slides: readonly RequestedSlide[],
  opaque: boolean,
): Promise<PlannedSlide[]> {
  const readable = readableNames(slides.map(({ path }) => path));
  if (!opaque) return slides.map((slide, i) => ({ ...slide, id: readable[i]! }));
  const named: PlannedSlide[] = [];
  const seen = new Map<string, string>();
  for (const slide of slides) {
    const files = await sourceFiles(slide.path);
    // A slide that is not there will be set aside; its name says nothing either.
    const id = files.length === 0 ? `s${hashBytes(slide.path).slice(0, 12)}` : await opaqueName(files);
    const before = seen.get(id);
    if (before !== undefined) throw sameBytes(slide.path, before);
    seen.set(id, slide.path);
    named.push({ ...slide, id });
  }
  return named;
}

function sameBytes(path: string, before: string): Error {
  return fail("invalid-argument", {
    where: path,
    expected: "slides that differ",
    got: `the same bytes as ${before}`,
    fix: "Leave one of them out.",
  });
}

/** A slide with all by which its record is known to be its own. */
export interface FingerprintedSlide {
  readonly slide: PlannedSlide;
  /** Hash over rules, µm/px, annotation and version. */
  readonly fingerprint: string;
  readonly bytes: number;
  /** See `stateOf`. */
  readonly state: string;
}

/** Looks at a slide's files. */
export async function fingerprintSlide(slide: PlannedSlide): Promise<FingerprintedSlide> {
  const files = await sourceFiles(slide.path);
  const annotation = slide.annotation === null ? null : await hashFile(slide.annotation);
  const state = stateOf(files);
  const content = JSON.stringify([PREPARE_VERSION, slide.rules, slide.mpp, annotation, state]);
  return { slide, fingerprint: hashBytes(content), bytes: sizeOf(files), state };
}

/** The record of a slide that an earlier run finished by the same rules, with all its images; else `null`. */
export async function finishedRecord(
  out: string,
  { slide, fingerprint }: FingerprintedSlide,
): Promise<SlideRecord | null> {
  const record = await readSlideRecord(slideFolder(out, slide.id));
  if (record?.fingerprint !== fingerprint) return null;
  return (await imagesAreThere(out, record)) ? record : null;
}
