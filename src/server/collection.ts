// All that the server has to show: slides of results folders and slides that were named, each once, with the answers of all
// models side by side. It is the only place that knows paths; everybody else has ids.
import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import { throwIfCancelled } from "../base/index.ts";
import type { SlideOverlay, SlidePrediction } from "../classify/index.ts";
import { type KnownAnswer, type KnownModel, type KnownSlide, withDistinctNames } from "./known-slide.ts";
import type { OpaqueIds } from "./opaque-ids.ts";
import type { ResultOfSlide, ResultsFolder } from "./results-folder.ts";
import { type FoundSource, SlideSources } from "./slide-source.ts";

/** What a collection is made from. */
export interface CollectionOptions {
  readonly ids: OpaqueIds;
  readonly results: readonly ResultsFolder[];
  /** Slides named by whoever started the server, absolute. */
  readonly slides: readonly string[];
  readonly showNames: boolean;
  /** See `ServerLimits`. */
  readonly freshMs: number;
}

interface Gathered {
  readonly path: string;
  named: boolean;
  readonly answers: Map<string, KnownAnswer>;
  readonly unanswered: ResultOfSlide[];
}

/** The table is good for at least so many times what it took to make. */
const FRESH_TIMES = 20;

/** Slides and models by id. */
export class Collection {
  readonly #options: CollectionOptions;
  readonly #sources = new SlideSources();
  readonly #numbers = new Map<string, number>();
  #slides = new Map<string, KnownSlide>();
  #models = new Map<string, KnownModel>();
  #refreshing: Promise<void> | null = null;
  #freshUntil = Number.NEGATIVE_INFINITY;

  private constructor(options: CollectionOptions) {
    this.#options = options;
  }

  static async open(options: CollectionOptions, signal?: AbortSignal): Promise<Collection> {
    const collection = new Collection(options);
    await collection.refresh();
    throwIfCancelled(signal, "serve");
    return collection;
  }

  get showNames(): boolean {
    return this.#options.showNames;
  }

  get models(): readonly KnownModel[] {
    return [...this.#models.values()];
  }

  get slides(): readonly KnownSlide[] {
    return [...this.#slides.values()];
  }

  slide(id: string): KnownSlide | undefined {
    return this.#slides.get(id);
  }

  model(id: string): KnownModel | undefined {
    return this.#models.get(id);
  }

  /** The file of a slide, or why there is none. */
  source(slide: KnownSlide): Promise<FoundSource> {
    return this.#sources.find(slide);
  }

  /** Looks into the folders again, unless that was done a moment ago: `lowmag predict` may be at work. */
  async refresh(): Promise<void> {
    const begun = performance.now();
    if (begun < this.#freshUntil) return;
    this.#refreshing ??= this.#read().finally(() => {
      const ended = performance.now();
      this.#refreshing = null;
      this.#freshUntil = ended + Math.max(this.#options.freshMs, FRESH_TIMES * (ended - begun));
    });
    await this.#refreshing;
  }

  /** A model's record of a slide, as it stands in the results; `null` where there is none. */
  async prediction(slide: KnownSlide, model: string): Promise<SlidePrediction | null> {
    const answer = slide.answers.get(model);
    return answer === undefined ? null : await answer.results.prediction(answer.found.folder);
  }

  /** What is drawn over a slide; `null` where there is none. @throws LowmagError `corrupt-data`. */
  async overlay(slide: KnownSlide, model: string): Promise<SlideOverlay | null> {
    const answer = slide.answers.get(model);
    return answer === undefined ? null : await answer.results.overlay(answer.found.folder);
  }

  async #read(): Promise<void> {
    const gathered = new Map<string, Gathered>();
    const models = new Map<string, KnownModel>();
    const of = async (path: string): Promise<Gathered> => {
      const key = await realpath(path).catch(() => path);
      const there = gathered.get(key) ?? { path, named: false, answers: new Map(), unanswered: [] };
      gathered.set(key, there);
      return there;
    };
    for (const path of this.#options.slides) (await of(path)).named = true;
    for (const results of this.#options.results)
      for (const found of await results.read()) this.#add(await of(found.path), results, found, models);
    const order = new Intl.Collator("en", { numeric: true });
    const keys = [...gathered.keys()].sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
    this.#models = withDistinctNames(models);
    this.#slides = new Map(
      keys.map((key) => this.#known(key, gathered.get(key)!)).map((slide) => [slide.id, slide]),
    );
  }

  #add(slide: Gathered, results: ResultsFolder, found: ResultOfSlide, models: Map<string, KnownModel>): void {
    if (found.answer === null) {
      slide.unanswered.push(found);
      return;
    }
    const { name, classes, mpp, hash } = found.answer.model;
    const id = this.#options.ids.of("model", `${results.root}\n${hash}`);
    if (!models.has(id)) models.set(id, { id, name, classes, mpp, hash });
    slide.answers.set(id, { results, found });
  }

  #known(key: string, { path, named, answers, unanswered }: Gathered): KnownSlide {
    const id = this.#options.ids.of("slide", key);
    // A number once given stays: slides that come later do not rename the others.
    const number = this.#numbers.get(id) ?? this.#numbers.size + 1;
    this.#numbers.set(id, number);
    const name = this.#options.showNames ? basename(path) : `Slide ${number}`;
    return { id, name, path, named, answers, unanswered };
  }
}
