// The short form: how figures stand beside the last published ones. With PyTorch there, ratios are compared, which hold from
// machine to machine of one kind; without it lowmag's own times, on the same kind of machine only.

import { NoFigure } from "./figures.ts";
import { isBetter, type Move, median, moveBetween } from "./ratios.ts";
import { isSameMachine, type Outcome, type PerformanceRecord } from "./record.ts";
import type { RowRule } from "./rows.ts";
import { figureText, workText } from "./section-table.ts";

/** Figures by themselves drift with the machine's clock and its other work. */
const LEAST_NOISE_OF_FIGURES = 0.1;

/** One row then and now. */
export interface MovedRow {
  readonly id: string;
  readonly work: string;
  /** What is compared: the figure with the target, or lowmag's own. */
  readonly of: "ratio" | "own figure";
  /** Of lowmag's own figure. */
  readonly unit: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly move: Move;
  readonly better: boolean;
}

/** Figures of both records for one rule, or `null` where one lacks them. */
function figuresOf(
  rule: RowRule,
  figure: RowRule["value"] | RowRule["own"],
  outcomes: readonly Outcome[],
): readonly number[] | null {
  const outcome = outcomes.find(({ id }) => id === rule.of);
  if (outcome === undefined || "skipped" in outcome) return null;
  try {
    const values = outcome.rounds.map(figure);
    return values.every((value) => value !== null) && values.length > 0 ? (values as number[]) : null;
  } catch (error) {
    if (error instanceof NoFigure) return null;
    throw error;
  }
}

/** Every row that both have, by its ratio where there is one, and else by a figure that only one machine's runs share. */
export function movesBetween(
  published: PerformanceRecord,
  now: PerformanceRecord,
  rules: readonly RowRule[],
): readonly MovedRow[] {
  const sameMachine = isSameMachine(published, now);
  const compare = (rule: RowRule, of: MovedRow["of"]): MovedRow | null => {
    const figure = of === "own figure" && rule.isRatio ? rule.own : rule.value;
    const [before, after] = [published, now].map(({ experiments }) => figuresOf(rule, figure, experiments));
    if (!before || !after) return null;
    const move = moveBetween(before, after, of === "ratio" ? undefined : LEAST_NOISE_OF_FIGURES);
    const better =
      figure === rule.own
        ? move.change > 0 === (rule.unit === "GFLOP/s")
        : isBetter(move.change, rule.target);
    const { id, unit } = rule;
    return { id, work: `${rule.section}: ${workText(rule)}`, of, unit, before, after, move, better };
  };
  return rules.flatMap((rule) => {
    const moved =
      (rule.isRatio ? compare(rule, "ratio") : null) ?? (sameMachine ? compare(rule, "own figure") : null);
    return moved === null ? [] : [moved];
  });
}

const percent = (share: number): string => `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(0)} %`;

/** One line for a person. */
export function moveText({ work, of, unit, before, after, move, better }: MovedRow): string {
  const suffix = of === "ratio" ? "" : ` ${unit}`;
  const figures = `${figureText(median(before))}${suffix} then, ${figureText(median(after))}${suffix} now`;
  const change = percent(move.change);
  const verdict = move.moved ? `${better ? "BETTER" : "WORSE"}, ${change}` : `as it was, ${change}`;
  return `${work}: ${figures}: ${verdict} (noise ±${(100 * move.noise).toFixed(0)} %)`;
}
