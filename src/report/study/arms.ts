// The arms of a study: their order, how each is drawn, and what a cell is called. Colours and marks go by the kind of an
// arm for the first of a kind, so that they mean the same in every report; further arms get colours of their own.
import type { ArmKind, StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { formatMpp } from "../format.ts";
import { COLOURS, classColour } from "../palette.ts";
import { ROLES, type RoleStyle, sameMpp } from "../roles.ts";

/** How an arm is drawn. */
export type ArmStyle = Omit<RoleStyle, "one" | "many">;

/** A network of the study under one name, at any µm/px. */
export interface Arm {
  readonly name: string;
  readonly kind: ArmKind;
  readonly style: ArmStyle;
}

/** How kinds are called. */
export const KIND_WORDS: Readonly<Record<ArmKind, string>> = {
  teacher: "teacher",
  baseline: "label-only baseline",
  distilled: "distilled student",
  "fine-tuned": "fine-tuned student",
};

const KINDS: readonly ArmKind[] = ["teacher", "distilled", "fine-tuned", "baseline"];

const KIND_STYLES: Readonly<Record<ArmKind, ArmStyle>> = {
  teacher: ROLES.teacher,
  baseline: ROLES.baseline,
  distilled: ROLES.student,
  "fine-tuned": ROLES["fine-tuned"],
};

const FURTHER: readonly ArmStyle[] = [
  { colour: COLOURS.model, mark: "cross", dash: "10 3 2 3" },
  { colour: classColour(4), mark: "down", dash: "4 2" },
  { colour: classColour(5), mark: "pentagon", dash: "8 2 2 2 2 2" },
  { colour: classColour(6), mark: "circle", hollow: true, dash: "1 3" },
  { colour: COLOURS.model, mark: "square", hollow: true, dash: "4 2" },
  { colour: classColour(4), mark: "triangle", hollow: true, dash: "2 2" },
  { colour: classColour(5), mark: "diamond", hollow: true, dash: "6 2" },
];

/** The arms in reading order: teacher, distilled, fine-tuned, baseline; within a kind as the study lists them. */
export function armsOf(evaluation: StudyEvaluation): readonly Arm[] {
  const known = KNOWN.get(evaluation) ?? findArms(evaluation);
  KNOWN.set(evaluation, known);
  return known;
}

// Asked for by every mark of every figure.
const KNOWN = new WeakMap<StudyEvaluation, readonly Arm[]>();

function findArms(evaluation: StudyEvaluation): Arm[] {
  const seen = new Map<string, StudyCell>();
  for (const cell of evaluation.cells) if (!seen.has(cell.arm)) seen.set(cell.arm, cell);
  const listed = KINDS.flatMap((kind) => [...seen.values()].filter((cell) => cell.kind === kind));
  let further = 0;
  return listed.map(({ arm, kind }, index) => {
    const first = listed.findIndex((other) => other.kind === kind) === index;
    return { name: arm, kind, style: first ? KIND_STYLES[kind] : FURTHER[further++ % FURTHER.length]! };
  });
}

/** The arm of a cell. */
export function armOf(evaluation: StudyEvaluation, cell: StudyCell): Arm {
  return armsOf(evaluation).find(({ name }) => name === cell.arm)!;
}

/** Cells in reading order: by arm, then labels, then from fine to coarse, then from little to much unlabelled tissue. */
export function orderedCells(evaluation: StudyEvaluation): StudyCell[] {
  const order = armsOf(evaluation).map(({ name }) => name);
  return [...evaluation.cells].sort(
    (a, b) =>
      order.indexOf(a.arm) - order.indexOf(b.arm) ||
      b.labelFraction - a.labelFraction ||
      a.mpp - b.mpp ||
      a.unlabelledFraction - b.unlabelledFraction,
  );
}

/** The teacher with the same labels, or else the one with the most. */
export function teacherOf(evaluation: StudyEvaluation, cell: StudyCell): StudyCell | undefined {
  const teachers = evaluation.cells.filter(({ kind }) => kind === "teacher");
  const same = teachers.find(({ labelFraction }) => labelFraction === cell.labelFraction);
  return same ?? [...teachers].sort((a, b) => b.labelFraction - a.labelFraction)[0];
}

/** A cell's cost per mm² as a share of its teacher's; `null` without a teacher. */
export function costShareOf(evaluation: StudyEvaluation, cell: StudyCell): number | null {
  const macs = teacherOf(evaluation, cell)?.cost.macsPerMm2;
  return macs === undefined || !(macs > 0) ? null : cell.cost.macsPerMm2 / macs;
}

/** What tells the cells of an arm apart in this study: fractions are named only where there is more than one. */
export function cellWords(evaluation: StudyEvaluation, cell: StudyCell, withArm = true): string {
  const varies = (pick: (other: StudyCell) => number) =>
    new Set(evaluation.cells.filter(({ kind }) => kind === cell.kind).map(pick)).size > 1;
  return [
    withArm ? cell.arm : "",
    formatMpp(cell.mpp),
    varies(({ labelFraction }) => labelFraction) ? `${share(cell.labelFraction)} of the labels` : "",
    varies(({ unlabelledFraction }) => unlabelledFraction) ? tissueWords(cell.unlabelledFraction) : "",
  ]
    .filter((word) => word !== "")
    .join(", ");
}

/** {@link cellWords} without what every network of a figure has: the most labels and the arm's most unlabelled tissue. */
export function shortWords(evaluation: StudyEvaluation, cell: StudyCell, withArm = true): string {
  const labels = Math.max(...evaluation.cells.map(({ labelFraction }) => labelFraction));
  const own = evaluation.cells.filter(({ arm }) => arm === cell.arm);
  const tissue = Math.max(...own.map(({ unlabelledFraction }) => unlabelledFraction));
  return [
    withArm ? cell.arm : "",
    formatMpp(cell.mpp),
    cell.labelFraction === labels ? "" : `${share(cell.labelFraction)} of the labels`,
    cell.unlabelledFraction === tissue ? "" : tissueWords(cell.unlabelledFraction),
  ]
    .filter((word) => word !== "")
    .join(", ");
}

/** "50% of the unlabelled tissue", "no unlabelled tissue", "all unlabelled tissue". */
export function tissueWords(fraction: number): string {
  if (fraction === 0) return "no unlabelled tissue";
  return fraction === 1 ? "all unlabelled tissue" : `${share(fraction)} of the unlabelled tissue`;
}

/** A share in percent, with as many digits as it needs: 50%, 12.5%, 0.1%. */
export function share(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(3))}%`;
}

/** The distinct µm/px of cells, from fine to coarse. */
export function mppsOf(cells: readonly StudyCell[]): number[] {
  const sorted = cells.map(({ mpp }) => mpp).sort((a, b) => a - b);
  return sorted.filter((mpp, index) => index === 0 || !sameMpp(sorted[index - 1]!, mpp));
}
