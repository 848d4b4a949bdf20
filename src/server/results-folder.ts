// One results folder of `lowmag predict` as the server sees it: for each slide where its file is, what was answered, or why
// not. Everything in the folder is read as a stranger's: checked, bounded, and never from outside of it.
import { readdir, realpath, stat } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { fail } from "../base/index.ts";
import {
  type ModelFacts,
  parseOverlay,
  parsePrediction,
  type SlideOverlay,
  type SlidePrediction,
} from "../classify/index.ts";
import { readContained } from "./contained-file.ts";
import { type Failure, failureOf, listedFailures } from "./failure-list.ts";

/** Bytes of the files that are read. */
const MOST_SOURCE_BYTES = 65_536;
const MOST_PREDICTION_BYTES = 128 * 2 ** 20;
const MOST_OVERLAY_BYTES = 256 * 2 ** 20;
const MOST_SLIDES = 100_000;

/** What one results folder says of one slide. */
export interface ResultOfSlide {
  /** Names of the slide's folder below the root: "slides", and the slide's name in the results. */
  readonly folder: readonly string[];
  /** Of the slide's file, absolute. */
  readonly path: string;
  /** Of all its files when it was classified; `null` where the record does not say. */
  readonly bytes: number | null;
  readonly answer: ShortAnswer | null;
  /** Why there is no answer: a word of `FailureReason`, "pending" or "unreadable". */
  readonly problem: string | null;
}

/** An answer without its pieces. */
export interface ShortAnswer {
  readonly model: ModelFacts;
  readonly label: string;
  readonly probabilities: readonly number[];
  readonly pieces: number;
  readonly tissueArea: number;
  readonly truth: string | null;
}

interface Remembered {
  readonly stamp: string;
  readonly answer: ShortAnswer | null;
}

/** A results folder that can be looked at again and again while `lowmag predict` is still writing it. */
export class ResultsFolder {
  readonly #remembered = new Map<string, Remembered>();

  /** `root` is the folder's real path. */
  private constructor(readonly root: string) {}

  /** @throws LowmagError `not-found` for a folder that is none of `lowmag predict`. */
  static async open(path: string): Promise<ResultsFolder> {
    const root = await realpath(path).catch(() => null);
    if (root === null || !(await isResultsFolder(root)))
      throw fail("not-found", {
        where: path,
        expected: "a folder that `lowmag predict` wrote",
        got: root === null ? "none" : "a folder without `predict.json`",
      });
    return new ResultsFolder(root);
  }

  /** All slides, in the order of their names. */
  async read(): Promise<ResultOfSlide[]> {
    const names = await readdir(join(this.root, "slides")).catch(() => []);
    if (names.length > MOST_SLIDES)
      throw fail("corrupt-data", {
        where: this.root,
        expected: `results of at most ${MOST_SLIDES} slides`,
        got: `${names.length}`,
      });
    const order = new Intl.Collator("en", { numeric: true });
    const failures = await listedFailures(this.root);
    const slides = new Map<string, ResultOfSlide>();
    for (const name of names.filter((one) => !one.startsWith(".")).sort((a, b) => order.compare(a, b))) {
      const result = await this.#slide(name, failures.get(name));
      if (result !== null) slides.set(name, result);
    }
    for (const [name, { path, reason }] of failures)
      if (!slides.has(name) && isAbsolute(path))
        slides.set(name, { folder: ["slides", name], path, bytes: null, answer: null, problem: reason });
    return [...slides.values()];
  }

  /** The whole record of a slide; `null` where there is none. @throws LowmagError `corrupt-data`. */
  async prediction(folder: readonly string[]): Promise<SlidePrediction | null> {
    const file = await readContained(this.root, [...folder, "prediction.json"], MOST_PREDICTION_BYTES);
    return file === null ? null : parsePrediction(file.text, "prediction.json");
  }

  /** What is drawn over a slide; `null` where there is none. @throws LowmagError `corrupt-data`. */
  async overlay(folder: readonly string[]): Promise<SlideOverlay | null> {
    const file = await readContained(this.root, [...folder, "overlay.json"], MOST_OVERLAY_BYTES);
    return file === null ? null : parseOverlay(file.text, "overlay.json");
  }

  async #slide(name: string, listed: Failure | undefined): Promise<ResultOfSlide | null> {
    const folder = ["slides", name];
    const failure = listed ?? (await failureOf(this.root, folder));
    const source =
      (await this.#source(folder)) ?? (failure === null ? null : { path: failure.path, bytes: null });
    if (source === null || !isAbsolute(source.path)) return null;
    try {
      const answer = await this.#answer(name, folder);
      return { folder, ...source, answer, problem: answer === null ? (failure?.reason ?? "pending") : null };
    } catch {
      return { folder, ...source, answer: null, problem: "unreadable" };
    }
  }

  /** Read anew only when the file has changed. */
  async #answer(name: string, folder: readonly string[]): Promise<ShortAnswer | null> {
    const facts = await stat(join(this.root, ...folder, "prediction.json")).catch(() => null);
    const stamp = facts === null ? "none" : `${facts.size} ${facts.mtimeMs}`;
    const before = this.#remembered.get(name);
    if (before?.stamp === stamp) return before.answer;
    const prediction = facts === null ? null : await this.prediction(folder);
    const answer = prediction === null ? null : shorten(prediction);
    this.#remembered.set(name, { stamp, answer });
    return answer;
  }

  async #source(folder: readonly string[]): Promise<{ path: string; bytes: number | null } | null> {
    try {
      const file = await readContained(this.root, [...folder, "source.json"], MOST_SOURCE_BYTES);
      if (file === null) return null;
      const { path, bytes } = JSON.parse(file.text) as { path?: unknown; bytes?: unknown };
      if (typeof path !== "string" || !isAbsolute(path) || path.includes("\0")) return null;
      return { path, bytes: typeof bytes === "number" && bytes >= 0 ? bytes : null };
    } catch {
      return null;
    }
  }
}

/** True for a folder with the record of `lowmag predict`. */
export async function isResultsFolder(path: string): Promise<boolean> {
  const record = await stat(join(path, "predict.json")).catch(() => null);
  return record?.isFile() ?? false;
}

function shorten({ model, answer, pieces, tissueArea, truth }: SlidePrediction): ShortAnswer {
  const { label, probabilities } = answer;
  return { model, label, probabilities, pieces: pieces.length, tissueArea, truth };
}
