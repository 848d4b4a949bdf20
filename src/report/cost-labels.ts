// The words of the accuracy-against-cost figure: heads over its columns, labels on its lines, names beside its points.
import type { ModelEvaluation, ModelRole } from "../evaluate/index.ts";
import {
  type CostColumn,
  type CostPlot,
  type CostPoint,
  narrowestGap,
  plottedModels,
  roleLine,
  spreadApart,
} from "./cost-layout.ts";
import { line, roleMark, text, textWidth } from "./drawing.ts";
import { formatCostShare, formatMagnification, formatMpp, formatMppNumber } from "./format.ts";
import { type Markup, markup, NOTHING, shorten } from "./markup.ts";
import { metricWords } from "./metrics.ts";
import { COLOURS } from "./palette.ts";
import { costShare, ROLES, rolesIn } from "./roles.ts";

/** Above each column: its resolution, magnification and share of the teacher's cost, as much as there is room for. */
export function columnHeads(plot: CostPlot): Markup {
  const { columns, frame, wide } = plot;
  const gap = narrowestGap(columns);
  const size = wide ? 13 : 12;
  const full = gap > size * 6;
  const quiet = { size: size - 1, anchor: "middle", colour: COLOURS.muted } as const;
  const heads = columns.map((column) => {
    const { x, mpps } = column;
    const name = mpps.map(formatMppNumber).join(", ");
    const magnification = gap > 44 && mpps.length === 1 ? formatMagnification(mpps[0]!) : "";
    return [
      line(
        [
          [x, frame.top],
          [x, frame.bottom],
        ],
        { colour: COLOURS.rule },
      ),
      text(x, frame.top - 44, full ? `${name} µm/px` : name, { size, anchor: "middle", bold: true }),
      text(x, frame.top - 27, magnification, quiet),
      text(x, frame.top - 11, gap > 44 ? shareWords(plot, column, gap > 150) : "", quiet),
    ];
  });
  const unit = full ? NOTHING : text(2, frame.top - 44, "µm/px", { size: size - 1, colour: COLOURS.muted });
  return markup`${heads}${unit}`;
}

/** "1/16 of the teacher's cost"; nothing over the teacher itself or where the column's costs differ. */
function shareWords({ record }: CostPlot, { points }: CostColumn, long: boolean): string {
  const shares = points.map(({ model }) => costShare(record, model));
  const [first] = shares;
  if (first === null || first === undefined || points.some(({ model }) => model.role === "teacher"))
    return "";
  if (shares.some((share) => Math.abs(share! - first) > 0.02 * first)) return "";
  return `${formatCostShare(first)}${long ? " of the teacher’s cost" : ""}`;
}

interface LineEnd {
  readonly role: ModelRole;
  readonly label: string;
  /** Written on the right of its point, not on the left. */
  readonly right: boolean;
  readonly x: number;
  readonly value: number;
}

/** Direct labels at the left end of each line; a role with one place in the right half is labelled on its right. */
export function roleLabels(plot: CostPlot): Markup {
  const { columns, y, frame } = plot;
  const ends = lineEnds(plot);
  const places = columns.flatMap((column) => [false, true].map((right) => ({ column, right })));
  const labels = places.map(({ column, right }) => {
    const own = ends.filter((end) => end.right === right && column.points.some(({ x }) => x === end.x));
    const heights = spreadApart(
      own.map(({ value }) => y(value)),
      17,
      [frame.top + 8, frame.bottom - 8],
    );
    const edge = right ? Math.max(...own.map(({ x }) => x)) + 22 : Math.min(...own.map(({ x }) => x)) - 28;
    return own.map(({ role, label, x, value }, index) => {
      const { colour } = ROLES[role];
      const height = heights[index]!;
      const leader = [
        [right ? edge - 4 : edge + 4, height],
        [right ? x + 10 : x - 10, y(value)],
      ] as const;
      return [
        line(leader, { colour, opacity: 0.45 }),
        text(edge, height + 4.5, label, {
          size: 13.5,
          bold: true,
          colour,
          anchor: right ? "start" : "end",
          halo: true,
        }),
      ];
    });
  });
  return markup`${labels}`;
}

/** The point that each role's label leads to; roles whose every point bears its name need none. */
function lineEnds(plot: CostPlot): LineEnd[] {
  const { columns, frame } = plot;
  const models = plottedModels(plot);
  return rolesIn(models).flatMap((role): LineEnd[] => {
    const count = models.filter((model) => model.role === role).length;
    const named = columns.flatMap((column) => namedPoints(column).filter(({ model }) => model.role === role));
    if (role === "model" || (count === 1 && named.length === 1)) return [];
    const path = roleLine(columns, role);
    const right = path.length === 1 && path[0]![0] > (frame.left + frame.right) / 2 && count === 1;
    const first = columns
      .map(({ points }) => points.filter(({ model }) => model.role === role))
      .find(({ length }) => length > 0)!;
    const { x, value } = first.reduce((left, point) => (point.x < left.x ? point : left));
    return [{ role, right, x, value, label: count === 1 ? ROLES[role].one : ROLES[role].many }];
  });
}

const LEGEND_ROW = 19;

/** Height that {@link legend} takes, in px. */
export function legendHeight(models: readonly ModelEvaluation[]): number {
  return Math.ceil(rolesIn(models).length / 2) * LEGEND_ROW + 6;
}

/** The narrow drawing has no room beside its lines: marks and words stand above it. */
export function legend(plot: CostPlot): Markup {
  const models = plottedModels(plot);
  const entries = rolesIn(models).map((role, index) => {
    const x = 12 + (index % 2) * 200;
    const y = 14 + Math.floor(index / 2) * LEGEND_ROW;
    const { colour, dash, many, one } = ROLES[role];
    const several = models.filter((model) => model.role === role).length > 1;
    return [
      several && role !== "model"
        ? line(
            [
              [x - 6, y],
              [x + 18, y],
            ],
            { colour, dash, width: 2 },
          )
        : NOTHING,
      roleMark(x + 6, y, ROLES[role], 5),
      text(x + 25, y + 4.5, several ? many : one, { size: 12.5, colour, bold: true }),
    ];
  });
  return markup`<g><title>${metricWords(plot.metric).heading}</title>${entries}</g>`;
}

/** The points that need their name: where role and column do not tell one model from another. */
function namedPoints({ points, mpps }: CostColumn): CostPoint[] {
  return points.filter(
    ({ model }) =>
      model.role === "model" ||
      mpps.length > 1 ||
      points.filter((other) => other.model.role === model.role).length > 1,
  );
}

/** Names beside the points of a column, each led to its point. */
export function nameLabels({ columns, y, frame, wide }: CostPlot): Markup {
  const size = wide ? 11.5 : 10;
  const labels = columns.map((column) => {
    const named = namedPoints(column);
    const heights = spreadApart(
      named.map(({ value }) => y(value)),
      size + 2,
      [frame.top + 6, frame.bottom - 4],
    );
    const names = named.map(({ model }) => {
      const name = shorten(model.name, wide ? 22 : 12);
      return column.mpps.length > 1 ? `${name}, ${formatMpp(model.mpp)}` : name;
    });
    const widest = Math.max(0, ...names.map((name) => textWidth(name, size)));
    const right = Math.max(...column.points.map(({ x }) => x)) + 18;
    const left = right + widest > frame.right + 10;
    const x = left ? Math.min(...column.points.map((point) => point.x)) - 18 : right;
    return named.map((point, index) => {
      const { colour } = ROLES[point.model.role];
      const height = heights[index]!;
      const leader = [
        [left ? x + 3 : x - 3, height],
        [point.x + (left ? -8 : 8), y(point.value)],
      ] as const;
      const style = { size, colour, anchor: left ? "end" : "start", halo: true } as const;
      return [line(leader, { colour, opacity: 0.5 }), text(x, height + size * 0.35, names[index]!, style)];
    });
  });
  return markup`${labels}`;
}
