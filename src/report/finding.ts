// Says in words what the numbers show. Nothing is picked for looking good: every student is compared with the baseline of
// its own resolution, and where an interval covers 0 the sentence says that no difference was shown.
import type {
  EvaluationRecord,
  MetricEstimate,
  ModelEvaluation,
  PairedComparison,
} from "../evaluate/index.ts";
import {
  formatCostShare,
  formatEstimate,
  formatMetric,
  formatMpp,
  formatMppNumber,
  formatPercent,
  joinWords,
} from "./format.ts";
import { metricWords } from "./metrics.ts";
import { costShare, inReadingOrder, ROLES, referenceTeacher, sameMpp } from "./roles.ts";

/** What a paired difference shows. */
export type Verdict = "above" | "below" | "not shown" | "no interval";

/** The finding: one sentence, then one per student. */
export interface Finding {
  readonly metric: string;
  readonly headline: string;
  readonly details: readonly string[];
  /** What its verdicts rest on; empty where there are none. */
  readonly basis: string;
}

interface Pair {
  readonly student: ModelEvaluation;
  /** Student minus baseline; null where they were not compared. */
  readonly difference: MetricEstimate | null;
  readonly verdict: Verdict | "not compared";
}

/** Draws the finding from a record. */
export function describeFinding(record: EvaluationRecord): Finding {
  const metric = findingMetric(record);
  const basis = basisOf(record, metric);
  const models = inReadingOrder(record.models);
  const distilled = models.filter(({ role }) => role === "student");
  const students = distilled.length > 0 ? distilled : models.filter(({ role }) => role === "fine-tuned");
  const pairs = students.map((student) => pairWithBaseline(record, student, metric));
  const told = pairs.length === 1 ? pairs[0]!.student : null;
  const details = models
    .filter((model) => (model.role === "student" || model.role === "fine-tuned") && model !== told)
    .map((student) => studentSentence(record, student, metric));
  if (students.length === 0) return { metric, headline: withoutStudents(models, metric), details, basis };
  const headline = pairs.length === 1 ? onePair(record, pairs[0]!, metric) : manyPairs(pairs, metric);
  return { metric, headline, details, basis };
}

/** The metric that the finding is about: balanced accuracy where any model has it. */
export function findingMetric(record: EvaluationRecord): string {
  const has = (metric: string) =>
    record.models.some((model) => typeof model.metrics[metric]?.value === "number");
  return ["balancedAccuracy", "accuracy", "macroAuroc"].find(has) ?? "balancedAccuracy";
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

function pairWithBaseline(record: EvaluationRecord, student: ModelEvaluation, metric: string): Pair {
  const baselines = record.models.filter(({ role, mpp }) => role === "baseline" && sameMpp(mpp, student.mpp));
  for (const baseline of baselines) {
    const difference = differenceBetween(record, student.name, baseline.name, metric);
    if (difference !== null) return { student, difference, verdict: verdictOf(difference) };
  }
  return { student, difference: null, verdict: "not compared" };
}

/** "At 4 µm/px the distilled student scores 0.912 [0.853, 0.961] balanced accuracy at 1/16 of the teacher's cost". */
function scoreClause(
  record: EvaluationRecord,
  student: ModelEvaluation,
  metric: string,
  unique: boolean,
): string {
  const share = costShare(record, student);
  const part = formatCostShare(share);
  const cost = share === null ? "" : `, at ${part === "1" ? "" : `${part} of `}the teacher's cost`;
  const name = unique ? `the ${ROLES[student.role].one.toLowerCase()}` : student.name;
  return `At ${formatMpp(student.mpp)} ${name} scores ${formatEstimate(student.metrics[metric])} ${metricWords(metric).name}${cost}`;
}

function onePair(record: EvaluationRecord, pair: Pair, metric: string): string {
  const { student, difference } = pair;
  const score = scoreClause(record, student, metric, true);
  return `${score}; ${baselineClause(pair.verdict, difference)}${teacherClause(record, student, metric)}.`;
}

function studentSentence(record: EvaluationRecord, student: ModelEvaluation, metric: string): string {
  const unique = record.models.every(
    (other) => other === student || other.role !== student.role || !sameMpp(other.mpp, student.mpp),
  );
  const { verdict, difference } = pairWithBaseline(record, student, metric);
  return `${scoreClause(record, student, metric, unique)}; ${baselineClause(verdict, difference)}${teacherClause(record, student, metric)}.`;
}

function baselineClause(verdict: Pair["verdict"], difference: MetricEstimate | null): string {
  if (difference === null) return "it was not compared with a label-only baseline of this resolution";
  const size = sizeOf(difference);
  if (verdict === "above" || verdict === "below") return `${size} ${verdict} the label-only baseline`;
  if (verdict === "no interval")
    return difference.value === null
      ? "its difference from the label-only baseline is not defined"
      : `${size} ${side(difference.value)} the label-only baseline, without an interval, so that nothing is shown`;
  return `no difference from the label-only baseline was shown (${signed(difference)})`;
}

function teacherClause(record: EvaluationRecord, student: ModelEvaluation, metric: string): string {
  const teacher = referenceTeacher(record);
  const difference =
    teacher === undefined ? null : differenceBetween(record, student.name, teacher.name, metric);
  if (difference === null || difference.value === null) return "";
  const verdict = verdictOf(difference);
  if (verdict === "above" || verdict === "below") return `, and ${sizeOf(difference)} ${verdict} the teacher`;
  if (verdict === "no interval")
    return `, and ${sizeOf(difference)} ${side(difference.value)} the teacher (no interval)`;
  return `, and no difference from the teacher was shown (${signed(difference)})`;
}

/** One sentence over all students, each judged against the baseline of its own resolution. */
function manyPairs(pairs: readonly Pair[], metric: string): string {
  const name = metricWords(metric).name;
  const students = ROLES[pairs[0]!.student.role].many.toLowerCase();
  const at = (verdict: Pair["verdict"], conjunction = "and") => wherePairs(pairs, verdict, conjunction);
  const whole = (verdict: Pair["verdict"]) => pairs.every((pair) => pair.verdict === verdict);
  if (whole("not compared"))
    return `${pairs.length} ${students} were evaluated; none was compared with a label-only baseline of its own resolution.`;
  if (whole("no interval"))
    return `The differences in ${name} between ${students} and label-only baselines have no intervals: no difference is shown.`;
  if (whole("not shown"))
    return `No difference in ${name} between ${students} and label-only baselines was shown ${at("not shown", "or")}.`;
  const distinct = ofDistinctResolution(pairs);
  const subject = distinct ? `${students} had ` : `of the ${students}, `;
  const scored = ([verdict, word]: readonly [Verdict, string]) =>
    at(verdict) === ""
      ? []
      : distinct
        ? `${word} ${name} ${at(verdict)}`
        : `${at(verdict).replace(/^for /, "")} had ${word} ${name}`;
  const decided = (
    [
      ["above", "higher"],
      ["below", "lower"],
    ] as const
  ).flatMap(scored);
  const between = decided.length === 0 ? ` in ${name} between ${students} and label-only baselines` : "";
  const clauses = [
    decided.length === 0 ? [] : `${subject}${joinWords(decided)} than label-only baselines`,
    at("not shown") === "" ? [] : `${at("not shown")} no difference${between} was shown`,
    at("no interval") === ""
      ? []
      : `${at("no interval")} the difference has no interval and nothing is shown`,
    at("not compared") === "" ? [] : `${at("not compared")} there was no baseline to compare with`,
  ].flat();
  return `${capitalised(clauses.join("; "))}.`;
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the words "above", "below" and "no difference" rest on; empty where there is no interval. */
function basisOf(record: EvaluationRecord, metric: string): string {
  const own = record.comparisons.filter((comparison) => comparison.metric === metric);
  const level = own.find(({ difference }) => difference.interval !== null)?.difference.interval?.level;
  if (level === undefined) return "";
  return `Above, below, or no difference shown: judged by whether the ${formatPercent(level)} interval of the paired difference, on the same images, leaves out 0.`;
}

function ofDistinctResolution(pairs: readonly Pair[]): boolean {
  return new Set(pairs.map(({ student }) => formatMppNumber(student.mpp))).size === pairs.length;
}

/** "at 2, 4 and 8 µm/px", or the students' names where two share a resolution; empty for none. */
function wherePairs(all: readonly Pair[], verdict: Pair["verdict"], conjunction: string): string {
  const chosen = all.filter((pair) => pair.verdict === verdict).map(({ student }) => student);
  if (chosen.length === 0) return "";
  if (!ofDistinctResolution(all))
    return `for ${joinWords(
      chosen.map(({ name }) => name),
      conjunction,
    )}`;
  return `at ${joinWords(
    chosen.map(({ mpp }) => formatMppNumber(mpp)),
    conjunction,
  )} µm/px`;
}

function withoutStudents(models: readonly ModelEvaluation[], metric: string): string {
  const name = metricWords(metric).name;
  const [only] = models;
  if (models.length === 1)
    return `${only!.role === "model" ? only!.name : `The ${ROLES[only!.role].one.toLowerCase()}`} scores ${formatEstimate(only!.metrics[metric])} ${name} at ${formatMpp(only!.mpp)}; there is no other model to compare it with.`;
  const scored = models
    .filter((model) => typeof model.metrics[metric]?.value === "number")
    .sort((a, b) => a.metrics[metric]!.value! - b.metrics[metric]!.value!);
  if (scored.length === 0)
    return `${models.length} models were evaluated; their ${name} is not defined on this split.`;
  const ends = [scored[0]!, scored.at(-1)!].map(
    (m) => `${formatMetric(m.metrics[metric]!.value)} (${m.name}, ${formatMpp(m.mpp)})`,
  );
  return `The ${name} of ${scored.length} models ranges from ${ends.join(" to ")}; there is no distilled student among them.`;
}

/** The size of a difference with its interval, both without the sign's direction: "0.120 [0.040, 0.200]". */
function sizeOf({ value, interval }: MetricEstimate): string {
  if (value === null || value >= 0) return formatEstimate({ value, interval });
  return formatEstimate({
    value: -value,
    interval: interval === null ? null : { ...interval, low: -interval.high, high: -interval.low },
  });
}

function signed({ value, interval }: MetricEstimate): string {
  return `difference ${formatEstimate({ value, interval })}`;
}

function side(value: number): string {
  if (Math.abs(value) < 0.0005) return "apart from";
  return value > 0 ? "above" : "below";
}
