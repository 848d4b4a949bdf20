// From the list of a caller to slides with sizes and fingerprints; and which of them an earlier run has finished.
import { sizeOf, sourceFiles, stateOf } from "../jobs/index.ts";
import { hashBytes, hashFile } from "../machine/index.ts";
import { PREPARE_VERSION } from "./claim.ts";
import { imagesAreThere, readSlideRecord, slideFolder } from "./slide-record.ts";
import type { PlannedSlide, SlideRecord } from "./types.ts";

/** A slide as the caller gives it, with its own rules. */
export type RequestedSlide = Omit<PlannedSlide, "id">;

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
