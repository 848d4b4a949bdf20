// The two networks of a comparison, in words that say only what tells them apart.
import type { StudyCell, StudyComparison, StudyEvaluation } from "../../evaluate/index.ts";
import { formatMpp } from "../format.ts";
import { sameMpp } from "../roles.ts";
import { cellWords, share } from "./arms.ts";

/** "distilled, 4 µm/px − teacher", "distilled, 4 µm/px: 50% − none of the unlabelled tissue". */
export function pairWords(
  evaluation: StudyEvaluation,
  { first, second }: StudyComparison,
  words = cellWords,
): string {
  const find = (id: string) => evaluation.cells.find((cell) => cell.id === id);
  const [a, b] = [find(first), find(second)];
  if (a === undefined || b === undefined) return `${first} \u2212 ${second}`;
  const sameArm = a.arm === b.arm && sameMpp(a.mpp, b.mpp);
  if (sameArm && a.labelFraction === b.labelFraction)
    return `${tissuePair(evaluation, a, b)} of the unlabelled tissue`;
  return `${words(evaluation, a, true)} \u2212 ${secondWords(evaluation, a, b, words)}`;
}

function tissuePair(evaluation: StudyEvaluation, a: StudyCell, b: StudyCell): string {
  const most = Math.max(...evaluation.cells.map(({ labelFraction }) => labelFraction));
  const labels = a.labelFraction !== most ? `, ${share(a.labelFraction)} of the labels` : "";
  return `${a.arm}, ${formatMpp(a.mpp)}${labels}: ${amount(a)} \u2212 ${amount(b)}`;
}

function amount({ unlabelledFraction }: StudyCell): string {
  if (unlabelledFraction === 0) return "none";
  return unlabelledFraction === 1 ? "all" : share(unlabelledFraction);
}

/** What tells the second network from the first: its arm, and what else differs. */
function secondWords(
  evaluation: StudyEvaluation,
  a: StudyCell,
  b: StudyCell,
  words: typeof cellWords,
): string {
  if (b.kind === "teacher") return b.arm;
  const parts = words(evaluation, b, false).split(", ");
  const known = words(evaluation, a, false).split(", ");
  const rest = parts.filter((part) => !known.includes(part));
  return [a.arm === b.arm && rest.length > 0 ? "" : b.arm, ...rest].filter((word) => word !== "").join(", ");
}
