// Opens a data set: finds the images, their labels, patients and splits, reads every header once, and refuses whatever
// would make a training run meaningless. No pixels are decoded here.

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import type { RememberedRules } from "../cutting/index.ts";
import { decideClasses } from "./classes.ts";
import { type FileFactsOptions, readFileFacts } from "./file-facts.ts";
import { joinSources, leftOutOf, readLabelledFolder, readUnlabelledFolder } from "./folder-source.ts";
import { type FoundImage, type LeftOut, noImages, plural, type Source } from "./found-image.ts";
import { readManifest, readUnlabelledManifest } from "./manifest.ts";
import { decideScales } from "./scale.ts";
import type { Dataset, TissueImage } from "./types.ts";

/** What {@link readDataset} and {@link readImages} take. */
export interface ReadImagesOptions extends FileFactsOptions {
  /** µm per pixel of the stored files (`--data-mpp`), for all that a manifest is silent about. */
  readonly mpp?: number;
  /** Keep only images whose id matches, e.g. `/_400x_/`. A text is taken as a regular expression. */
  readonly include?: RegExp | string;
}

/** What {@link readDataset} takes. */
export interface ReadDatasetOptions extends ReadImagesOptions {
  /** Labelled data: folders (one per class, or the authors' train/val/test layout) and manifests (.csv). */
  readonly data: string | readonly string[];
  /** Folders (read at any depth) and manifests whose images are added without labels. */
  readonly unlabelled?: readonly string[];
  /** Classes in the order wanted. Default: all that the data name, in lexical order. */
  readonly classes?: readonly string[];
}

/** A data set, with things that a person should know about how it was read. */
export interface DatasetReading extends Dataset {
  readonly notes: readonly string[];
  /** By which rules the images were cut from slides, in sentences; empty where nothing says so. */
  readonly preparation: readonly string[];
  /** The rules by which the labelled images were cut; absent where nothing says so or sources differ. */
  readonly rules?: RememberedRules;
  /** Images that are there and were not taken, by reason; absent for none. */
  readonly leftOut?: readonly LeftOut[];
}

/**
 * Reads a data set of at least two classes.
 *
 * @throws LowmagError `not-found` (nothing there, no images, missing files), `invalid-argument` (one class, empty class,
 * unknown label or split, double ids, mixed scales), `missing-metadata` (no µm/px), `unsupported-format`,
 * `corrupt-data`; each names the file or option and says what to do.
 * @example
 * const dataset = await readDataset({ data: "tiles/", mpp: 1, unlabelled: ["more/"] });
 */
export async function readDataset(options: ReadDatasetOptions): Promise<DatasetReading> {
  const wanted = options.classes ?? null;
  const roots = typeof options.data === "string" ? [options.data] : options.data;
  const labelled = joinSources(await readAll(roots, (root) => readLabelled(root, wanted)));
  const unlabelled = joinSources(await readAll(options.unlabelled ?? [], readUnlabelled));
  const kept = keep(labelled, options.include);
  if (kept.length === 0) throw noImages(roots.join(", "), filteredOut(labelled.images.length));
  const classes = decideClasses(roots.join(", "), labelled.classes, kept, wanted);
  const images = await readImageFiles([...kept, ...keep(unlabelled, options.include)], options);
  const { notes, preparation, leftOut } = joinSources([labelled, unlabelled]);
  const notMatched = [labelled, unlabelled].flatMap((source) => dropped(source, options.include));
  return {
    ...{ classes, images, notes },
    preparation: preparation ?? [],
    ...(labelled.rules ? { rules: labelled.rules } : {}),
    leftOut: [...(leftOut ?? []), ...leftOutOf("that `include` does not match", notMatched)],
  };
}

/**
 * Reads images without labels: files, folders (at any depth) and manifests. Errors as {@link readDataset}.
 *
 * @example
 * const images = await readImages(["slides/a.png", "more/"], { mpp: 1 });
 */
export async function readImages(
  sources: readonly string[],
  options: ReadImagesOptions = {},
): Promise<TissueImage[]> {
  const source = joinSources(await readAll(sources, readUnlabelledOrFile));
  const kept = keep(source, options.include);
  if (kept.length === 0)
    throw noImages(sources.join(", ") || "readImages", filteredOut(source.images.length));
  return await readImageFiles(kept, options);
}

async function readImageFiles(
  found: readonly FoundImage[],
  options: ReadImagesOptions,
): Promise<TissueImage[]> {
  checkIdsOnce(found);
  const facts = await readFileFacts(
    found.map(({ path }) => path),
    options,
  );
  const scales = decideScales(
    found,
    facts.map(({ mpp }) => mpp),
    options.mpp,
  );
  return found.map(({ id, path, label, patient, split, cut }, i) => {
    const { width, height, contentHash } = facts[i]!;
    const image = { id, path, label, patient, split, ...scales[i]!, width, height, contentHash };
    return cut === undefined ? image : { ...image, cut };
  });
}

async function readAll(roots: readonly string[], read: (root: string) => Promise<Source>): Promise<Source[]> {
  const sources: Source[] = [];
  for (const root of roots) sources.push(await read(resolve(root)));
  return sources;
}

async function readLabelled(root: string, wanted: readonly string[] | null): Promise<Source> {
  return isManifest(root) ? await readManifest(root) : await readLabelledFolder(root, wanted);
}

async function readUnlabelled(root: string): Promise<Source> {
  return isManifest(root) ? await readUnlabelledManifest(root) : await readUnlabelledFolder(root);
}

async function readUnlabelledOrFile(root: string): Promise<Source> {
  const isFile = await stat(root).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isManifest(root) || !isFile) return await readUnlabelled(root);
  const image = { label: null, patient: null, split: null, manifestMpp: null, folderMpp: null };
  return { images: [{ ...image, id: root, path: root }], classes: null, notes: [] };
}

function isManifest(root: string): boolean {
  return /\.csv$/i.test(root);
}

function keep(source: Source, include: RegExp | string | undefined): readonly FoundImage[] {
  if (include === undefined) return source.images;
  const pattern =
    typeof include === "string"
      ? toPattern(include)
      : new RegExp(include.source, include.flags.replace("g", ""));
  return source.images.filter(({ id }) => pattern.test(id));
}

/** Ids of the images that {@link keep} does not keep. */
function dropped(source: Source, include: RegExp | string | undefined): string[] {
  if (include === undefined) return [];
  const kept = new Set(keep(source, include));
  return source.images.filter((image) => !kept.has(image)).map(({ id }) => id);
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw fail("invalid-argument", {
      where: "--include",
      expected: "a regular expression",
      got: `\`${text}\``,
      cause: error,
    });
  }
}

function filteredOut(count: number): string {
  return count === 0 ? "none" : `${plural(count, "image")}, none of which --include matches`;
}

function checkIdsOnce(found: readonly FoundImage[]): void {
  const seen = new Map<string, string>();
  for (const { id, path } of found) {
    const before = seen.get(id);
    if (before !== undefined)
      throw fail("invalid-argument", {
        where: path,
        expected: "an id of its own",
        got: `\`${id}\`, which ${before} has too`,
        fix: "Rename one of the two folders, or read them as one.",
      });
    seen.set(id, path);
  }
}
