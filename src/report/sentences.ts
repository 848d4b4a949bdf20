// One sentence about one student: its score, its cost, and how it compares with baseline and teacher.
import type { EvaluationRecord, MetricEstimate, ModelEvaluation } from "../evaluate/index.ts";
import { formatCostShare, formatEstimate, formatMpp } from "./format.ts";
import { metricWords } from "./metrics.ts";
import { costShare, ROLES, sameMpp } from "./roles.ts";
import { type Pair, pairForSentence, pairWithTeacher } from "./verdict.ts";

/**
 * "At 4 µm/px the distilled student scores 0.912 [0.853, 0.961] balanced accuracy, at 1/16 of the teacher's cost;
 * 0.120 [0.040, 0.200] above the label-only baseline, and no difference from the teacher was shown (…)."
 */
export function studentSentence(record: EvaluationRecord, student: ModelEvaluation, metric: string): string {
  const unique = record.models.every(
    (other) => other === student || other.role !== student.role || !sameMpp(other.mpp, student.mpp),
  );
  const pair = pairForSentence(record, student, metric);
  const teacher = pairWithTeacher(record, student, metric);
  const last = teacher === null ? "" : `, and ${comparisonClause(teacher)}`;
  return `${scoreClause(record, student, metric, unique)}; ${comparisonClause(pair)}${last}.`;
}

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

function comparisonClause({ difference, verdict, against }: Pair): string {
  if (difference === null) return "it was not compared with a label-only baseline of this resolution";
  const { value } = difference;
  if (value === null) return `its difference from ${against} is not defined`;
  const size = sizeOf(difference);
  if (verdict === "above" || verdict === "below") return `${size} ${verdict} ${against}`;
  if (verdict === "no interval")
    return `${size} ${side(value)} ${against}, without an interval, so that nothing is shown`;
  return `no difference from ${against} was shown (difference ${formatEstimate(difference)})`;
}

/** The size of a difference with its interval, both without the sign's direction: "0.120 [0.040, 0.200]". */
function sizeOf({ value, interval }: MetricEstimate): string {
  if (value === null || value >= 0) return formatEstimate({ value, interval });
  return formatEstimate({
    value: -value,
    interval: interval === null ? null : { ...interval, low: -interval.high, high: -interval.low },
  });
}

function side(value: number): string {
  if (Math.abs(value) < 0.0005) return "apart from";
  return value > 0 ? "above" : "below";
}
