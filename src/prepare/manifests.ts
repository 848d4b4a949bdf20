// The lists that a data set is read by: for each resolution `manifest.csv` beside its images, with `dataset.json` that
// says by which rules they were cut.
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import { writeFileInParts } from "../machine/index.ts";
import { resolutionFolder } from "./piece-journal.ts";
import { readSlideRecord, slideFolder } from "./slide-record.ts";
import type { ImageRecord, PlannedSlide, SlideRecord } from "./types.ts";

const COLUMNS = [
  "image",
  "label",
  "patient",
  "split",
  "mpp",
  "slide",
  "x",
  "y",
  "width",
  "height",
  "tissue",
  "blur",
  "blurred",
  "pen",
  "slideHash",
  "contentHash",
] as const;

/** Where the manifest of a resolution stands. */
export function manifestPath(out: string, mpp: number): string {
  return join(out, resolutionFolder(mpp), "manifest.csv");
}

/**
 * Writes the manifest of one resolution, slide by slide: label, patient and split as `lowmag split` and `train` read
 * them; box in pixels of level 0; shares from 0 to 1; blur in µm.
 */
export async function writeManifest(
  out: string,
  mpp: number,
  slides: readonly PlannedSlide[],
): Promise<void> {
  await writeFileInParts(manifestPath(out, mpp), async (file) => {
    await file.append(Buffer.from(stringify([[...COLUMNS]])));
    for (const slide of slides) {
      const record = await readSlideRecord(slideFolder(out, slide.id));
      const rows = (record?.images ?? [])
        .filter((image) => image.mpp === mpp)
        .map((image) => manifestRow(slide, record!, image));
      await file.append(Buffer.from(stringify(rows)));
    }
  });
}

function manifestRow(slide: PlannedSlide, record: SlideRecord, image: ImageRecord): (string | number)[] {
  const { left, top, width, height } = image.box;
  return [
    image.file,
    image.label ?? slide.label ?? "",
    slide.patient ?? "",
    slide.split ?? "",
    image.mpp,
    slide.id,
    ...[left, top, width, height].map((value) => Number(value.toFixed(3))),
    share(image.tissue),
    image.blur === null ? "" : Number(image.blur.toPrecision(4)),
    image.blurred ? "yes" : "no",
    share(image.pen),
    record.source.sha256 ?? "",
    image.sha256,
  ];
}

const share = (value: number): number => Number(value.toFixed(4));
