// What the finding adds to its first sentences: other arms, what is exploratory, what is missing, what claims rest on.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatDifference, formatInterval } from "../format.ts";
import { share } from "./arms.ts";
import { pairWords } from "./pairs.ts";
import { exploratoryCells, exploratoryWords } from "./readings.ts";
import { directionOf, verdictWords } from "./verdicts.ts";

/** Other arms, what is exploratory, what is missing. */
export function furtherDetails(record: StudyRecord, evaluation: StudyEvaluation): string[] {
  const failed = record.runs.filter(({ state }) => state === "failed").length;
  const skipped = record.runs.filter(({ state }) => state === "skipped" || state === "missing").length;
  const exploratory = exploratoryCells(record);
  const seeds = Math.max(...evaluation.cells.map((cell) => cell.seeds.length));
  return [
    ...(["fine-tuned-student", "variant-reference"] as const).map((question) =>
      variantDetail(evaluation, question),
    ),
    seeds < 2
      ? "Every network was trained with one seed: how much another seed would change is not known."
      : "",
    exploratory.length === 0
      ? ""
      : `Exploratory, because planned or trained after the test split had been read: ${exploratoryWords(record)}.`,
    failed + skipped === 0
      ? ""
      : `${formatCount(failed)} of ${formatCount(record.runs.length)} trainings failed and ${formatCount(skipped)} were not done: what rests on them has fewer seeds or is absent.`,
  ].filter((sentence) => sentence !== "");
}

function variantDetail(
  evaluation: StudyEvaluation,
  question: "fine-tuned-student" | "variant-reference",
): string {
  const own = evaluation.comparisons.filter(
    (c) => c.question === question && c.metric === evaluation.primary,
  );
  if (own.length === 0) return "";
  const decided = own.filter((comparison) =>
    ["higher", "lower"].includes(directionOf(evaluation, comparison)),
  );
  const what =
    question === "fine-tuned-student"
      ? "Fine-tuned minus the student it came from"
      : "Variants minus the first distilled arm";
  const count = `${formatCount(own.length)} ${own.length === 1 ? "comparison" : "comparisons"}`;
  if (decided.length === 0) return `${what}: no difference was shown in ${count}.`;
  const named = decided.map(
    (comparison) =>
      `${pairWords(evaluation, comparison)} ${formatDifference(comparison.difference.value)} ${formatInterval(comparison.difference.interval)} (${verdictWords(evaluation, comparison)})`,
  );
  return `${what}: of ${count}, ${formatCount(decided.length)} showed a difference: ${named.join("; ")}.`;
}

export function basisOf(evaluation: StudyEvaluation): string {
  if (evaluation.comparisons.length === 0) return "";
  return `Claims rest on p-values adjusted by Holm, below ${Number((1 - evaluation.level).toFixed(4))}; intervals in brackets are ${share(evaluation.level)} intervals of the mean over the seeds, not corrected for the number of comparisons. “Not shown” does not mean equal. They are about the first distilled arm of the study file at its most labels and unlabelled tissue, whatever its results.`;
}
