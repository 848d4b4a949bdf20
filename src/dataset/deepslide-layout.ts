// DeepSlide's folders (BMIRDS/deepslide) as images with a class and a split. Of what a DeepSlide folder holds, one part is
// taken: the tissue images divided by `1_split.py`, all of them undivided, or the patches cut from them; where two parts
// contradict each other it refuses to choose. No image is opened here.
import { join } from "node:path";
import { fail } from "../base/index.ts";
import {
  checkOneSplitEach,
  type DeepSlideImage,
  isFolder,
  LeftOutTally,
  readClassFolder,
} from "./deepslide-folders.ts";
import { checkLabelsAgree, readDeepSlideLabels, splitByLabels } from "./deepslide-labels.ts";
import { hasPatches, readPatches } from "./deepslide-patches.ts";
import type { LeftOut } from "./found-image.ts";
import { plural } from "./found-image.ts";
import { SPLITS, type Split } from "./types.ts";

/** Which images are taken: those of the split folders, of `all_wsi`, or the patches. */
export type DeepSlidePart = "split" | "all" | "patches";

/** What {@link readDeepSlide} takes. */
export interface DeepSlideChoice {
  /** Which images; by default those of the split folders, else of `all_wsi`, else the patches. */
  readonly part?: DeepSlidePart;
  /** `false` leaves DeepSlide's splits out, which it makes by image, not by patient; by default they are kept. */
  readonly keepSplits?: boolean;
}

/** What {@link readDeepSlide} found. */
export interface DeepSlideReading {
  readonly part: DeepSlidePart;
  readonly images: readonly DeepSlideImage[];
  readonly leftOut: readonly LeftOut[];
  /** Things that a person should know, in whole sentences. */
  readonly notes: readonly string[];
}

const ALL = "all_wsi";

/**
 * Finds the images of a DeepSlide folder: `wsi_train|wsi_val|wsi_test/<Class>/*` (also plain `train|val|test`), `all_wsi/<Class>/*`
 * with `labels_{train,val,test}.csv` where there are any, `train_folder` and `patches_eval_test`.
 *
 * @throws LowmagError `not-found` where there is none of it, or a labelled file is missing; `data-leak` for an image in two
 * splits; `invalid-argument` where folders or labels files contradict each other, or fewer than two classes have images.
 */
export async function readDeepSlide(root: string, choice: DeepSlideChoice = {}): Promise<DeepSlideReading> {
  const { part, keepSplits = true } = choice;
  const leftOut = new LeftOutTally();
  const folders = await splitFolders(root);
  const there = {
    split: folders.length > 0,
    all: await isFolder(join(root, ALL)),
    patches: await hasPatches(root),
  };
  const taken = part ?? (["split", "all", "patches"] as const).find((name) => there[name]);
  if (taken === undefined || !there[taken]) throw nothingThere(root, taken);
  const images =
    taken === "patches"
      ? await readPatches(root, leftOut)
      : taken === "split"
        ? await readSplitFolders(root, folders, part === undefined && there.all, leftOut)
        : await readUndivided(root, keepSplits, leftOut);
  checkClasses(root, images, leftOut);
  return {
    part: taken,
    images: keepSplits ? images : images.map((image) => ({ ...image, split: null })),
    leftOut: leftOut.list(),
    notes: notesOn(taken, there.patches),
  };
}

interface SplitFolder {
  readonly folder: string;
  readonly split: Split;
}

/** The split folders that are there; `wsi_train` beside `train` is refused. */
async function splitFolders(root: string): Promise<SplitFolder[]> {
  const found: SplitFolder[] = [];
  for (const split of SPLITS)
    for (const folder of [`wsi_${split}`, split])
      if (await isFolder(join(root, folder))) found.push({ folder, split });
  const prefixed = found.filter(({ folder, split }) => folder !== split);
  if (prefixed.length > 0 && prefixed.length < found.length)
    throw fail("invalid-argument", {
      where: root,
      expected: "one set of split folders",
      got: found.map(({ folder }) => folder).join(", "),
      fix: "Move the ones that are not meant to another folder.",
    });
  return found;
}

async function readSplitFolders(
  root: string,
  folders: readonly SplitFolder[],
  compareWithAll: boolean,
  leftOut: LeftOutTally,
): Promise<DeepSlideImage[]> {
  const images: DeepSlideImage[] = [];
  for (const { folder, split } of folders)
    images.push(...(await readClassFolder(root, folder, split, leftOut)));
  checkOneSplitEach(root, images);
  checkLabelsAgree(images, await readDeepSlideLabels(root));
  if (compareWithAll) await checkCoversAll(root, images, leftOut);
  return images;
}

/** `1_split.py` copies all of `all_wsi`: an image that is only there came later, or the split is an older one. */
async function checkCoversAll(
  root: string,
  images: readonly DeepSlideImage[],
  leftOut: LeftOutTally,
): Promise<void> {
  const all = await readClassFolder(root, ALL, null, new LeftOutTally());
  const key = ({ label, slide }: DeepSlideImage) => `${label}/${slide}`;
  const divided = new Set(images.map(key));
  const extra = all.filter((image) => !divided.has(key(image)));
  if (extra.length > 0)
    throw fail("invalid-argument", {
      where: root,
      expected: "the images of all_wsi to be those of the split folders",
      got: `${plural(extra.length, "image")} only in all_wsi, e.g. ${extra[0]!.file}`,
      fix: "Say which are meant: `--take split` leaves them out, `--take all` takes all_wsi.",
    });
  leftOut.add(
    "the undivided copy of an image of the split folders",
    all.map(({ file }) => file),
  );
}

async function readUndivided(
  root: string,
  keepSplits: boolean,
  leftOut: LeftOutTally,
): Promise<DeepSlideImage[]> {
  const images = await readClassFolder(root, ALL, null, leftOut);
  const labels = keepSplits ? await readDeepSlideLabels(root) : [];
  if (labels.length === 0) return images;
  const { named, unnamed } = splitByLabels(images, labels);
  leftOut.add(
    "in no labels file, so in no split",
    unnamed.map(({ file }) => file),
  );
  return named;
}

function checkClasses(root: string, images: readonly DeepSlideImage[], leftOut: LeftOutTally): void {
  const classes = new Set(images.map(({ label }) => label));
  if (classes.size >= 2) return;
  const reasons = leftOut.list().map(({ count, reason }) => `${count} left out: ${reason}`);
  throw fail(images.length === 0 ? "not-found" : "invalid-argument", {
    where: root,
    expected: "images of at least two classes",
    got: [
      images.length === 0 ? "none" : `${plural(images.length, "image")} of \`${[...classes][0]}\` alone`,
      ...reasons,
    ].join("; "),
    fix: "DeepSlide keeps tissue images (.jpg, .png, .tif) directly in a folder per class.",
  });
}

function nothingThere(root: string, part: DeepSlidePart | undefined): Error {
  const names = {
    split: "wsi_train, wsi_val, wsi_test",
    all: ALL,
    patches: "train_folder",
  };
  return fail("not-found", {
    where: root,
    expected:
      part === undefined ? `a DeepSlide folder (${Object.values(names).join(", ")})` : `${names[part]} in it`,
    got: "none of these folders",
    fix: "Give the folder in which DeepSlide's scripts were run.",
  });
}

function notesOn(part: DeepSlidePart, patches: boolean): string[] {
  if (part === "patches")
    return [
      "Patches were cut with overlap and filtered by colour; lowmag is made for whole tissue images (`--take split`).",
    ];
  return patches ? ["The patches in train_folder were left: they are cuts of these images."] : [];
}
