// Which slides `prepare` works on: files, folders, globs and lists, with their annotations and patients.
import { readdir } from "node:fs/promises";
import { join, parse, resolve } from "node:path";
import { fail } from "../base/index.ts";
import { listSlides } from "../jobs/index.ts";
import { SLIDE_OVERRIDES } from "../options/index.ts";
import type { RequestedSlide } from "../prepare/index.ts";
import { type CompletePrepareOptions, rulesOfSlide } from "./prepare-rules.ts";

/** The slides of a call, and remarks for a person. */
export interface RequestedSlides {
  readonly slides: readonly RequestedSlide[];
  readonly notes: readonly string[];
}

/**
 * Finds and reads everything that the options name.
 *
 * @throws LowmagError `not-found` where nothing is; `invalid-argument` for a slide that is named twice, and for lists.
 */
export async function requestedSlides(options: CompletePrepareOptions): Promise<RequestedSlides> {
  const { slides: listed, notes } = await listSlides(options.slides, { overridable: SLIDE_OVERRIDES });
  const annotations = await annotationFiles(options.annotations);
  const pattern = options.patientPattern === undefined ? null : new RegExp(options.patientPattern);
  const slides = listed.map((slide): RequestedSlide => {
    const { overrides: _, ...rest } = slide;
    return {
      ...rest,
      mpp: slide.mpp ?? options.slideMpp ?? null,
      patient: slide.patient ?? pattern?.exec(slide.path.replaceAll("\\", "/"))?.[1] ?? null,
      annotation: slide.annotation ?? annotations.get(stemOf(slide.path)) ?? null,
      rules: rulesOfSlide(options, slide),
    };
  });
  return { slides, notes };
}

const ANNOTATION_ENDINGS: readonly string[] = [".geojson", ".json", ".xml", ".annotations"];

/** Annotation files of a folder by the stem of their names. */
async function annotationFiles(folder: string | undefined): Promise<ReadonlyMap<string, string>> {
  if (folder === undefined) return new Map();
  const names = await readdir(folder).catch((cause: unknown) => {
    throw fail("not-found", {
      where: "`--annotations`",
      expected: "a folder of annotation files",
      got: `no folder at ${folder}`,
      cause,
    });
  });
  const files = new Map<string, string>();
  for (const name of names.sort()) {
    if (!ANNOTATION_ENDINGS.includes(parse(name).ext.toLowerCase())) continue;
    const stem = stemOf(name);
    const before = files.get(stem);
    if (before !== undefined)
      throw fail("invalid-argument", {
        where: "`--annotations`",
        expected: "one annotation file per slide",
        got: `${before} and ${join(resolve(folder), name)}`,
        fix: "Leave one of them out, or name the right ones in the column annotation of a list.",
      });
    files.set(stem, join(resolve(folder), name));
  }
  return files;
}

/** A file's name without its ending, also a double one: "a.ome.tif" and "a.ome.geojson" belong together, as do "a.svs" and "a.geojson". */
function stemOf(path: string): string {
  return parse(path).name.replace(/\.ome$/i, "");
}
