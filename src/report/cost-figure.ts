// The accuracy-against-cost figure: what each model scores against the multiply-accumulates it spends on a mm² of tissue.
// Drawn twice, wide and narrow, because text that is shrunk to a phone cannot be read.
import type { EvaluationRecord, ModelEvaluation } from "../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "./axes.ts";
import { columnHeads, legend, legendHeight, nameLabels, roleLabels } from "./cost-labels.ts";
import { type CostPlot, type CostPoint, drawableModels, layOutColumns, roleLine } from "./cost-layout.ts";
import { costValueRows, valueRowsHeight } from "./cost-values.ts";
import { line, type Panel, roleMark, text, withTitle } from "./drawing.ts";
import { formatEstimate, formatMpp, formatSi } from "./format.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { chanceLevel, metricWords } from "./metrics.ts";
import { COLOURS } from "./palette.ts";
import { ROLES, referenceTeacher, rolesIn } from "./roles.ts";
import { clamped, linearScale, logScale, logTicks, roundDomain, type Scale } from "./scale.ts";

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
  // An interval from a standard error can reach beyond the metric's range; the numbers say so, the drawing stops there.
  const y = clamped(linearScale(metricDomain(record, models, metric), [frame.bottom, frame.top]));
  const plot: CostPlot = { record, metric, wide, width, frame, y, columns };
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
  return logScale(domain, [frame.left + (wide ? 204 : 40), frame.right - (wide ? 110 : 34)]);
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

function axes({ frame, metric, wide, y }: CostPlot, x: Scale): Markup {
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

/** The teacher's value across the plot, and what guessing would reach. */
function referenceLines({ record, metric, frame, y, columns }: CostPlot): Markup {
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

function lines({ columns, y }: CostPlot): Markup {
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

function points(plot: CostPlot): Markup {
  return markup`${plot.columns.flatMap(({ points: own }) => own.map((point) => drawPoint(plot, point)))}`;
}

function drawPoint({ metric, y, wide }: CostPlot, { model, estimate, value, x }: CostPoint): Markup {
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

function describe(record: EvaluationRecord, models: readonly ModelEvaluation[], metric: string): string {
  const entries = models.map(
    (model) =>
      `${model.name} (${ROLES[model.role].one}, ${formatMpp(model.mpp)}) ${formatEstimate(model.metrics[metric])} at ${formatSi(model.cost.macsPerMm2)}MAC per mm²`,
  );
  return `${metricWords(metric).heading} against cost on ${record.images} images of the ${record.split} split. ${entries.join("; ")}.`;
}
