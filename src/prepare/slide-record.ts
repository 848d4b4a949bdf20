// A slide's own record, `slides/<name>/slide.json`: written last, so that a slide with a record is whole.
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../machine/index.ts";
import { imagePath } from "./piece-journal.ts";
import type { ResolutionCount, SlideRecord } from "./types.ts";

/** The folder of a slide's record, pictures and journal. */
export function slideFolder(out: string, slide: string): string {
  return join(out, "slides", slide);
}

/** Writes the record and removes the journal, which it takes the place of. */
export async function writeSlideRecord(folder: string, record: SlideRecord): Promise<void> {
  await writeFileAtomically(join(folder, "slide.json"), `${JSON.stringify(record, null, 1)}\n`);
  await rm(journalPath(folder), { force: true });
}

/** Where a slide in work keeps what is finished. */
export function journalPath(folder: string): string {
  return join(folder, "journal.jsonl");
}

/** The record of a slide; `null` where there is none or it is damaged: the slide is then done again. */
export async function readSlideRecord(folder: string): Promise<SlideRecord | null> {
  try {
    return JSON.parse(await readFile(join(folder, "slide.json"), "utf8")) as SlideRecord;
  } catch {
    return null;
  }
}

/** True when every image of a record is there with its size. */
export async function imagesAreThere(out: string, { images }: SlideRecord): Promise<boolean> {
  for (const image of images) {
    const found = await stat(join(out, imagePath(image))).catch(() => null);
    if (found?.size !== image.bytes) return false;
  }
  return true;
}

/** Images and pixels at each resolution. */
export function countImages(
  mpps: readonly number[],
  images: readonly { readonly mpp: number; readonly width: number; readonly height: number }[],
): ResolutionCount[] {
  return mpps.map((mpp) => {
    const of = images.filter((image) => image.mpp === mpp);
    const pixels = of.reduce((sum, { width, height }) => sum + width * height, 0);
    return { mpp, images: of.length, pixels };
  });
}
