// The accuracy-against-cost figure: what each model scores against the multiply-accumulates it spends on a mm² of tissue.
// Drawn twice, wide and narrow, because text that is shrunk to a phone cannot be read.
import type { EvaluationRecord, ModelEvaluation } from "../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "./axes.ts";
import {
  type CostColumn,
  type CostPoint,
  drawableModels,
  layOutColumns,
  narrowestGap,
  roleLine,
  spreadApart,
} from "./cost-layout.ts";
import { costValueRows, valueRowsHeight } from "./cost-values.ts";
import { line, type Panel, roleMark, text, textWidth, withTitle } from "./drawing.ts";
import {
  formatCostShare,
  formatEstimate,
  formatMagnification,
  formatMpp,
  formatMppNumber,
  formatSi,
} from "./format.ts";
import { type Markup, markup, NOTHING, shorten } from "./markup.ts";
import { chanceLevel, metricWords } from "./metrics.ts";
import { COLOURS } from "./palette.ts";
import { costShare, ROLES, referenceTeacher, rolesIn } from "./roles.ts";
import { linearScale, logScale, logTicks, roundDomain, type Scale } from "./scale.ts";

interface Plot {
  readonly record: EvaluationRecord;
  readonly metric: string;
  readonly wide: boolean;
  readonly width: number;
  readonly frame: Frame;
  readonly y: Scale;
  readonly columns: readonly CostColumn[];
}

/** Draws the figure for a metric; `null` where no model has the metric. */
export function costFigure(record: EvaluationRecord, metric: string, wide: boolean): Panel | null {
  const models = drawableModels(record.models, metric);
  if (models.length === 0) return null;
  const width = wide ? 1080 : 400;
  const frame = wide
    ? { left: 66, right: width - 14, top: 74, bottom: 440 }
    : { left: 46, right: width - 6, top: 62 + legendHeight(models), bottom: 390 + legendHeight(models) };
  const x = costScale(models, frame, wide);
  const columns = layOutColumns(models, metric, x, wide ? 20 : 13);
  const y = linearScale(metricDomain(record, models, metric), [frame.bottom, frame.top]);
  const plot: Plot = { record, metric, wide, width, frame, y, columns };
  const rows = wide ? costValueRows(columns, metric, width, frame.bottom + 62) : NOTHING;
  return {
    width,
    height: frame.bottom + 54 + (wide ? valueRowsHeight(columns) : 0),
    description: describe(record, models, metric),
    body: markup`${axes(plot, x)}${columnHeads(plot)}${referenceLines(plot)}${lines(plot)}${points(plot)}${wide ? roleLabels(plot) : legend(plot)}${nameLabels(plot)}${rows}`,
  };
}

function costScale(models: readonly ModelEvaluation[], frame: Frame, wide: boolean): Scale {
  const costs = models.map((model) => model.cost.macsPerMm2);
  const low = Math.min(...costs);
  const high = Math.max(...costs);
  const domain = high / low < 1.05 ? ([low / 3, high * 3] as const) : ([low, high] as const);
  return logScale(domain, [frame.left + (wide ? 186 : 40), frame.right - (wide ? 110 : 34)]);
}

function metricDomain(record: EvaluationRecord, models: readonly ModelEvaluation[], metric: string) {
  const values = models.flatMap((model) => {
    const { value, interval } = model.metrics[metric]!;
    return interval === null ? [value!] : [value!, interval.low, interval.high];
  });
  const chance = chanceLevel(metric, record.classes.length);
  const nearChance = chance !== null && Math.min(...values) - chance < 0.12;
  const all = nearChance ? [...values, chance] : values;
  const padded = Math.max(...all) - Math.min(...all) < 0.05 ? [...all, Math.min(...all) - 0.05] : all;
  const limits = metric === "quadraticKappa" ? ([-1, 1] as const) : ([0, 1] as const);
  return roundDomain(padded, limits);
}

function axes({ frame, metric, wide, y }: Plot, x: Scale): Markup {
  const size = wide ? 12.5 : 11.5;
  // The axis reaches beyond the data on both sides; ticks are given for all of it.
  const perDecade = x(10) - x(1);
  const reach = (edge: number, from: number) => from * 10 ** ((edge - x(from)) / perDecade);
  const domain = [reach(frame.left, x.domain[0]), reach(frame.right, x.domain[0])] as const;
  const ticks = logTicks(domain).filter((tick) => x(tick) > frame.left + 14 && x(tick) < frame.right - 10);
  return markup`${verticalAxis(frame, y, { ...(wide ? { title: metricWords(metric).heading } : {}), size })}${horizontalAxis(
    frame,
    x,
    thinOut(ticks, x, wide ? 58 : 50),
    {
      title: wide
        ? "Cost: multiply-accumulates (MACs) per mm² of tissue, log scale"
        : "MACs per mm², log scale",
      size,
      format: formatSi,
    },
  )}`;
}

/** Leaves out ticks whose labels would touch; powers of ten stay before others. */
function thinOut(ticks: readonly number[], x: Scale, distance: number): number[] {
  const isPower = (tick: number) => Math.abs(Math.log10(tick) - Math.round(Math.log10(tick))) < 1e-6;
  const kept: number[] = [];
  for (const tick of [...ticks].sort((a, b) => Number(isPower(b)) - Number(isPower(a)) || a - b))
    if (kept.every((other) => Math.abs(x(other) - x(tick)) >= distance)) kept.push(tick);
  return kept.sort((a, b) => a - b);
}

/** Above each column: its resolution, magnification and share of the teacher's cost, as much as there is room for. */
function columnHeads({ record, columns, frame, wide }: Plot): Markup {
  const gap = narrowestGap(columns);
  const size = wide ? 13 : 12;
  const heads = columns.map(({ x, mpps, points }) => {
    const [mpp] = mpps;
    const many = mpps.length > 1;
    const full = gap > 64 && !many;
    const name = full ? formatMpp(mpp!) : mpps.map(formatMppNumber).join(", ");
    const share = costShare(record, points[0]!.model);
    const below = [
      full && gap > 44 ? formatMagnification(mpp!) : "",
      share !== null && gap > 44 && points.every((point) => point.model.role !== "teacher")
        ? `${formatCostShare(share)}${gap > 100 ? " of the teacher\u2019s cost" : ""}`
        : "",
    ];
    return [
      line(
        [
          [x, frame.top],
          [x, frame.bottom],
        ],
        { colour: COLOURS.rule },
      ),
      text(x, frame.top - 44, name, { size, anchor: "middle", bold: true }),
      text(x, frame.top - 27, below[0]!, { size: size - 1, anchor: "middle", colour: COLOURS.muted }),
      text(x, frame.top - 11, below[1]!, { size: size - 1, anchor: "middle", colour: COLOURS.muted }),
    ];
  });
  const unit =
    gap > 64 || columns.length < 2
      ? NOTHING
      : text(frame.left - 40, frame.top - 44, "µm/px", { size: size - 1, colour: COLOURS.muted });
  return markup`${heads}${unit}`;
}

/** The teacher's value across the plot, and what guessing would reach. */
function referenceLines({ record, metric, frame, y, columns }: Plot): Markup {
  const teacher = referenceTeacher(record)?.metrics[metric]?.value;
  const across = (value: number, colour: string) =>
    line(
      [
        [frame.left, y(value)],
        [frame.right, y(value)],
      ],
      { colour, dash: "1 4", width: 1.25 },
    );
  const chance = chanceLevel(metric, record.classes.length);
  const showChance = chance !== null && chance >= y.domain[0] && chance <= y.domain[1];
  const more = columns.some(({ points }) => points.some(({ model }) => model.role !== "teacher"));
  return markup`${typeof teacher === "number" && more ? across(teacher, COLOURS.teacher) : NOTHING}${
    showChance
      ? [
          across(chance, COLOURS.muted),
          text(frame.right - 4, y(chance) - 5, "guessing", {
            size: 11,
            colour: COLOURS.muted,
            anchor: "end",
            halo: true,
          }),
        ]
      : NOTHING
  }`;
}

function lines({ columns, y }: Plot): Markup {
  const drawn = rolesIn(columns.flatMap(({ points: own }) => own.map(({ model }) => model)))
    .filter((role) => role !== "model" && role !== "teacher")
    .map((role) =>
      line(
        roleLine(columns, role).map(([x, value]) => [x, y(value)] as const),
        { colour: ROLES[role].colour, dash: ROLES[role].dash, width: 2 },
      ),
    );
  return markup`${drawn}`;
}

function points(plot: Plot): Markup {
  return markup`${plot.columns.flatMap(({ points: own }) => own.map((point) => drawPoint(plot, point)))}`;
}

function drawPoint({ metric, y, wide }: Plot, { model, estimate, value, x }: CostPoint): Markup {
  const role = ROLES[model.role];
  const cap = wide ? 5 : 3.5;
  const { interval } = estimate;
  const whisker =
    interval === null
      ? []
      : [
          line(
            [
              [x, y(interval.low)],
              [x, y(interval.high)],
            ],
            { colour: role.colour, width: 1.75 },
          ),
          line(
            [
              [x - cap, y(interval.low)],
              [x + cap, y(interval.low)],
            ],
            { colour: role.colour, width: 1.75 },
          ),
          line(
            [
              [x - cap, y(interval.high)],
              [x + cap, y(interval.high)],
            ],
            { colour: role.colour, width: 1.75 },
          ),
        ];
  const words = `${model.name} (${role.one}, ${formatMpp(model.mpp)}): ${metricWords(metric).name} ${formatEstimate(estimate)} at ${formatSi(model.cost.macsPerMm2)}MAC/mm²`;
  return withTitle(words, ...whisker, roleMark(x, y(value), role, wide ? 6.5 : 5.5));
}

/** Direct labels at the left end of each line; a role with one point is labelled on its right. */
function roleLabels({ columns, y, frame }: Plot): Markup {
  const ends = rolesIn(columns.flatMap(({ points: own }) => own.map(({ model }) => model)))
    .filter((role) => role !== "model")
    .map((role) => {
      const path = roleLine(columns, role);
      const own = columns.flatMap(({ points: all }) => all.filter(({ model }) => model.role === role));
      const right = path.length === 1 && path[0]![0] > (frame.left + frame.right) / 2;
      return { role, right, at: path[0]!, label: own.length === 1 ? ROLES[role].one : ROLES[role].many };
    });
  const labels = [false, true].flatMap((right) => {
    const side = ends.filter((end) => end.right === right);
    const heights = spreadApart(
      side.map(({ at }) => y(at[1])),
      17,
      [frame.top + 8, frame.bottom - 8],
    );
    const edge = Math.min(...side.map(({ at }) => at[0])) - 30;
    return side.map(({ role, at, label }, index) => {
      const colour = ROLES[role].colour;
      const height = heights[index]!;
      const x = right ? at[0] + 22 : edge;
      const leader = line(
        [
          [right ? x - 4 : x + 4, height],
          [right ? at[0] + 10 : at[0] - 11, y(at[1])],
        ],
        { colour, opacity: 0.45 },
      );
      return [
        leader,
        text(x, height + 4.5, label, {
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

const LEGEND_ROW = 19;

function legendHeight(models: readonly ModelEvaluation[]): number {
  return Math.ceil(rolesIn(models).length / 2) * LEGEND_ROW + 6;
}

/** The narrow drawing has no room beside its lines: marks and words stand above it. */
function legend({ columns, metric }: Plot): Markup {
  const models = columns.flatMap(({ points: own }) => own.map(({ model }) => model));
  const entries = rolesIn(models).map((role, index) => {
    const x = 12 + (index % 2) * 200;
    const y = 14 + Math.floor(index / 2) * LEGEND_ROW;
    const many = models.filter((model) => model.role === role).length > 1;
    return [
      line(
        [
          [x - 6, y],
          [x + 18, y],
        ],
        { colour: ROLES[role].colour, dash: ROLES[role].dash, width: 2 },
      ),
      roleMark(x + 6, y, ROLES[role], 5),
      text(x + 25, y + 4.5, many ? ROLES[role].many : ROLES[role].one, {
        size: 12.5,
        colour: ROLES[role].colour,
        bold: true,
      }),
    ];
  });
  return markup`${entries}<title>${metricWords(metric).heading}</title>`;
}

/** Names, where a role alone does not tell models of a column apart. */
function nameLabels({ columns, y, frame, wide }: Plot): Markup {
  const size = wide ? 11.5 : 10;
  const labels = columns.map((column) => {
    const unclear = column.points.filter(
      ({ model }) =>
        model.role === "model" || column.points.filter((other) => other.model.role === model.role).length > 1,
    );
    const heights = spreadApart(
      unclear.map(({ value }) => y(value)),
      size + 2,
      [frame.top + 6, frame.bottom - 4],
    );
    const beside = Math.max(...column.points.map(({ x }) => x)) + (wide ? 13 : 9);
    return unclear.map(({ model }, index) => {
      const name = shorten(model.name, wide ? 20 : 12);
      const left = beside + textWidth(name, size) > frame.right + 8;
      const x = left ? Math.min(...column.points.map((point) => point.x)) - 13 : beside;
      return text(x, heights[index]! + size * 0.35, name, {
        size,
        colour: ROLES[model.role].colour,
        anchor: left ? "end" : "start",
        halo: true,
      });
    });
  });
  return markup`${labels}`;
}

function describe(record: EvaluationRecord, models: readonly ModelEvaluation[], metric: string): string {
  const entries = models.map(
    (model) =>
      `${model.name} (${ROLES[model.role].one}, ${formatMpp(model.mpp)}) ${formatEstimate(model.metrics[metric])} at ${formatSi(model.cost.macsPerMm2)}MAC per mm²`,
  );
  return `${metricWords(metric).heading} against cost on ${record.images} images of the ${record.split} split. ${entries.join("; ")}.`;
}
