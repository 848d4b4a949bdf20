// The roles of models: their words, colours, marks and reading order.
import type { EvaluationRecord, ModelEvaluation, ModelRole } from "../evaluate/index.ts";
import { COLOURS } from "./palette.ts";

/** How a role is written and drawn. */
export interface RoleStyle {
  readonly one: string;
  readonly many: string;
  readonly colour: string;
  /** Never colour alone: each role has its own mark and dash as well. */
  readonly mark: "square" | "circle" | "triangle" | "diamond" | "cross" | "down" | "pentagon";
  /** Drawn as an outline. */
  readonly hollow?: boolean;
  /** SVG dash pattern; empty for a solid line. */
  readonly dash: string;
}

/** All roles, in the order in which they are listed. */
export const ROLES: Readonly<Record<ModelRole, RoleStyle>> = {
  teacher: { one: "Teacher", many: "Teachers", colour: COLOURS.teacher, mark: "square", dash: "" },
  student: {
    one: "Distilled student",
    many: "Distilled students",
    colour: COLOURS.student,
    mark: "circle",
    dash: "",
  },
  "fine-tuned": {
    one: "Fine-tuned student",
    many: "Fine-tuned students",
    colour: COLOURS.fineTuned,
    mark: "diamond",
    dash: "2 4",
  },
  baseline: {
    one: "Label-only baseline",
    many: "Label-only baselines",
    colour: COLOURS.baseline,
    mark: "triangle",
    dash: "7 5",
  },
  model: { one: "Other model", many: "Other models", colour: COLOURS.model, mark: "cross", dash: "10 3 2 3" },
};

const ORDER = Object.keys(ROLES) as ModelRole[];

/** The roles that occur, in reading order. */
export function rolesIn(models: readonly ModelEvaluation[]): ModelRole[] {
  return ORDER.filter((role) => models.some((model) => model.role === role));
}

/** Models in reading order: teachers first, then from fine to coarse, at each resolution by role, then by name. */
export function inReadingOrder(models: readonly ModelEvaluation[]): ModelEvaluation[] {
  return [...models].sort(
    (a, b) =>
      Number(b.role === "teacher") - Number(a.role === "teacher") ||
      a.mpp - b.mpp ||
      ORDER.indexOf(a.role) - ORDER.indexOf(b.role) ||
      (a.name < b.name ? -1 : Number(a.name > b.name)),
  );
}

/** The model that costs are compared with: the first teacher, if any. */
export function referenceTeacher(record: EvaluationRecord): ModelEvaluation | undefined {
  return record.models.find((model) => model.role === "teacher");
}

/** A model's cost per mm² as a share of the teacher's; null without a teacher. */
export function costShare(record: EvaluationRecord, model: ModelEvaluation): number | null {
  const teacher = referenceTeacher(record);
  return teacher === undefined || !(teacher.cost.macsPerMm2 > 0)
    ? null
    : model.cost.macsPerMm2 / teacher.cost.macsPerMm2;
}

/** True where two pixel sizes are the same but for rounding. */
export function sameMpp(first: number, second: number): boolean {
  return Math.abs(first - second) <= 1e-3 * Math.max(first, second);
}
