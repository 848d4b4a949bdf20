// The published record: what was measured where, round by round, and the rows that were made of it. The report is made from
// this file alone, and the short form compares with it.
import { readFile } from "node:fs/promises";
import { NoFigure, type Round } from "./figures.ts";
import { median, meets, type Target } from "./ratios.ts";
import type { RowRule, Section } from "./rows.ts";

/** Version of the record's form. */
export const FORMAT = 2;

/** Where and of what it was measured. */
export interface RecordFacts {
  /** ISO 8601, of the start. */
  readonly date: string;
  readonly commit: string;
  /** True if the working tree differed from the commit. */
  readonly dirty: boolean;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memoryGigabytes: number;
    /** Instruction sets that matter to speed; `null` where the system does not say. */
    readonly instructions: readonly string[] | null;
  };
  readonly node: string;
  /** `pytorch` and `python` are `null` where there is no PyTorch. */
  readonly versions: Readonly<Record<"onnxruntime" | "pytorch" | "python", string | null>>;
  /** Processes that wanted a core in the minute before the start: above a few tenths, others were at work. */
  readonly load: number;
}

/** The rounds of an experiment. */
export interface MeasuredOutcome {
  readonly id: string;
  readonly rounds: readonly Round[];
  /** Sides that cannot run here, and why. */
  readonly absent?: Readonly<Record<string, string>>;
}

/** What came out of an experiment: its rounds, or why there are none. */
export type Outcome = MeasuredOutcome | { readonly id: string; readonly skipped: string };

/** A row of a table. */
export interface Row {
  readonly id: string;
  readonly section: Section;
  readonly work: string;
  readonly cores: 1 | 2 | null;
  readonly target: Target | null;
  /** Medians over the rounds. */
  readonly own: number | null;
  readonly other: number | null;
  readonly value: number;
  /** One per round. */
  readonly values: readonly number[];
  readonly isRatio: boolean;
  /** `null` where there is no target. */
  readonly met: boolean | null;
}

/** A row that could not be made. */
export interface SkippedRow {
  readonly id: string;
  readonly section: Section;
  readonly work: string;
  readonly cores: 1 | 2 | null;
  readonly target: Target | null;
  /** lowmag's own figure, where there is one all the same. */
  readonly own: number | null;
  readonly skipped: string;
}

/** The whole record. */
export interface PerformanceRecord extends RecordFacts {
  readonly format: typeof FORMAT;
  readonly rounds: number;
  /** True while experiments are missing. */
  readonly partial: boolean;
  readonly rows: readonly (Row | SkippedRow)[];
  readonly experiments: readonly Outcome[];
}

/** The rows of the experiments that are there. */
export function rowsOf(
  outcomes: readonly Outcome[],
  rules: readonly RowRule[],
): readonly (Row | SkippedRow)[] {
  return rules.flatMap((rule): (Row | SkippedRow)[] => {
    const outcome = outcomes.find(({ id }) => id === rule.of);
    if (outcome === undefined) return [];
    const { id, section, work, cores, target } = rule;
    if ("skipped" in outcome)
      return [{ id, section, work, cores, target, own: null, skipped: outcome.skipped }];
    return [rowOf(rule, outcome)];
  });
}

function rowOf(rule: RowRule, { rounds, absent = {} }: MeasuredOutcome): Row | SkippedRow {
  const { id, section, work, cores, target, isRatio } = rule;
  const name = { id, section, work, cores, target };
  try {
    const values = rounds.map((round) => Number(rule.value(round).toPrecision(6)));
    const value = median(values);
    const met = target === null ? null : meets(value, target);
    const [own, other] = [middle(rounds.map(rule.own)), middle(rounds.map(rule.other))];
    return { ...name, own, other, value, values, isRatio, met };
  } catch (error) {
    if (!(error instanceof NoFigure)) throw error;
    return { ...name, own: ownOf(rule, rounds), skipped: absent[error.side] ?? error.message };
  }
}

/** lowmag's own figure where what it is held against is missing. */
function ownOf(rule: RowRule, rounds: readonly Round[]): number | null {
  try {
    return middle(rounds.map(rule.own));
  } catch (error) {
    if (error instanceof NoFigure) return null;
    throw error;
  }
}

function middle(figures: readonly (number | null)[]): number | null {
  const numbers = figures.filter((value) => value !== null);
  return numbers.length === 0 ? null : median(numbers);
}

/** Puts outcomes and what is made of them together. */
export function makeRecord(
  facts: RecordFacts,
  rounds: number,
  outcomes: readonly Outcome[],
  rules: readonly RowRule[],
  partial: boolean,
): PerformanceRecord {
  const rows = rowsOf(outcomes, rules);
  return { format: FORMAT, ...facts, rounds, partial, rows, experiments: outcomes };
}

/** A record that was written, or `null` where there is none of this form. */
export async function readRecord(path: string): Promise<PerformanceRecord | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  const record = JSON.parse(text) as { readonly format?: number };
  return record.format === FORMAT ? (record as PerformanceRecord) : null;
}

/** True if both were measured on machines of one kind. */
export const isSameMachine = (a: RecordFacts, b: RecordFacts): boolean =>
  a.machine.cpu === b.machine.cpu &&
  a.machine.cores === b.machine.cores &&
  `${a.machine.instructions}` === `${b.machine.instructions}`;

/** Why a run that was broken off cannot be gone on with, or `null` where it can. */
export function whyNotResumable(
  broken: PerformanceRecord,
  facts: RecordFacts,
  rounds: number,
): string | null {
  if (!isSameMachine(broken, facts)) return "it was begun on another machine";
  if (broken.commit !== facts.commit) return `it was begun at commit ${broken.commit.slice(0, 10)}`;
  if (broken.rounds !== rounds) return `it was begun with ${broken.rounds} rounds`;
  if (`${broken.versions.pytorch}` !== `${facts.versions.pytorch}`) return "PyTorch is another";
  return null;
}
