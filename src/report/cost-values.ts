// The rows of numbers under the accuracy-against-cost figure, one per role, each number under its own column.
import type { CostColumn } from "./cost-layout.ts";
import { narrowestGap } from "./cost-layout.ts";
import { line, roleMark, text } from "./drawing.ts";
import { formatInterval, formatMetric } from "./format.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { metricWords } from "./metrics.ts";
import { COLOURS } from "./palette.ts";
import { ROLES, rolesIn } from "./roles.ts";

const ROW = 24;
const NEEDED_GAP = 132;

/** Height of the rows in px; 0 where the columns stand too close or a role has several models in one of them. */
export function valueRowsHeight(columns: readonly CostColumn[]): number {
  return hasRoom(columns) ? 22 + ROW * rolesOf(columns).length : 0;
}

/** The rows, from `top` down. */
export function costValueRows(
  columns: readonly CostColumn[],
  metric: string,
  width: number,
  top: number,
): Markup {
  if (!hasRoom(columns)) return NOTHING;
  const rows = rolesOf(columns).map((role, index) => {
    const y = top + 16 + ROW * index;
    const cells = columns.map(({ x, points }) => {
      const point = points.find(({ model }) => model.role === role);
      if (point === undefined) return NOTHING;
      const interval = formatInterval(point.estimate.interval);
      return markup`<text x="${x}" y="${y + 15}" font-size="12.5" text-anchor="middle" fill="${COLOURS.ink}"><tspan font-weight="600">${formatMetric(point.value)}</tspan><tspan fill="${COLOURS.muted}" font-size="11.5"> ${interval}</tspan></text>`;
    });
    return [
      line(
        [
          [0, y],
          [width, y],
        ],
        { colour: COLOURS.rule },
      ),
      roleMark(8, y + 11, ROLES[role], 4.5),
      text(20, y + 15, ROLES[role].one, { size: 12.5, colour: ROLES[role].colour, bold: true }),
      cells,
    ];
  });
  return markup`${text(0, top + 10, `${metricWords(metric).heading}, with its interval`, { size: 11.5, colour: COLOURS.muted })}${rows}`;
}

function rolesOf(columns: readonly CostColumn[]) {
  return rolesIn(columns.flatMap(({ points }) => points.map(({ model }) => model)));
}

function hasRoom(columns: readonly CostColumn[]): boolean {
  const single = columns.every(
    ({ points }) => new Set(points.map(({ model }) => model.role)).size === points.length,
  );
  return single && columns.length > 0 && narrowestGap(columns) >= NEEDED_GAP;
}
