// The table's rows in order: sorted by what one asks for, those without an answer last, and only those that match.
import type { AnswerView, ModelView, SlideRow } from "../library.ts";
import type { Address, SortKey } from "./address.ts";

const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** One model's answer for a slide; `undefined` where it has none. */
export function answerOf(row: SlideRow, model: ModelView | null): AnswerView | undefined {
  return model === null ? undefined : row.answers.find((answer) => answer.model === model.id);
}

/**
 * The model to show where none was chosen: the one with most answers; for a slide that it has not answered, the first that
 * has.
 *
 * @param row the open slide; `null` for the table.
 */
export function usualModel(
  models: readonly ModelView[],
  rows: readonly SlideRow[],
  row: SlideRow | null,
): ModelView | null {
  const counts = models.map((model) => rows.filter((one) => answerOf(one, model) !== undefined).length);
  const usual = models[Math.max(0, counts.indexOf(Math.max(...counts)))] ?? null;
  if (row === null || answerOf(row, usual) !== undefined) return usual;
  return models.find((model) => answerOf(row, model) !== undefined) ?? usual;
}

/** The probability of a class in an answer; `null` without one. A `className` of `null` is the class answered. */
export function probabilityOf(
  answer: AnswerView | undefined,
  model: ModelView | null,
  className: string | null,
): number | null {
  if (answer === undefined || model === null) return null;
  return answer.probabilities[model.classes.indexOf(className ?? answer.label)] ?? null;
}

/** The rows as the table shows them. Never changes `rows`; equal rows stay in their order. */
export function shownRows(
  rows: readonly SlideRow[],
  address: Pick<Address, "sort" | "descending" | "filter" | "only" | "className">,
  model: ModelView | null,
): readonly SlideRow[] {
  const words = address.filter.toLowerCase().split(/\s+/).filter(Boolean);
  const keyed = rows
    .filter((row) => matches(row, words, address.only, model))
    .map((row) => ({ row, key: keyOf(row, address.sort, model, address.className) }));
  const sign = address.descending ? -1 : 1;
  return keyed.sort((a, b) => compare(a.key, b.key, sign)).map(({ row }) => row);
}

/** The labels that a model has answered, in the order of its classes. */
export function labelsIn(rows: readonly SlideRow[], model: ModelView | null): readonly string[] {
  const labels = new Set(rows.map((row) => answerOf(row, model)?.label));
  return (model?.classes ?? []).filter((name) => labels.has(name));
}

function matches(
  row: SlideRow,
  words: readonly string[],
  only: string | null,
  model: ModelView | null,
): boolean {
  const label = answerOf(row, model)?.label ?? "";
  const text = [row.name, row.truth ?? "", row.problem ?? "", ...row.answers.map((answer) => answer.label)]
    .join(" ")
    .toLowerCase();
  return (only === null || label === only) && words.every((word) => text.includes(word));
}

type Key = string | number | null;

function keyOf(row: SlideRow, sort: SortKey, model: ModelView | null, className: string | null): Key {
  const answer = answerOf(row, model);
  const keys: Record<SortKey, () => Key> = {
    name: () => row.name,
    label: () => answer?.label ?? null,
    probability: () => probabilityOf(answer, model, className),
    disagreement: () => row.disagreement,
    truth: () => row.truth,
    pieces: () => answer?.pieces ?? null,
    area: () => answer?.tissueArea ?? null,
  };
  return keys[sort]();
}

/** Rows without a key come last in either direction. */
function compare(a: Key, b: Key, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return (
    sign * (typeof a === "number" && typeof b === "number" ? a - b : names.compare(String(a), String(b)))
  );
}
