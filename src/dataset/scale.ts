// Decides the µm per pixel of every image and where it came from: the manifest, the caller's option, the folder's name or
// the file itself, in this order. A set that mixes scales without saying so is refused: the commonest silent mistake.
import { fail } from "../base/index.ts";
import type { PixelSize } from "../pixels/index.ts";
import { type FoundImage, plural } from "./found-image.ts";
import type { TissueImage } from "./types.ts";

/** µm/px of an image and its source. */
export type Scale = Pick<TissueImage, "mpp" | "mppSource">;

/** Files may differ by this much, relatively, and still count as one scale: two scanners of one kind. */
const SAME_SCALE = 0.02;

/**
 * The scale of each image.
 *
 * @param stated pixel size stated by each file.
 * @param option µm/px given by the caller for all images that the manifest is silent about.
 * @throws LowmagError `missing-metadata` when an image has none; `invalid-argument` for an option that is no pixel size,
 * for pixels that are not square, for files of different scales, and for names of different magnifications under one option.
 */
export function decideScales(
  found: readonly FoundImage[],
  stated: readonly (PixelSize | null)[],
  option: number | undefined,
): Scale[] {
  if (option !== undefined && !(Number.isFinite(option) && option > 0))
    throw fail("invalid-argument", {
      where: "--data-mpp",
      expected: "a number of µm per pixel above 0",
      got: `${option}`,
    });
  const scales = found.map((image, i) => decideScale(image, stated[i] ?? null, option));
  checkNoneMissing(found, scales);
  const decided = scales.filter((scale) => scale !== null);
  checkOneFileScale(found, decided);
  checkNamesAgree(found, decided);
  return decided;
}

function decideScale(image: FoundImage, stated: PixelSize | null, option: number | undefined): Scale | null {
  if (image.manifestMpp !== null) return { mpp: image.manifestMpp, mppSource: "manifest" };
  if (option !== undefined) return { mpp: option, mppSource: "option" };
  if (image.folderMpp !== null) return { mpp: image.folderMpp, mppSource: "file" };
  if (stated === null) return null;
  if (Math.abs(stated.x - stated.y) > SAME_SCALE * stated.y)
    throw fail("invalid-argument", {
      where: image.path,
      expected: "square pixels",
      got: `${stated.x} x ${stated.y} µm in the file's resolution tags`,
      fix: "Pass --data-mpp or a manifest with the column mpp if the tags are wrong; else resample the image to square pixels.",
    });
  return { mpp: (stated.x + stated.y) / 2, mppSource: "file" };
}

function checkNoneMissing(found: readonly FoundImage[], scales: readonly (Scale | null)[]): void {
  const missing = found.filter((_, i) => scales[i] === null);
  if (missing.length === 0) return;
  throw fail("missing-metadata", {
    where: missing[0]!.path,
    expected: "µm per pixel from the manifest, the command line or the file",
    got: `none (${plural(missing.length, "image")} of ${found.length} without)`,
    fix: "Pass --data-mpp (10x is 1, 20x is 0.5, 40x is 0.25 µm/px), or a manifest with the column mpp.",
  });
}

function checkOneFileScale(found: readonly FoundImage[], scales: readonly Scale[]): void {
  const fromFiles = scales.flatMap((scale, i) => (scale.mppSource === "file" ? [i] : []));
  if (fromFiles.length === 0) return;
  const byScale = fromFiles.sort((a, b) => scales[a]!.mpp - scales[b]!.mpp);
  const finest = byScale[0]!;
  const coarsest = byScale[byScale.length - 1]!;
  if (scales[coarsest]!.mpp <= scales[finest]!.mpp * (1 + SAME_SCALE)) return;
  throw fail("invalid-argument", {
    where: found[coarsest]!.path,
    expected: `the scale of the other files, ${show(scales[finest]!.mpp)} µm/px as in ${found[finest]!.id}`,
    got: `${show(scales[coarsest]!.mpp)} µm/px`,
    fix: "If the set is meant to mix scales, say so in a manifest with the column mpp; if the files' tags are wrong, pass --data-mpp.",
  });
}

/** `_100x_`, `-40x.`: an objective's power as a part of a file name (not 512x512). */
const POWER_IN_NAME = /(?:^|[_\- /])(\d+(?:\.\d+)?)x(?=[_\-. ])/i;

/** One µm/px for files whose own names give different magnifications cannot be right. */
function checkNamesAgree(found: readonly FoundImage[], scales: readonly Scale[]): void {
  const names = found.filter((_, i) => scales[i]!.mppSource === "option").map(({ id }) => id);
  const powers = names.map((id) => POWER_IN_NAME.exec(id)?.[1]);
  const other = powers.findIndex((power) => power !== powers[0]);
  if (other < 0 || powers.includes(undefined)) return;
  throw fail("invalid-argument", {
    where: "--data-mpp",
    expected: "images of one scale",
    got: `${names[0]} and ${names[other]}, whose names give ${powers[0]}x and ${powers[other]}x`,
    fix: `Choose one with --include, e.g. "_${powers[0]}x_", or give each its µm/px in a manifest.`,
  });
}

function show(mpp: number): string {
  return `${Number(mpp.toPrecision(4))}`;
}
