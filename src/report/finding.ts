// Says in words what the numbers show. Nothing is picked for looking good: every student is judged against the baseline of
// its own resolution, and where an interval covers 0 the sentence says that no difference was shown.
import type { EvaluationRecord, ModelEvaluation } from "../evaluate/index.ts";
import {
  formatEstimate,
  formatMetric,
  formatMpp,
  formatMppNumber,
  formatPercent,
  joinWords,
} from "./format.ts";
import { findingMetric, metricWords } from "./metrics.ts";
import { inReadingOrder, ROLES } from "./roles.ts";
import { studentSentence } from "./sentences.ts";
import { type Pair, pairWithBaseline, type Verdict } from "./verdict.ts";

/** The finding: one sentence, then one per student. */
export interface Finding {
  readonly metric: string;
  readonly headline: string;
  readonly details: readonly string[];
  /** What its verdicts rest on; empty where there are none. */
  readonly basis: string;
}

/** Draws the finding from a record. */
export function describeFinding(record: EvaluationRecord): Finding {
  const metric = findingMetric(record);
  const basis = basisOf(record, metric);
  const models = inReadingOrder(record.models);
  const distilled = models.filter(({ role }) => role === "student");
  const students = distilled.length > 0 ? distilled : models.filter(({ role }) => role === "fine-tuned");
  const told = students.length === 1 ? students[0] : undefined;
  const details = models
    .filter((model) => (model.role === "student" || model.role === "fine-tuned") && model !== told)
    .map((student) => studentSentence(record, student, metric));
  return { metric, headline: headlineOf(record, models, students, metric), details, basis };
}

function headlineOf(
  record: EvaluationRecord,
  models: readonly ModelEvaluation[],
  students: readonly ModelEvaluation[],
  metric: string,
): string {
  const [only] = students;
  if (only === undefined) return withoutStudents(models, metric);
  if (students.length === 1) return studentSentence(record, only, metric);
  return manyPairs(
    students.map((student) => pairWithBaseline(record, student, metric)),
    metric,
  );
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
