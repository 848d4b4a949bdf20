// Which cells a figure shows. A study of many arms, resolutions and fractions holds more networks than a figure can; each
// subset is chosen by a rule that knows nothing of the results, and says in words what it left out.
import type { StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { formatMppNumber, joinWords } from "../format.ts";
import { sameMpp } from "../roles.ts";
import { mppsOf, orderedCells } from "./arms.ts";

/** Cells and what was left out, in a sentence; empty where nothing was. */
export interface Subset {
  readonly cells: readonly StudyCell[];
  readonly words: string;
}

/** The largest share of the labels that any network of the study learned from. */
export function mostLabels(evaluation: StudyEvaluation): number {
  return Math.max(...evaluation.cells.map(({ labelFraction }) => labelFraction));
}

/** Of each arm and µm/px the cell with the most labels and the most unlabelled tissue. */
export function fullCells(evaluation: StudyEvaluation): Subset {
  const labels = mostLabels(evaluation);
  const cells = fullestTissue(orderedCells(evaluation).filter((cell) => cell.labelFraction === labels));
  const few = evaluation.cells.some(({ labelFraction }) => labelFraction !== labels);
  const less = evaluation.cells.length > cells.length + (few ? 1 : 0) && hasFractions(evaluation);
  const kept = [few ? "the most labels" : "", less ? "the most unlabelled tissue" : ""].filter(
    (w) => w !== "",
  );
  return { cells, words: kept.length === 0 ? "" : `Shown are the networks with ${joinWords(kept)}.` };
}

/** Of each arm and µm/px the cell with the most unlabelled tissue. */
export function fullestTissue(cells: readonly StudyCell[]): StudyCell[] {
  return cells.filter((cell) =>
    cells.every(
      (other) =>
        other.arm !== cell.arm ||
        !sameMpp(other.mpp, cell.mpp) ||
        other.labelFraction !== cell.labelFraction ||
        other.unlabelledFraction <= cell.unlabelledFraction,
    ),
  );
}

/** Of each arm and µm/px the cell with the least unlabelled tissue, where there is one with more. */
export function leastTissue(cells: readonly StudyCell[]): StudyCell[] {
  const fullest = fullestTissue(cells);
  return cells.filter(
    (cell) =>
      !fullest.includes(cell) &&
      cells.every(
        (other) =>
          other.arm !== cell.arm ||
          !sameMpp(other.mpp, cell.mpp) ||
          other.unlabelledFraction >= cell.unlabelledFraction,
      ),
  );
}

/** {@link fullCells}, with fewer µm/px where there would be more than `limit` drawings: finest, middle, coarsest; then the middle. */
export function panelCells(evaluation: StudyEvaluation, limit: number): Subset {
  const { cells, words } = fullCells(evaluation);
  const others = cells.filter(({ kind }) => kind !== "teacher");
  const mpps = mppsOf(others);
  const middle = mpps[Math.floor((mpps.length - 1) / 2)];
  const choices = [mpps, [mpps[0], middle, mpps.at(-1)], [middle]].map((choice) =>
    choice.filter((mpp) => mpp !== undefined),
  );
  const pick = (choice: readonly number[]) =>
    cells.filter(({ kind, mpp }) => kind === "teacher" || choice.some((own) => sameMpp(own, mpp)));
  const chosen = choices.find((choice) => pick(choice).length <= limit) ?? choices.at(-1)!;
  const kept = pick(chosen);
  if (kept.length === cells.length) return { cells, words };
  const named = [...new Set(chosen)].map(formatMppNumber);
  const rest = `Students are shown at ${joinWords(named)} µm/px; the numbers of all are in the table of this figure.`;
  return { cells: kept, words: `${words} ${rest}`.trim() };
}

function hasFractions(evaluation: StudyEvaluation): boolean {
  return evaluation.cells.some(
    ({ arm, unlabelledFraction }) =>
      evaluation.cells.find((other) => other.arm === arm)!.unlabelledFraction !== unlabelledFraction,
  );
}
