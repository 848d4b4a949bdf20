// A panel of lines: one per arm (or per µm/px) over cost, over µm/px, or over an amount of tissue, with the interval of
// each point and the seeds behind it. Points that share a place are set side by side, so that no interval hides another.
import type { SeedsEstimate } from "../../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "../axes.ts";
import { line, type Panel, roleMark, text, textWidth, withTitle } from "../drawing.ts";
import { formatEstimate } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { clamped, linearScale, linearTicks, logScale, logTicks, roundDomain, type Scale } from "../scale.ts";
import type { ArmStyle } from "./arms.ts";
import { COLUMN } from "./figure.ts";

/** A point with its interval. */
export interface LinePoint {
  readonly x: number;
  readonly estimate: SeedsEstimate;
  /** What it is, for the pointer. */
  readonly words: string;
}

/** Points of one name. */
export interface LineSeries {
  readonly label: string;
  readonly style: ArmStyle;
  readonly points: readonly LinePoint[];
}

/** What a panel shows. */
export interface LinesPlot {
  readonly title: string;
  readonly xTitle: string;
  readonly xKind: "log" | "linear";
  readonly xFormat: (value: number) => string;
  /** Labels of a second axis above the plot. */
  readonly top: { readonly title: string; readonly ticks: readonly { x: number; label: string }[] } | null;
  readonly yDomain: readonly [number, number];
  /** Levels drawn across, dotted. */
  readonly levels: readonly { readonly value: number; readonly label: string; readonly colour: string }[];
  readonly series: readonly LineSeries[];
}

const HEIGHT = 236;

/** Points that have a value. */
function drawable({ points }: LineSeries): LinePoint[] {
  return points.filter(({ estimate }) => estimate.value !== null);
}

/** A domain that holds all values, intervals and seeds of several panels. */
export function domainOf(
  series: readonly LineSeries[],
  limits: readonly [number, number],
  levels: readonly number[] = [],
): readonly [number, number] {
  const values = series.flatMap((own) =>
    drawable(own).flatMap(({ estimate: { value, interval, perSeed } }) => [
      value!,
      ...perSeed.filter((seed) => seed !== null),
      ...(interval === null ? [] : [interval.low, interval.high]),
    ]),
  );
  const all = [...values, ...levels];
  const padded =
    all.length > 0 && Math.max(...all) - Math.min(...all) < 0.05 ? [Math.min(...all) - 0.05] : [];
  return roundDomain([...all, ...padded], limits, 8);
}

/** Draws the panel; `null` where no point has a value. */
export function linesPanel(plot: LinesPlot): Panel | null {
  const shown = plot.series.filter((series) => drawable(series).length > 0);
  if (shown.length === 0) return null;
  const top = plot.top === null ? 26 : 58;
  const frame: Frame = { left: 40, right: COLUMN - 4, top, bottom: top + HEIGHT };
  const x = xScale(plot, shown, frame);
  // An interval from a standard error can reach beyond the metric's range; the numbers say so, the drawing stops there.
  const y = clamped(linearScale(plot.yDomain, [frame.bottom, frame.top]));
  const ticks = plot.xKind === "log" ? logTicks(x.domain) : linearTicks(x.domain, 5);
  const thin = thinOut(ticks, x, frame, plot.xFormat);
  return {
    width: COLUMN,
    height: frame.bottom + 40,
    description: describe(plot, shown),
    body: markup`${text(0, 12, plot.title, { size: 13, bold: true })}${topAxis(plot, x, frame)}${verticalAxis(frame, y, { ticks: 5, size: 11 })}${levels(plot, y, frame)}${drawSeries(shown, x, y, plot.xKind === "log" ? 10 : 4)}${horizontalAxis(frame, x, thin, { title: plot.xTitle, size: 11, format: plot.xFormat })}`,
  };
}

function xScale(plot: LinesPlot, shown: readonly LineSeries[], frame: Frame): Scale {
  const places = shown.flatMap((series) => drawable(series).map((point) => point.x));
  const [low, high] = [Math.min(...places), Math.max(...places)];
  const pad = 24;
  const range = [frame.left + pad, frame.right - pad] as const;
  if (plot.xKind === "log") return logScale(high / low < 1.05 ? [low / 3, high * 3] : [low, high], range);
  return linearScale(high > low ? [low, high] : [low - 1, high + 1], range);
}

/** Leaves out labels that would touch; powers of ten stay before others. */
function thinOut(
  ticks: readonly number[],
  x: Scale,
  frame: Frame,
  format: (value: number) => string,
): number[] {
  const isPower = (tick: number) => tick > 0 && Math.abs(Math.log10(tick) % 1) < 1e-6;
  const kept: number[] = [];
  const width = (tick: number) => textWidth(format(tick), 11) + 8;
  for (const tick of [...ticks].sort((a, b) => Number(isPower(b)) - Number(isPower(a)) || a - b)) {
    const inside = x(tick) - width(tick) / 2 > 0 && x(tick) + width(tick) / 2 < frame.right + 12;
    if (inside && kept.every((other) => Math.abs(x(other) - x(tick)) >= (width(other) + width(tick)) / 2))
      kept.push(tick);
  }
  return kept.sort((a, b) => a - b);
}

function topAxis({ top }: LinesPlot, x: Scale, frame: Frame): Markup {
  if (top === null) return NOTHING;
  let end = Number.NEGATIVE_INFINITY;
  const ticks = [...top.ticks]
    .sort((a, b) => x(a.x) - x(b.x))
    .map(({ x: value, label }) => {
      const at = x(value);
      const half = textWidth(label, 11) / 2 + 3;
      const fits = at - half > end;
      if (fits) end = at + half;
      const rule = [
        [at, frame.top],
        [at, frame.bottom],
      ] as const;
      return [
        line(rule, { colour: COLOURS.rule }),
        fits ? text(at, frame.top - 7, label, { size: 11, anchor: "middle", bold: true }) : NOTHING,
      ];
    });
  const title = text((frame.left + frame.right) / 2, frame.top - 24, top.title, {
    size: 11,
    anchor: "middle",
    colour: COLOURS.muted,
  });
  return markup`${title}${ticks}`;
}

function levels({ levels: all }: LinesPlot, y: Scale, frame: Frame): Markup {
  const drawn = all
    .filter(({ value }) => value >= y.domain[0] && value <= y.domain[1])
    .map(({ value, label, colour }) => [
      line(
        [
          [frame.left, y(value)],
          [frame.right, y(value)],
        ],
        { colour, dash: "1 3", width: 1.25 },
      ),
      text(frame.right - 2, y(value) - 4, label, { size: 10.5, colour, anchor: "end", halo: true }),
    ]);
  return markup`${drawn}`;
}

function drawSeries(shown: readonly LineSeries[], x: Scale, y: Scale, spread: number): Markup {
  const places = [...new Set(shown.flatMap((s) => drawable(s).map((p) => x(p.x))))].sort((a, b) => a - b);
  const gap = places.reduce(
    (least, place, i) => (i === 0 ? least : Math.min(least, place - places[i - 1]!)),
    60,
  );
  const step = Math.min(spread, (0.72 * gap) / shown.length);
  const lines: Markup[] = [];
  const points: Markup[] = [];
  for (const [index, series] of shown.entries()) {
    const { style } = series;
    const shift = (index - (shown.length - 1) / 2) * step;
    const own = drawable(series).sort((a, b) => a.x - b.x);
    const path = own.map((point) => [x(point.x) + shift, y(point.estimate.value!)] as const);
    lines.push(line(path, { colour: style.colour, dash: style.dash, width: 1.75 }));
    points.push(...own.map((point) => drawPoint(series, point, x(point.x) + shift, y, step)));
  }
  return markup`${lines}${points}`;
}

function drawPoint(
  { label, style }: LineSeries,
  { estimate, words }: LinePoint,
  x: number,
  y: Scale,
  room: number,
) {
  const { interval, perSeed, value } = estimate;
  const seeds = perSeed.length < 2 ? [] : perSeed.filter((seed) => seed !== null);
  const beside = Math.min(4, room / 2.6);
  const dots = seeds.map(
    (seed) =>
      markup`<circle cx="${x + beside}" cy="${y(seed)}" r="1.8" fill="${style.colour}" fill-opacity="0.5"/>`,
  );
  const whisker =
    interval === null
      ? NOTHING
      : line(
          [
            [x, y(interval.low)],
            [x, y(interval.high)],
          ],
          { colour: style.colour, width: 1.4 },
        );
  return withTitle(
    `${label}, ${words}: ${formatEstimate(estimate)}`,
    whisker,
    ...dots,
    roleMark(x, y(value!), style, 4.2),
  );
}

function describe({ title, xTitle }: LinesPlot, shown: readonly LineSeries[]): string {
  const entries = shown.map(
    (series) =>
      `${series.label}: ${drawable(series)
        .map(({ words, estimate }) => `${words} ${formatEstimate(estimate)}`)
        .join(", ")}`,
  );
  return `${title} against ${xTitle}. ${entries.join("; ")}.`;
}
