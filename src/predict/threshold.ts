// The threshold of "any piece above", chosen on slides whose class is known: a finished folder of results. A slide or a
// patient that helped to choose it must not be judged by it.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fail } from "../base/index.ts";
import { type ChosenThreshold as Choice, chooseThreshold, type SlidePrediction } from "../classify/index.ts";
import { sizeOf, sourceFiles, stateOf } from "../jobs/index.ts";
import { readPredictRecord } from "./results-folder.ts";
import { readRecord, readSource } from "./slide-record.ts";
import type { RequestedSlide, RunOfModel, SlideSource } from "./types.ts";

/** A threshold with what it was chosen on. */
export interface ChosenThreshold extends Choice {
  readonly positive: string;
  /** Slides of the positive class, and of all others. */
  readonly positives: number;
  readonly negatives: number;
}

/** Results whose slides have labels. */
interface LabelledResults {
  readonly predictions: readonly SlidePrediction[];
  readonly sources: readonly SlideSource[];
}

/**
 * Chooses the threshold by Youden's index on the highest probability of a class among the pieces of each slide.
 *
 * @param results folder of a finished `lowmag predict` over labelled slides, by the same model.
 * @param slides those that are to be judged by it.
 * @throws LowmagError `not-found` where there are no results; `checkpoint-mismatch` for another model's;
 *   `invalid-argument` for results without labels of both kinds; `data-leak` for a slide or a patient in both.
 */
export async function thresholdFrom(
  results: string,
  { facts }: RunOfModel,
  positive: string,
  slides: readonly RequestedSlide[],
): Promise<ChosenThreshold> {
  await checkResults(results, facts.hash);
  const { predictions, sources } = await readLabelled(results);
  await refuseShared(results, sources, slides);
  const place = facts.classes.indexOf(positive);
  const scores = predictions.map(({ pieces }) =>
    pieces.reduce((most, { probabilities }) => Math.max(most, probabilities[place] ?? 0), 0),
  );
  const labels = predictions.map(({ truth }) => truth === positive);
  const positives = labels.filter((label) => label).length;
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0)
    throw fail("invalid-argument", {
      where: results,
      expected: `labelled slides that are ${positive}, and others that are not`,
      got: `${positives} and ${negatives}`,
      fix: "Run `lowmag predict` on validation slides with a list that has the column label.",
    });
  return { positive, ...chooseThreshold(scores, labels), positives, negatives };
}

async function checkResults(results: string, hash: string): Promise<void> {
  const record = await readPredictRecord(results);
  if (record === null || record.finishedAt === null)
    throw fail("not-found", {
      where: results,
      expected: "the folder of a finished `lowmag predict`",
      got: record === null ? "a folder without predict.json" : "one that has not finished",
      fix: "Give the `--out` folder of labelled validation slides.",
    });
  if (record.model.hash !== hash)
    throw fail("checkpoint-mismatch", {
      where: results,
      expected: `results of the same model (${hash.slice(0, 12)})`,
      got: `those of ${record.model.name} (${record.model.hash.slice(0, 12)})`,
      fix: "A threshold is one model's own: run this model on the validation slides.",
    });
}

async function readLabelled(results: string): Promise<LabelledResults> {
  const predictions: SlidePrediction[] = [];
  const sources: SlideSource[] = [];
  for (const slide of (await readdir(join(results, "slides"))).sort()) {
    const record = await readRecord(results, slide);
    if (record === null || record.prediction.truth === null) continue;
    predictions.push(record.prediction);
    const source = await readSource(results, slide);
    if (source !== null) sources.push(source);
  }
  return { predictions, sources };
}

async function refuseShared(
  results: string,
  sources: readonly SlideSource[],
  slides: readonly RequestedSlide[],
): Promise<void> {
  const paths = new Set(sources.map(({ path }) => path));
  const states = new Set(sources.map(({ bytes, state }) => `${bytes} ${state}`));
  const patients = new Set(sources.flatMap(({ patient }) => patient ?? []));
  for (const { path, patient } of slides) {
    const files = await sourceFiles(path);
    if (paths.has(path) || states.has(`${sizeOf(files)} ${stateOf(files)}`))
      throw shared(results, `${path} in both`, "slide");
    if (patient !== null && patients.has(patient))
      throw shared(results, `patient ${patient} in both (${path})`, "patient");
  }
}

function shared(results: string, got: string, what: string): Error {
  return fail("data-leak", {
    where: results,
    expected: "a threshold chosen on other slides than those it judges",
    got,
    fix: `Leave the ${what} out of one of them: what was fitted to a ${what} says nothing about how well it does on it.`,
  });
}
