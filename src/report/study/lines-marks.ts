import type { Frame } from "../axes.ts";
import { line, roleMark, text, withTitle } from "../drawing.ts";
import { formatEstimate } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import type { Scale } from "../scale.ts";
import { drawable, type LinePoint, type LineSeries, type LinesPlot } from "./lines-plot.ts";

export function levels({ levels: all }: LinesPlot, y: Scale, frame: Frame): Markup {
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

export function drawSeries(shown: readonly LineSeries[], x: Scale, y: Scale, spread: number): Markup {
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
