// A slide and a model as the collection knows them: with the paths that nobody else is told.
import type { ResultOfSlide, ResultsFolder } from "./results-folder.ts";

/** A model that answered in one of the folders. */
export interface KnownModel {
  readonly id: string;
  readonly name: string;
  readonly classes: readonly string[];
  readonly mpp: number;
  readonly hash: string;
}

/** Where an answer stands. */
export interface KnownAnswer {
  readonly results: ResultsFolder;
  readonly found: ResultOfSlide;
}

/** A slide with all that is known of it. */
export interface KnownSlide {
  readonly id: string;
  /** "Slide 1", or the file's name. */
  readonly name: string;
  readonly path: string;
  /** Named by whoever started the server, not by a results folder alone. */
  readonly named: boolean;
  /** By the model's id. */
  readonly answers: ReadonlyMap<string, KnownAnswer>;
  /** What results folders say of it that hold no answer. */
  readonly unanswered: readonly ResultOfSlide[];
}

/** Models of one name get a number behind it. */
export function withDistinctNames(models: ReadonlyMap<string, KnownModel>): Map<string, KnownModel> {
  const taken = new Set<string>();
  return new Map(
    [...models].map(([id, model]) => {
      let name = model.name;
      for (let number = 2; taken.has(name); number++) name = `${model.name} (${number})`;
      taken.add(name);
      return [id, { ...model, name }];
    }),
  );
}
