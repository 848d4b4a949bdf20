// The options that trainings of a study ran with, read from the record: which values a key took, and in which arms.
import type { ArmKind, StudyRecord, StudyRun } from "../../evaluate/index.ts";
import { formatFixed, joinWords } from "../format.ts";

/** A value of an option and the arms that used it. */
export interface OptionValue {
  readonly value: unknown;
  readonly arms: readonly string[];
}

/** Trainings of kinds that were meant for the test split: no candidate that was not chosen. */
export function chosenRuns(record: StudyRecord, kinds: readonly ArmKind[]): StudyRun[] {
  return record.runs.filter(
    ({ kind, candidate, state }) => kinds.includes(kind) && !candidate && state !== "missing",
  );
}

/** The values of an option over trainings; empty where none states it. */
export function optionValues(record: StudyRecord, runs: readonly StudyRun[], key: string): OptionValue[] {
  const arms = new Map(record.evaluation?.cells.map(({ id, arm }) => [id, arm]));
  const found = new Map<string, { value: unknown; arms: Set<string> }>();
  for (const { options, cell, kind } of runs) {
    if (!Object.hasOwn(options, key) || options[key] === undefined || options[key] === null) continue;
    const value = options[key];
    const entry = found.get(JSON.stringify(value)) ?? { value, arms: new Set<string>() };
    entry.arms.add(arms.get(cell) ?? kind);
    found.set(JSON.stringify(value), entry);
  }
  return [...found.values()].map(({ value, arms: names }) => ({ value, arms: [...names] }));
}

/** "0.001", or "0.001 (teacher) and 0.0003 (fine-tuned)"; empty where it is not known. */
export function valueWords(
  values: readonly OptionValue[],
  write: (value: unknown) => string = plainValue,
): string {
  if (values.length <= 1) return values[0] === undefined ? "" : write(values[0].value);
  return joinWords(values.map(({ value, arms }) => `${write(value)} (${joinWords(arms)})`));
}

/** A value as it is printed. */
export function plainValue(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number")
    return Number.isInteger(value) ? `${value}` : `${Number(value.toPrecision(6))}`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** "30" or "20 to 40" over numbers; empty for none. */
export function rangeWords(values: readonly number[], decimals = 0): string {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return "";
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const write = (value: number) => (decimals === 0 ? withThousands(value) : formatFixed(value, decimals));
  return low === high ? write(low) : `${write(low)} to ${write(high)}`;
}

function withThousands(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}
