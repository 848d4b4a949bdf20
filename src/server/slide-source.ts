// Whether a slide's file may be opened, and in which state it is. A results folder can name any path; what it names is only
// read where it still is the file that was classified, so that a folder from elsewhere opens nothing that its maker has
// not seen.
import { stat } from "node:fs/promises";
import { sizeOf, sourceFiles } from "../jobs/index.ts";
import type { KnownSlide } from "./collection.ts";
import type { SlideSource } from "./picture-protocol.ts";

/** The file, or why there is none. */
export type FoundSource =
  | { readonly kind: "source"; readonly source: SlideSource }
  | { readonly kind: "problem"; readonly sentence: string };

/** Finds the file of a slide. */
export async function sourceOf(
  slide: Pick<KnownSlide, "path" | "named" | "answers" | "unanswered">,
): Promise<FoundSource> {
  const facts = await stat(slide.path).catch(() => null);
  if (facts === null) return problem("The slide's file is not where it was.");
  const state = `${facts.size} ${facts.mtimeMs}`;
  const source = { kind: "source", source: { path: slide.path, state } } as const;
  if (slide.named) return source;
  const recorded = [...[...slide.answers.values()].map(({ found }) => found), ...slide.unanswered].flatMap(
    ({ bytes }) => bytes ?? [],
  );
  if (recorded.length === 0)
    return problem("Its record does not say which file it was; name the slide with `--slides` to see it.");
  const bytes =
    facts.isDirectory() || !recorded.includes(facts.size) ? await bytesOf(slide.path) : facts.size;
  if (!recorded.includes(bytes)) return problem("The slide's file has changed since it was classified.");
  return source;
}

/** Of all its files: a slide can be many. */
async function bytesOf(path: string): Promise<number> {
  return sizeOf(await sourceFiles(path).catch(() => []));
}

function problem(sentence: string): FoundSource {
  return { kind: "problem", sentence };
}
