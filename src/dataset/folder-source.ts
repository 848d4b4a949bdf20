// Two layouts of folders: one folder per class, and the authors' `data_10x/train/<Class>/*.png`.

import { basename, join } from "node:path";
import { fail } from "../base/index.ts";
import type { RememberedRules } from "../cutting/index.ts";
import { findImages, listFolder } from "./find-images.ts";
import { type FoundImage, type LeftOut, noImages, plural, type Source } from "./found-image.ts";
import { SPLITS, type Split } from "./types.ts";

/** Reads a folder per class, or the authors' layout when the folders are called train, val and test. */
export async function readLabelledFolder(root: string, classes: readonly string[] | null): Promise<Source> {
  const { folders, images } = await listFolder(root);
  const notes =
    images.length > 0
      ? [`${root}: ${plural(images.length, "image")} outside the class folders left out`]
      : [];
  const isSplitLayout = folders.includes("train") && folders.every((name) => isSplit(name));
  if (folders.length === 0)
    throw noImages(
      root,
      images.length > 0 ? `${plural(images.length, "image")} but no class folders` : "none",
    );
  const leftOut = leftOutOf("outside the class folders", images);
  const about = (source: Source): Source => ({
    ...source,
    notes: [...notes, ...source.notes],
    leftOut: [...leftOut, ...(source.leftOut ?? [])],
  });
  if (!isSplitLayout) return about(await readClassFolders(root, "", null, null, classes));
  const folderMpp = objectiveMpp(basename(root));
  const parts: Source[] = [];
  for (const split of folders)
    parts.push(await readClassFolders(root, `${split}/`, split as Split, folderMpp, classes));
  return about(joinSources(parts));
}

/** Reads every image below a folder without labels. Ids begin with the folder's name, to keep them apart from others. */
export async function readUnlabelledFolder(root: string): Promise<Source> {
  const found = await findImages(root);
  if (found.length === 0) throw noImages(root);
  const images = found.map((path) => ({
    ...describe(root, path),
    id: `${basename(root)}/${path}`,
  }));
  return { images, classes: null, notes: [] };
}

async function readClassFolders(
  root: string,
  prefix: string,
  split: Split | null,
  folderMpp: number | null,
  wanted: readonly string[] | null,
): Promise<Source> {
  const { folders } = await listFolder(join(root, prefix));
  const images: FoundImage[] = [];
  const notes: string[] = [];
  const leftOut: LeftOut[] = [];
  for (const label of folders) {
    if (wanted !== null && !wanted.includes(label)) {
      const files = await findImages(join(root, prefix, label));
      const ids = files.map((file) => `${prefix}${label}/${file}`);
      leftOut.push(...leftOutOf(`of \`${label}\`, which is not one of the classes asked for`, ids));
      notes.push(`${join(root, prefix, label)}: not one of the classes asked for, left out`);
      continue;
    }
    const found = await findImages(join(root, prefix, label));
    checkNoSplitsInside(root, label, found);
    for (const path of found)
      images.push({ ...describe(root, `${prefix}${label}/${path}`), label, split, folderMpp });
  }
  return { images, classes: folders.filter((name) => wanted?.includes(name) ?? true), notes, leftOut };
}

/** `data/data_10x/train/…` read at `data/` would make one class of each magnification. */
function checkNoSplitsInside(root: string, label: string, found: readonly string[]): void {
  const inside = new Set(found.map((path) => path.split("/")[0]!));
  if (!inside.has("train") || ![...inside].every(isSplit)) return;
  throw fail("invalid-argument", {
    where: root,
    expected: "a folder per class",
    got: `\`${label}\` with the folders ${[...inside].sort().join(", ")} in it`,
    fix: `Give ${join(root, label)} instead.`,
  });
}

function describe(root: string, path: string): FoundImage {
  return {
    id: path,
    path: join(root, path),
    label: null,
    patient: null,
    split: null,
    manifestMpp: null,
    folderMpp: null,
  };
}

function isSplit(name: string): boolean {
  return SPLITS.some((split) => split === name);
}

/**
 * µm/px meant by a folder name that ends in an objective, by the group's convention 40x = 0.25 µm/px: `data_10x` is 1,
 * `data_2.5x` is 4. `null` for other names.
 */
export function objectiveMpp(name: string): number | null {
  const power = Number(/(?:^|[_\- ])(\d+(?:\.\d+)?)x$/i.exec(name)?.[1] ?? Number.NaN);
  return power > 0 ? 10 / power : null;
}

/** Puts sources together. */
export function joinSources(sources: readonly Source[]): Source {
  const named = sources.filter(({ classes }) => classes !== null);
  return {
    images: sources.flatMap(({ images }) => images),
    classes: named.length === 0 ? null : [...new Set(named.flatMap(({ classes }) => classes ?? []))],
    notes: sources.flatMap(({ notes }) => notes),
    leftOut: sources.flatMap(({ leftOut }) => leftOut ?? []),
    preparation: [...new Set(sources.flatMap(({ preparation }) => preparation ?? []))],
    rules: commonRules(sources),
  };
}

/** The rules that all sources share. */
function commonRules(sources: readonly Source[]): RememberedRules | null {
  const [first = null, ...others] = sources.map(({ rules = null }) => rules);
  const text = JSON.stringify(first);
  return others.every((rules) => JSON.stringify(rules) === text) ? first : null;
}

/** Images that were not taken for one reason; nothing where there are none. */
export function leftOutOf(reason: string, ids: readonly string[]): LeftOut[] {
  return ids.length === 0 ? [] : [{ reason, count: ids.length, examples: ids.slice(0, 3) }];
}
