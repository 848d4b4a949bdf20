// Where the points of the accuracy-against-cost figure stand: models of (nearly) the same cost form a column and are set
// side by side in it, so that their intervals do not hide each other.
import type { EvaluationRecord, MetricEstimate, ModelEvaluation, ModelRole } from "../evaluate/index.ts";
import type { Frame } from "./axes.ts";
import { inReadingOrder } from "./roles.ts";
import type { Scale } from "./scale.ts";

/** One model in the figure. */
export interface CostPoint {
  readonly model: ModelEvaluation;
  readonly value: number;
  readonly estimate: MetricEstimate;
  /** Horizontal place in px, after setting neighbours apart. */
  readonly x: number;
}

/** Models of nearly the same cost. */
export interface CostColumn {
  readonly x: number;
  /** The pixel sizes found in the column: one, unless architectures differ. */
  readonly mpps: readonly number[];
  readonly points: readonly CostPoint[];
}

/** What the parts of the figure share. */
export interface CostPlot {
  readonly record: EvaluationRecord;
  readonly metric: string;
  readonly wide: boolean;
  readonly width: number;
  readonly frame: Frame;
  readonly y: Scale;
  readonly columns: readonly CostColumn[];
}

/** All models of the figure. */
export function plottedModels({ columns }: CostPlot): ModelEvaluation[] {
  return columns.flatMap(({ points }) => points.map(({ model }) => model));
}

/** The models that have a value of the metric and a cost. */
export function drawableModels(models: readonly ModelEvaluation[], metric: string): ModelEvaluation[] {
  return inReadingOrder(models).filter(
    (model) => typeof model.metrics[metric]?.value === "number" && model.cost.macsPerMm2 > 0,
  );
}

/** Groups models into columns and sets those of a column side by side, `spread` px apart at most. */
export function layOutColumns(
  models: readonly ModelEvaluation[],
  metric: string,
  scale: Scale,
  spread: number,
): CostColumn[] {
  const groups = groupByCost(models, scale, spread * 1.6);
  const centres = groups.map(
    (group) => group.reduce((sum, model) => sum + scale(model.cost.macsPerMm2), 0) / group.length,
  );
  return groups.map((group, index) => {
    const centre = centres[index]!;
    const step = Math.min(spread, (0.7 * gapAround(centres, index)) / group.length);
    return {
      x: centre,
      mpps: [...new Set(group.map((model) => model.mpp))].sort((a, b) => a - b),
      points: inReadingOrder(group).map((model, place) => ({
        model,
        value: model.metrics[metric]!.value!,
        estimate: model.metrics[metric]!,
        x: centre + (place - (group.length - 1) / 2) * step,
      })),
    };
  });
}

/** The narrowest distance between neighbouring columns. */
export function narrowestGap(columns: readonly CostColumn[]): number {
  return columns.reduce(
    (least, column, index) => (index === 0 ? least : Math.min(least, column.x - columns[index - 1]!.x)),
    Number.POSITIVE_INFINITY,
  );
}

/** A role's line: one place per column, the mean where the role has several models there. */
export function roleLine(columns: readonly CostColumn[], role: ModelRole): (readonly [number, number])[] {
  return columns.flatMap((column) => {
    const own = column.points.filter((point) => point.model.role === role);
    if (own.length === 0) return [];
    const mean = (pick: (point: CostPoint) => number) =>
      own.reduce((sum, p) => sum + pick(p), 0) / own.length;
    return [[mean((p) => p.x), mean((p) => p.value)] as const];
  });
}

/** Moves places apart to at least `distance`, keeping their order and, as far as it goes, staying inside the limits. */
export function spreadApart(
  places: readonly number[],
  distance: number,
  limits: readonly [number, number],
): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  const moved = order.map(({ place }) => place);
  for (let i = 1; i < moved.length; i++) moved[i] = Math.max(moved[i]!, moved[i - 1]! + distance);
  const excess = Math.max(0, (moved.at(-1) ?? 0) - limits[1]);
  for (let i = moved.length - 1; i >= 0; i--) {
    const ceiling = i === moved.length - 1 ? moved[i]! - excess : moved[i + 1]! - distance;
    moved[i] = Math.min(moved[i]!, ceiling);
  }
  const result = [...places];
  for (const [rank, { index }] of order.entries()) result[index] = moved[rank]!;
  return result;
}

function groupByCost(
  models: readonly ModelEvaluation[],
  scale: Scale,
  distance: number,
): ModelEvaluation[][] {
  const sorted = [...models].sort((a, b) => a.cost.macsPerMm2 - b.cost.macsPerMm2);
  const groups: ModelEvaluation[][] = [];
  for (const model of sorted) {
    const last = groups.at(-1);
    const near =
      last !== undefined && scale(model.cost.macsPerMm2) - scale(last[0]!.cost.macsPerMm2) < distance;
    if (near) last.push(model);
    else groups.push([model]);
  }
  return groups;
}

function gapAround(centres: readonly number[], index: number): number {
  const before = index > 0 ? centres[index]! - centres[index - 1]! : Number.POSITIVE_INFINITY;
  const after = index + 1 < centres.length ? centres[index + 1]! - centres[index]! : Number.POSITIVE_INFINITY;
  return Math.min(before, after);
}
