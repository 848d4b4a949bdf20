// What a paired difference shows, and what it does not: the one place where that is decided.
import type {
  EvaluationRecord,
  MetricEstimate,
  ModelEvaluation,
  PairedComparison,
} from "../evaluate/index.ts";
import { sameMpp } from "./roles.ts";

/** What a paired difference shows. */
export type Verdict = "above" | "below" | "not shown" | "no interval";

/** A student and the model that it is judged against. */
export interface Pair {
  readonly student: ModelEvaluation;
  /** The other model in words. */
  readonly against: string;
  /** Student minus the other; null where they were not compared. */
  readonly difference: MetricEstimate | null;
  readonly verdict: Verdict | "not compared";
}

/** Reads a difference: above or below only where its whole interval is on one side of 0. */
export function verdictOf({ value, interval }: MetricEstimate): Verdict {
  if (value === null || interval === null) return "no interval";
  if (interval.low > 0) return "above";
  return interval.high < 0 ? "below" : "not shown";
}

/** The difference `first` minus `second` from the record's comparisons, turned round where they were made the other way. */
export function differenceBetween(
  record: EvaluationRecord,
  first: string,
  second: string,
  metric: string,
): MetricEstimate | null {
  const fits = (c: PairedComparison, a: string, b: string) =>
    c.metric === metric && c.first === a && c.second === b;
  const straight = record.comparisons.find((comparison) => fits(comparison, first, second));
  if (straight !== undefined) return straight.difference;
  const turned = record.comparisons.find((comparison) => fits(comparison, second, first))?.difference;
  if (turned === undefined) return null;
  const { value, interval } = turned;
  return {
    value: value === null ? null : -value,
    interval: interval === null ? null : { ...interval, low: -interval.high, high: -interval.low },
  };
}

/** The student against the label-only baseline of its own resolution. */
export function pairWithBaseline(record: EvaluationRecord, student: ModelEvaluation, metric: string): Pair {
  return pairWith(record, student, metric, "baseline") ?? unpaired(student);
}

/** The model that a sentence about a student judges it against: for a fine-tuned one, the student it may have come from. */
export function pairForSentence(record: EvaluationRecord, student: ModelEvaluation, metric: string): Pair {
  const tuned = student.role === "fine-tuned" ? pairWith(record, student, metric, "student") : null;
  return pairWith(record, student, metric, "baseline") ?? tuned ?? unpaired(student);
}

/** Student minus the reference teacher, if they were compared. */
export function pairWithTeacher(
  record: EvaluationRecord,
  student: ModelEvaluation,
  metric: string,
): Pair | null {
  return pairWith(record, student, metric, "teacher");
}

const AGAINST = {
  baseline: "the label-only baseline",
  student: "the distilled student of this resolution",
  teacher: "the teacher",
} as const;

function pairWith(
  record: EvaluationRecord,
  student: ModelEvaluation,
  metric: string,
  role: keyof typeof AGAINST,
): Pair | null {
  const others = record.models.filter(
    (other) => other.role === role && (role === "teacher" || sameMpp(other.mpp, student.mpp)),
  );
  for (const other of others) {
    const difference = differenceBetween(record, student.name, other.name, metric);
    if (difference === null) continue;
    const against = others.length > 1 ? other.name : AGAINST[role];
    return { student, against, difference, verdict: verdictOf(difference) };
  }
  return null;
}

function unpaired(student: ModelEvaluation): Pair {
  return { student, against: AGAINST.baseline, difference: null, verdict: "not compared" };
}
