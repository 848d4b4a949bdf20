// Choices on validation data: of several settings that are tried for a cell, the one with the best mean over the seeds.
// The others never meet the test split.
import type { ValidationChoice } from "../../evaluate/index.ts";
import type { PlannedCandidate, PlannedRun, StudyPlan } from "../../study/index.ts";
import type { SelectionMetric, ValidationMetrics } from "../../train/index.ts";
import type { RunOutcome } from "./execute-runs.ts";

/** What was chosen. */
export interface Choices {
  /** Cell -> keys of its runs that meet the test split, finished or not. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  readonly choices: readonly ValidationChoice[];
}

/**
 * Chooses for every cell. A candidate of which a seed is missing can still be chosen: its mean is over those it has.
 *
 * @param outcomes by key.
 */
export function chooseCandidates(plan: StudyPlan, outcomes: ReadonlyMap<string, RunOutcome>): Choices {
  const runs = new Map(plan.runs.map((run) => [run.key, run]));
  const chosen = new Map<string, readonly string[]>();
  const choices: ValidationChoice[] = [];
  for (const { id, candidates, runs: own } of plan.cells) {
    if (candidates === null) {
      chosen.set(id, own);
      continue;
    }
    const metric = metricOf(candidates, runs);
    const sorted = sortCandidates(candidates, metric, outcomes);
    chosen.set(id, sorted[0]!.runs);
    choices.push({
      cell: id,
      metric: `validation ${metric}, ${metric === "loss" ? "lower" : "higher"} is better`,
      candidates: sorted.map(({ settings, value }) => ({ settings, value })),
    });
  }
  return { chosen, choices };
}

/** Settings that change what the validation loss means: losses of different ones cannot be compared. */
const DECIDE_THE_LOSS: readonly string[] = [
  "temperature",
  "resizers",
  "pixelLoss",
  "loss",
  "softWeight",
  "pixelWeight",
  "classWeights",
  "labelSmoothing",
  "teacherPrecision",
  "teacherArithmetic",
];

/** The metric by which all of them choose their checkpoint; where it would not compare like with like, the AUROC. */
function metricOf(
  candidates: readonly PlannedCandidate[],
  runs: ReadonlyMap<string, PlannedRun>,
): SelectionMetric {
  const keys = candidates.flatMap((candidate) => candidate.runs);
  const selects = new Set(keys.map((key) => runs.get(key)?.options.select ?? "loss"));
  const [select] = selects;
  const tried = candidates.flatMap(({ settings }) => Object.keys(settings));
  const unlike = select === "loss" && tried.some((key) => DECIDE_THE_LOSS.includes(key));
  return selects.size > 1 || unlike ? "auroc" : (select as SelectionMetric);
}

/** The best first; of equals the one that the file names first. */
function sortCandidates(
  candidates: readonly PlannedCandidate[],
  metric: SelectionMetric,
  outcomes: ReadonlyMap<string, RunOutcome>,
): (PlannedCandidate & { value: number | null })[] {
  const sign = metric === "loss" ? -1 : 1;
  const rank = (value: number | null) => (value === null ? Number.NEGATIVE_INFINITY : sign * value);
  return candidates
    .map((candidate) => ({ ...candidate, value: meanOver(candidate.runs, metric, outcomes) }))
    .sort((a, b) => (rank(a.value) === rank(b.value) ? 0 : rank(b.value) - rank(a.value)));
}

function meanOver(
  keys: readonly string[],
  metric: SelectionMetric,
  outcomes: ReadonlyMap<string, RunOutcome>,
): number | null {
  const values = keys.flatMap((key) => validationOf(outcomes.get(key))?.[metric] ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What validation said of the epoch whose weights were kept. */
export function validationOf(outcome: RunOutcome | undefined): ValidationMetrics | null {
  if (outcome?.state !== "done") return null;
  const { log, record } = outcome.finished;
  return log[(record.bestEpoch ?? 0) - 1]?.validation ?? null;
}
