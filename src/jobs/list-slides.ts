// Which slides a command works on: files, folders, globs and lists, each slide once.
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import { findSlides } from "../local/index.ts";
import { readSlideList, type SlideList, type SlideListOptions } from "./slide-list.ts";
import type { ListedSlide } from "./types.ts";

/**
 * Finds and reads everything that is named.
 *
 * @param names files, folders, globs; what ends in `.csv` is a list.
 * @param lists what lists may hold.
 * @throws LowmagError `not-found` where nothing is; `invalid-argument` for a slide that is named twice, and for lists.
 */
export async function listSlides(names: readonly string[], lists: SlideListOptions): Promise<SlideList> {
  const slides: ListedSlide[] = [];
  const notes: string[] = [];
  const patterns = names.filter((name) => !isList(name));
  for (const name of names.filter(isList)) {
    const list = await readSlideList(resolve(name), lists);
    slides.push(...list.slides);
    notes.push(...list.notes);
  }
  if (patterns.length > 0) slides.push(...(await findSlides(patterns)).map(unlisted));
  checkOnce(slides);
  return { slides, notes };
}

const isList = (name: string): boolean => /\.csv$/i.test(name);

function unlisted(path: string): ListedSlide {
  const nothing = { patient: null, label: null, split: null, annotation: null, mpp: null };
  return { path, ...nothing, overrides: {}, where: path };
}

function checkOnce(slides: readonly ListedSlide[]): void {
  const seen = new Set<string>();
  for (const { path, where } of slides) {
    if (seen.has(path))
      throw fail("invalid-argument", {
        where,
        expected: "each slide once",
        got: `${path} again`,
        fix: "Give a list, or files and folders, not both for the same slide.",
      });
    seen.add(path);
  }
}
