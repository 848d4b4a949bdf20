// Checks what `evaluateStudy` is given. Cells and seeds are compared image by image, so every one must have answered for the same
// images in the same order; whoever read the answers back from disk cannot be trusted to have got that right.
import { closestWord, fail } from "../base/index.ts";
import { COMPARED_METRICS } from "./compare-models.ts";
import { type Answers, checkAnswers, checkClasses, checkSameImages } from "./evaluation-input.ts";
import type { StudyCellInput, StudyEvaluationInput } from "./study-record.ts";

/** More draws change no digit that is shown and would not fit in memory. */
export const MOST_DRAWS = 100_000;

/**
 * Checks the input.
 *
 * @throws LowmagError `invalid-argument`, `shape-mismatch`, or `not-finite`, naming the cell, the seed and the image
 */
export function checkStudyInput(input: StudyEvaluationInput): void {
  checkClasses(input.classes);
  checkSettings(input);
  if (input.cells.length === 0)
    throw fail("invalid-argument", { where: "study", expected: "at least one cell", got: "none" });
  refuseTwice(
    "study",
    "cells with different ids",
    input.cells.map(({ id }) => id),
  );
  for (const cell of input.cells) checkCell(cell);
  const seeds = input.cells.flatMap((cell) => cell.seeds.map((seed) => ({ cell, seed })));
  checkSplit(
    input.classes,
    seeds.map(({ cell, seed }) => ({ who: named(cell, seed.seed, "test"), answers: seed.test })),
  );
  checkSplit(
    input.classes,
    seeds
      .filter(({ seed }) => seed.validation.length > 0)
      .map(({ cell, seed }) => ({ who: named(cell, seed.seed, "validation"), answers: seed.validation })),
  );
}

function named({ id }: StudyCellInput, seed: number, split: string): string {
  return `cell "${id}", seed ${seed}, ${split} split`;
}

function checkSettings({ primary, margin, level, draws, seed }: StudyEvaluationInput): void {
  const metrics: readonly string[] = COMPARED_METRICS;
  if (!metrics.includes(primary)) {
    const near = closestWord(primary, metrics);
    throw fail("invalid-argument", {
      where: "primary metric of the study",
      expected: metrics.join(", "),
      got: `"${primary}"`,
      ...(near === undefined ? {} : { fix: `Did you mean "${near}"?` }),
    });
  }
  refuse("margin", margin > 0 && margin < 1, "a number between 0 and 1", margin);
  refuse("level", level > 0 && level < 1, "a number between 0 and 1", level);
  refuse("draws", isWhole(draws, 1, MOST_DRAWS), `a whole number from 1 to ${MOST_DRAWS}`, draws);
  refuse("seed", Number.isSafeInteger(seed), "a whole number", seed);
}

function checkCell(cell: StudyCellInput): void {
  const where = `cell "${cell.id}"`;
  if (cell.seeds.length === 0)
    throw fail("invalid-argument", {
      where,
      expected: "the answers of at least one seed",
      got: "none",
      fix: "Leave out a cell of which every training failed.",
    });
  refuseTwice(
    where,
    "different seeds",
    cell.seeds.map(({ seed }) => `${seed}`),
  );
  refuse(`${where}, mpp`, cell.mpp > 0 && cell.mpp < Infinity, "µm per pixel above 0", cell.mpp);
  const { labelFraction, unlabelledFraction } = cell;
  refuse(
    `${where}, label fraction`,
    labelFraction > 0 && labelFraction <= 1,
    "a share in (0, 1]",
    labelFraction,
  );
  const inRange = unlabelledFraction >= 0 && unlabelledFraction <= 1;
  refuse(`${where}, unlabelled fraction`, inRange, "a share in [0, 1]", unlabelledFraction);
}

function checkSplit(classes: readonly string[], all: readonly Answers[]): void {
  for (const one of all) {
    checkAnswers(one.who, one.answers, classes);
    checkSameImages(all[0]!, one);
  }
}

function refuseTwice(where: string, expected: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw fail("invalid-argument", { where, expected, got: `"${name}" twice` });
    seen.add(name);
  }
}

function refuse(where: string, holds: boolean, expected: string, got: number): void {
  if (!holds) throw fail("invalid-argument", { where, expected, got: `${got}` });
}

function isWhole(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}
