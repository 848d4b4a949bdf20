// The lists that `convert` writes. They are written under other names and read back with every image they name; only then
// do they get their own names, so that lists which cannot be used never lie about.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";
import { fail } from "../base/index.ts";
import {
  checkLeaks,
  findImages,
  type PatientLookup,
  readDataset,
  type TissueImage,
  writeManifest,
  writeSplits,
} from "../dataset/index.ts";
import { notWritable, writeFileAtomically } from "../machine/index.ts";
import type { OperationContext } from "./context.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** An image that goes into a list; `id` is its path below the folder it was found in. */
export type ConvertedImage = Pick<TissueImage, "id" | "path" | "label" | "patient" | "split">;

/** The files written, absolute; `null` where one was not needed. */
export interface ListPaths {
  readonly manifest: string | null;
  readonly splits: string | null;
  readonly unlabelled: string | null;
}

/** What the lists are made from. */
export interface Lists {
  readonly folder: string;
  readonly out: string;
  readonly mpp: number;
  readonly classes: readonly string[];
  readonly images: readonly ConvertedImage[];
  readonly unlabelled: readonly ConvertedImage[];
}

/** The images of folders without labels. @throws LowmagError `invalid-argument` for a folder that holds labelled ones. */
export async function findUnlabelled(
  root: string,
  folders: readonly string[],
  labelled: readonly ConvertedImage[],
  lookup: PatientLookup | null,
): Promise<ConvertedImage[]> {
  const taken = new Set(labelled.map(({ path }) => path));
  const images = new Map<string, ConvertedImage>();
  for (const folder of folders.map((name) => resolve(name)))
    for (const file of await findImages(folder)) {
      const path = join(folder, file);
      const inside = relative(root, path);
      const id = inside.startsWith("..") ? `${basename(folder)}/${file}` : inside.replaceAll(sep, "/");
      if (taken.has(path))
        throw fail("invalid-argument", {
          where: `\`--unlabelled\` ${folder}`,
          expected: "images that are not taken with their labels",
          got: id,
          fix: "Give the folder of the further images alone.",
        });
      images.set(path, { id, path, label: null, split: null, patient: lookup?.({ id }) ?? null });
    }
  checkIdsOnce([...images.values()]);
  return [...images.values()];
}

/** Two folders of one name would be one folder in a copy. */
function checkIdsOnce(images: readonly ConvertedImage[]): void {
  const seen = new Map<string, string>();
  for (const { id, path } of images) {
    const before = seen.get(id);
    if (before !== undefined)
      throw fail("invalid-argument", {
        where: "`--unlabelled`",
        expected: "folders whose names differ",
        got: `${before} and ${path}`,
        fix: "Give the folder above both.",
      });
    seen.set(id, path);
  }
}

/** Writes the lists (and copies the images, where asked). Errors as `convert`. */
export async function writeLists(
  lists: Lists,
  choice: { readonly copy: boolean; readonly overwrite: boolean },
  context: OperationContext,
): Promise<ListPaths> {
  const { out } = lists;
  const written = {
    manifest: join(out, "manifest.csv"),
    splits: lists.images.some(({ split }) => split !== null) ? join(out, "splits.csv") : null,
    unlabelled: lists.unlabelled.length > 0 ? join(out, "unlabelled.csv") : null,
  };
  if (!choice.overwrite)
    for (const name of ["manifest.csv", "splits.csv", "unlabelled.csv"])
      refuseExisting(join(out, name), "no list of that name");
  const placed = choice.copy ? await copyImages(lists, choice.overwrite) : lists;
  await writeChecked(placed, written, context);
  return written;
}

function refuseExisting(path: string, expected: string): void {
  if (!existsSync(path)) return;
  throw fail("invalid-argument", {
    where: path,
    expected,
    got: "one that is there",
    fix: "Choose another folder with `--out`, or replace it with `--overwrite`.",
  });
}

/** Copies every image below `out`, each file whole. */
async function copyImages(lists: Lists, overwrite: boolean): Promise<Lists> {
  const { out, folder } = lists;
  if (out === folder || (!overwrite && (await readdir(out).catch(() => [])).length > 0))
    throw fail("invalid-argument", {
      where: `\`--copy\` to ${out}`,
      expected: out === folder ? "a folder of its own, with `--out`" : "a new or empty folder",
      got: out === folder ? "the DeepSlide folder" : "one that holds files",
      fix: "Name a new folder with `--out`.",
    });
  const copy = async (image: ConvertedImage, place: string): Promise<ConvertedImage> => {
    const path = join(out, place, image.id);
    await writeFileAtomically(path, await readFile(image.path), false);
    return { ...image, path };
  };
  const images: ConvertedImage[] = [];
  const unlabelled: ConvertedImage[] = [];
  for (const image of lists.images) images.push(await copy(image, ""));
  for (const image of lists.unlabelled) unlabelled.push(await copy(image, "unlabelled"));
  return { ...lists, images, unlabelled };
}

async function writeChecked(lists: Lists, written: ListPaths, context: OperationContext): Promise<void> {
  const { out, mpp } = lists;
  const mark = randomBytes(4).toString("hex");
  const draft = (name: string) => join(out, `.${name}-${mark}.csv`);
  const [manifest, unlabelled, splits] = [draft("manifest"), draft("unlabelled"), draft("splits")];
  const atScale = (images: readonly ConvertedImage[]) => images.map((image) => ({ ...image, mpp }));
  try {
    await writeManifest(manifest, atScale(lists.images));
    if (written.unlabelled !== null) await writeManifest(unlabelled, atScale(lists.unlabelled));
    const { signal, onProgress, defaultCache: cacheFolder } = context;
    const dataset = await readDataset({
      data: manifest,
      unlabelled: written.unlabelled === null ? [] : [unlabelled],
      ...withoutUndefined({ signal, onProgress, cacheFolder }),
    });
    if (written.splits !== null) {
      checkLeaks(dataset);
      await writeSplits(splits, dataset);
    }
    await putInPlace(splits, written.splits);
    await putInPlace(unlabelled, written.unlabelled);
    await putInPlace(manifest, written.manifest);
  } finally {
    for (const path of [manifest, unlabelled, splits]) await rm(path, { force: true });
  }
}

async function putInPlace(draft: string, path: string | null): Promise<void> {
  if (path === null) return;
  await rename(draft, path).catch((error: unknown) => {
    throw notWritable(path, error);
  });
}
