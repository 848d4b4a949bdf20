// Gives every slide of a job its name in the folder, and writes down which is which where names have no meaning.
import { stringify } from "csv-stringify/sync";
import { fail } from "../base/index.ts";
import { hashBytes, writeFileAtomically } from "../machine/index.ts";
import { opaqueName, readableNames } from "./slide-names.ts";
import { sourceFiles } from "./source-files.ts";
import type { NamedSlide } from "./types.ts";

/**
 * Names slides by their files, or by their bytes.
 *
 * @param opaque names that say nothing.
 * @throws LowmagError `invalid-argument` for two slides of the same bytes where names come from bytes.
 */
export async function nameSlides<Slide extends { readonly path: string }>(
  slides: readonly Slide[],
  opaque: boolean,
): Promise<(Slide & NamedSlide)[]> {
  const readable = readableNames(slides.map(({ path }) => path));
  if (!opaque) return slides.map((slide, i) => ({ ...slide, id: readable[i]! }));
  const named: (Slide & NamedSlide)[] = [];
  const seen = new Map<string, string>();
  for (const slide of slides) {
    const files = await sourceFiles(slide.path);
    // A slide that is not there will be set aside; its name says nothing either.
    const id = files.length === 0 ? `s${hashBytes(slide.path).slice(0, 12)}` : await opaqueName(files);
    const before = seen.get(id);
    if (before !== undefined) throw sameBytes(slide.path, before);
    seen.set(id, slide.path);
    named.push({ ...slide, id });
  }
  return named;
}

function sameBytes(path: string, before: string): Error {
  return fail("invalid-argument", {
    where: path,
    expected: "slides that differ",
    got: `the same bytes as ${before}`,
    fix: "Leave one of them out.",
  });
}

/** Which slide has which name: beside the folder, since with it the names would mean nothing. */
export async function writeNames(out: string, slides: readonly NamedSlide[]): Promise<void> {
  const rows = slides.map(({ id, path }) => [id, path]);
  await writeFileAtomically(`${out}-names.csv`, stringify([["slide", "path"], ...rows]));
}
