import { type Frame, horizontalAxis, verticalAxis } from "../axes.ts";
import { line, type Panel, text, textWidth } from "../drawing.ts";
import { formatEstimate } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { clamped, linearScale, linearTicks, logScale, logTicks, type Scale } from "../scale.ts";
import { COLUMN } from "./figure.ts";
import { drawSeries, levels } from "./lines-marks.ts";
import { drawable, type LineSeries, type LinesPlot } from "./lines-plot.ts";

const HEIGHT = 236;

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

function describe({ title, xTitle }: LinesPlot, shown: readonly LineSeries[]): string {
  const entries = shown.map(
    (series) =>
      `${series.label}: ${drawable(series)
        .map(({ words, estimate }) => `${words} ${formatEstimate(estimate)}`)
        .join(", ")}`,
  );
  return `${title} against ${xTitle}. ${entries.join("; ")}.`;
}
