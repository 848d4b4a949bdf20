// `dataset.json` beside a manifest: by which rules its images were cut. Training copies it into the run's record and the
// model card, because a model must be used on images that were made like those it learned from.
import { PREPARE_VERSION } from "./claim.ts";
import type { PrepareRules } from "./types.ts";

/** The rules of one resolution, as data and in words. */
export interface DatasetRecord {
  readonly madeBy: string;
  readonly mpp: number;
  /** Sentences for a person and a model card. */
  readonly description: readonly string[];
  readonly rules: PrepareRules;
  readonly versions: Readonly<Record<string, string>>;
}

/** The record of one resolution. */
export function datasetRecord(
  rules: PrepareRules,
  mpp: number,
  versions: Readonly<Record<string, string>>,
): DatasetRecord {
  return {
    madeBy: `lowmag prepare (${PREPARE_VERSION})`,
    mpp,
    description: describeRules(rules, mpp),
    rules,
    versions,
  };
}

function describeRules(rules: PrepareRules, mpp: number): string[] {
  return [
    `Read from whole slides at ${mpp} µm per pixel: exact area means over ${rules.readFrom === "finest" ? "the finest level" : "the nearest finer level"}.`,
    cutSentence(rules),
    backgroundSentence(rules),
    rules.icc ? "Embedded colour profiles were applied." : "Embedded colour profiles were not applied.",
    rules.stain === "none" ? "Stains were not normalised." : `Stains were normalised (${rules.stain}).`,
    rules.format === "jpeg"
      ? `Stored as JPEG of quality ${rules.quality}.`
      : `Stored without loss (${rules.format}).`,
    ...(rules.dropBlurred ? ["Blurred images were left out."] : []),
  ];
}

function cutSentence({
  grid,
  stride,
  minTissue,
  cutBy,
  margin,
  minArea,
  joinGap,
  ...rules
}: PrepareRules): string {
  const threshold =
    rules.tissueThreshold === null ? "Otsu's threshold" : `threshold ${rules.tissueThreshold}`;
  const found = `tissue found at ${rules.tissueMpp} µm per pixel by ${rules.tissueMethod} (${threshold})`;
  const within = cutBy === "annotations" ? " inside annotated regions" : "";
  if (grid !== null)
    return `Cut into tiles of ${grid} x ${grid} pixels, ${stride ?? grid} apart, with at least ${100 * minTissue} % tissue${within}; ${found}.`;
  if (cutBy === "annotations") return `Cut by annotated region with a margin of ${margin} µm; ${found}.`;
  return `Cut by piece of tissue (at least ${minArea} mm², gaps up to ${joinGap} µm closed) with a margin of ${margin} µm, sides in steps of ${rules.sizeStep} pixels; ${found}.`;
}

function backgroundSentence({ grid, background, cutBy, fringe }: PrepareRules): string {
  if (grid !== null || background === "keep") return "The background is as scanned.";
  return cutBy === "annotations"
    ? "White outside the region."
    : `White outside the piece and a fringe of ${fringe} µm.`;
}
