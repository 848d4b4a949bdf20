// The patches that DeepSlide's `2_process_patches.py` cuts: `train_folder/{train,val}/<Class>/<slide>_<x>_<y>.jpg` (or with a
// folder per slide), and for the test slides `patches_eval_test/<slide>/<slide>/<x>;<y>.jpg` with the classes of
// `labels_test.csv`. Copies that were made to balance the classes are left out: weights do that without them.
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { type DeepSlideImage, isFolder, type LeftOutTally, stemOf } from "./deepslide-folders.ts";
import { readDeepSlideLabels } from "./deepslide-labels.ts";
import { findImages, listFolder } from "./find-images.ts";
import type { Split } from "./types.ts";

const TRAINING = "train_folder";
const TEST = "patches_eval_test";
const OTHER_CUTS = ["patches_eval_train", "patches_eval_val"];

/** True where the folder holds DeepSlide's patches. */
export async function hasPatches(root: string): Promise<boolean> {
  return await isFolder(join(root, TRAINING));
}

/** Reads the patches of all three splits. Errors as `readDeepSlideLabels`. */
export async function readPatches(root: string, leftOut: LeftOutTally): Promise<DeepSlideImage[]> {
  const images: DeepSlideImage[] = [];
  for (const split of ["train", "val"] as const)
    if (await isFolder(join(root, TRAINING, split)))
      images.push(...(await readTrainingPatches(root, `${TRAINING}/${split}`, split, leftOut)));
  if (await isFolder(join(root, TEST))) images.push(...(await readTestPatches(root, leftOut)));
  for (const folder of OTHER_CUTS)
    if (await isFolder(join(root, folder)))
      leftOut.add(
        "another cut of the same slides",
        (await findImages(join(root, folder))).map((name) => `${folder}/${name}`),
      );
  return images;
}

async function readTrainingPatches(
  root: string,
  folder: string,
  split: Split,
  leftOut: LeftOutTally,
): Promise<DeepSlideImage[]> {
  const images: DeepSlideImage[] = [];
  const { folders: classes } = await listFolder(join(root, folder));
  for (const label of classes) {
    const place = `${folder}/${label}`;
    const found = await findImages(join(root, place));
    const originals = new Set(found);
    const isCopy = (name: string) => originals.has(name.replace(BALANCING_COPY, ""));
    leftOut.add(
      "a copy that was made to balance the classes",
      found.filter((name) => BALANCING_COPY.test(name) && isCopy(name)).map((name) => `${place}/${name}`),
    );
    for (const name of found)
      if (!(BALANCING_COPY.test(name) && isCopy(name)))
        images.push({ file: `${place}/${name}`, label, split, slide: slideOfPatch(name) });
  }
  return images;
}

/** `duplicate_until_n` writes `<slide>dup2_<x>_<y>.jpg` beside `<slide>_<x>_<y>.jpg`. */
const BALANCING_COPY = /dup\d+(?=_\d+_\d+\.[^./]+$)/;

/** The slide of `<slide>_<x>_<y>.jpg` or of `<slide>/…`. */
function slideOfPatch(name: string): string {
  const folders = name.split("/");
  return folders.length > 1 ? folders[0]! : stemOf(name).replace(/_\d+_\d+$/, "");
}

async function readTestPatches(root: string, leftOut: LeftOutTally): Promise<DeepSlideImage[]> {
  const labels = await testLabels(root);
  const images: DeepSlideImage[] = [];
  const { folders: slides } = await listFolder(join(root, TEST));
  for (const slide of slides) {
    const files = (await findImages(join(root, TEST, slide))).map((name) => `${TEST}/${slide}/${name}`);
    const label = labels.get(slide);
    if (label === undefined) leftOut.add("a test slide that labels_test.csv gives no class", files);
    else for (const file of files) images.push({ file, label, split: "test", slide });
  }
  return images;
}

/** The class of each test slide; two slides of one name would share a folder of patches. */
async function testLabels(root: string): Promise<Map<string, string>> {
  const labels = new Map<string, string>();
  for (const { name, label, split, where } of await readDeepSlideLabels(root)) {
    if (split !== "test") continue;
    const before = labels.get(stemOf(name));
    if (before !== undefined)
      throw fail("invalid-argument", {
        where,
        expected: "one class for each test slide",
        got: `\`${stemOf(name)}\` as \`${before}\` and as \`${label}\``,
        fix: "Their patches are mixed in one folder; take the tissue images with `--take split`.",
      });
    labels.set(stemOf(name), label);
  }
  return labels;
}
