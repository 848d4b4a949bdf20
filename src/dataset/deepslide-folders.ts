// DeepSlide's class folders: `wsi_train/<Class>/*.jpg`, `all_wsi/<Class>/*.jpg`. What is not an image in a class folder is
// counted with the reason why it was left out. The layout: BMIRDS/deepslide, README and code/utils.py.
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fail } from "../base/index.ts";
import { findImages, listFolder } from "./find-images.ts";
import type { LeftOut } from "./found-image.ts";
import type { Split } from "./types.ts";

/** An image of a DeepSlide folder. */
export interface DeepSlideImage {
  /** Path below the DeepSlide folder, with "/" between. */
  readonly file: string;
  readonly label: string;
  readonly split: Split | null;
  /** The tissue image that it is, or was cut from: a file name without its ending. */
  readonly slide: string;
}

const EXAMPLES = 3;
/** Endings of whole slides that no image decoder reads. */
const SLIDE_ENDINGS = [".svs", ".ndpi", ".mrxs", ".scn", ".bif", ".vms", ".vmu", ".svslide", ".dcm"];

/** Counts what is left out, by reason, in the order of the first of each. */
export class LeftOutTally {
  readonly #reasons = new Map<string, { count: number; examples: string[] }>();

  add(reason: string, files: readonly string[]): void {
    if (files.length === 0) return;
    const entry = this.#reasons.get(reason) ?? { count: 0, examples: [] };
    entry.count += files.length;
    entry.examples.push(...files.slice(0, EXAMPLES - entry.examples.length));
    this.#reasons.set(reason, entry);
  }

  list(): LeftOut[] {
    return [...this.#reasons].map(([reason, entry]) => ({ reason, ...entry }));
  }
}

/** True for a folder that is there. */
export async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** Reads one folder of class folders; as DeepSlide does, only the files that lie directly in a class folder. */
export async function readClassFolder(
  root: string,
  folder: string,
  split: Split | null,
  leftOut: LeftOutTally,
): Promise<DeepSlideImage[]> {
  const { folders, images: loose, others } = await listFolder(join(root, folder));
  leftOut.add(
    "not in a class folder",
    loose.map((name) => `${folder}/${name}`),
  );
  addOthers(folder, others, leftOut);
  const images: DeepSlideImage[] = [];
  for (const label of folders) {
    const place = `${folder}/${label}`;
    const content = await listFolder(join(root, place));
    addOthers(place, content.others, leftOut);
    for (const deeper of content.folders)
      leftOut.add(
        "in a folder inside a class folder, where DeepSlide does not look",
        (await findImages(join(root, place, deeper))).map((name) => `${place}/${deeper}/${name}`),
      );
    for (const name of content.images)
      images.push({ file: `${place}/${name}`, label, split, slide: stemOf(name) });
  }
  return images;
}

function addOthers(place: string, names: readonly string[], leftOut: LeftOutTally): void {
  const isSlide = (name: string) => SLIDE_ENDINGS.includes(extname(name).toLowerCase());
  const paths = (wanted: boolean) =>
    names.filter((name) => isSlide(name) === wanted).map((name) => `${place}/${name}`);
  leftOut.add("a whole slide: cut it with `lowmag prepare`", paths(true));
  leftOut.add("not an image", paths(false));
}

/** A file's name without its ending. */
export function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

/**
 * Throws `data-leak` for a class's file name that stands in two splits: what is left when DeepSlide's `1_split.py` ran
 * twice with other numbers, because it copies and never clears.
 */
export function checkOneSplitEach(root: string, images: readonly DeepSlideImage[]): void {
  const seen = new Map<string, DeepSlideImage>();
  for (const image of images) {
    const name = `${image.label}/${image.file.slice(image.file.lastIndexOf("/") + 1)}`;
    const before = seen.get(name);
    if (before !== undefined && before.split !== image.split)
      throw fail("data-leak", {
        where: root,
        expected: "each image in one split",
        got: `\`${name}\` in ${before.file} and ${image.file}`,
        fix: "1_split.py copies into folders that it does not clear: remove the copies of the older split.",
      });
    seen.set(name, image);
  }
}
