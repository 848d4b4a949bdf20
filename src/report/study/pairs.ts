// The two networks of a comparison, in words that say only what tells them apart.
import type { StudyCell, StudyComparison, StudyEvaluation } from "../../evaluate/index.ts";
import { cellWords } from "./arms.ts";

/** "distilled, 4 µm/px − teacher". */
export function pairWords(evaluation: StudyEvaluation, { first, second }: StudyComparison): string {
  const find = (id: string) => evaluation.cells.find((cell) => cell.id === id);
  const [a, b] = [find(first), find(second)];
  if (a === undefined || b === undefined) return `${first} \u2212 ${second}`;
  return `${cellWords(evaluation, a)} \u2212 ${secondWords(evaluation, a, b)}`;
}

/** What tells the second network from the first: its arm, and what else differs. */
function secondWords(evaluation: StudyEvaluation, a: StudyCell, b: StudyCell): string {
  if (b.kind === "teacher") return b.arm;
  const parts = cellWords(evaluation, b, false).split(", ");
  const known = cellWords(evaluation, a, false).split(", ");
  const rest = parts.filter((part) => !known.includes(part));
  return [a.arm === b.arm && rest.length > 0 ? "" : b.arm, ...rest].filter((word) => word !== "").join(", ");
}
