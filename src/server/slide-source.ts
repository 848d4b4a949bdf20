// Whether a slide's file may be opened, and in which state it is. A results folder can name any path; what it names is only
// read where it still is the file that was classified, so that a folder from elsewhere opens nothing that its maker has
// not seen.
import { stat } from "node:fs/promises";
import { sizeOf, sourceFiles } from "../jobs/index.ts";
import type { KnownSlide } from "./known-slide.ts";
import type { SlideSource } from "./picture-protocol.ts";

/** The file, or why there is none. */
export type FoundSource =
  | { readonly kind: "source"; readonly source: SlideSource }
  | { readonly kind: "problem"; readonly sentence: string };

/** Milliseconds for which a slide's file is taken to be as it was seen: a screenful of tiles asks the file system once. */
const SEEN_MS = 500;
/** Slides of many files whose bytes are remembered. */
const MOST_COUNTED = 10_000;

interface Seen {
  readonly found: FoundSource;
  readonly until: number;
}

/** Finds the files of slides. */
export class SlideSources {
  readonly #seen = new WeakMap<KnownSlide, Seen>();
  /** Bytes of all files of a slide, by its path and the state of what the path names. */
  readonly #counted = new Map<string, number>();

  /** The file of a slide, as it was at most half a second ago. */
  async find(slide: KnownSlide): Promise<FoundSource> {
    const seen = this.#seen.get(slide);
    if (seen !== undefined && performance.now() < seen.until) return seen.found;
    const found = await this.#look(slide);
    this.#seen.set(slide, { found, until: performance.now() + SEEN_MS });
    return found;
  }

  async #look({ path, named, answers, unanswered }: KnownSlide): Promise<FoundSource> {
    const facts = await stat(path).catch(() => null);
    if (facts === null) return problem("The slide's file is not where it was.");
    const state = `${facts.size} ${facts.mtimeMs}`;
    const source = { kind: "source", source: { path, state } } as const;
    if (named) return source;
    const recorded = [...[...answers.values()].map(({ found }) => found), ...unanswered].flatMap(
      ({ bytes }) => bytes ?? [],
    );
    if (recorded.length === 0)
      return problem("Its record does not say which file it was; name the slide with `--slides` to see it.");
    if (facts.isFile() && recorded.includes(facts.size)) return source;
    const same = recorded.includes(await this.#bytesOf(path, state));
    return same ? source : problem("The slide's file has changed since it was classified.");
  }

  /** Of all its files: a slide can be many. */
  async #bytesOf(path: string, state: string): Promise<number> {
    const key = `${path}\n${state}`;
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const bytes = sizeOf(await sourceFiles(path).catch(() => []));
    if (this.#counted.size >= MOST_COUNTED) this.#counted.clear();
    this.#counted.set(key, bytes);
    return bytes;
  }
}

function problem(sentence: string): FoundSource {
  return { kind: "problem", sentence };
}
