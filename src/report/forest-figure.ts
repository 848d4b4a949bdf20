// Paired differences as a forest plot: the sheet that stands alone, and the small strips of the table's rows.
import type { EvaluationRecord, MetricEstimate, PairedComparison } from "../evaluate/index.ts";
import { horizontalAxis } from "./axes.ts";
import { line, type Panel, text } from "./drawing.ts";
import { formatDifference, formatFixed, formatInterval, formatPValue } from "./format.ts";
import { type Markup, markup, NOTHING, shorten } from "./markup.ts";
import { findingMetric, metricWords } from "./metrics.ts";
import { COLOURS } from "./palette.ts";
import { clamped, linearScale, linearTicks, roundDomain, tickDecimals } from "./scale.ts";

const ROW = 30;

/** The comparisons by metric: the finding's metric first, then in order of first appearance. */
export function comparisonsByMetric(
  record: EvaluationRecord,
): ReadonlyMap<string, readonly PairedComparison[]> {
  const groups = new Map<string, PairedComparison[]>();
  const first = findingMetric(record);
  const isFirst = ({ metric }: PairedComparison) => Number(metric === first);
  for (const comparison of [...record.comparisons].sort((a, b) => isFirst(b) - isFirst(a)))
    groups.set(comparison.metric, [...(groups.get(comparison.metric) ?? []), comparison]);
  return groups;
}

/** One domain for all differences, holding 0, so that rows can be compared. */
export function differenceDomain(
  comparisons: readonly { readonly difference: MetricEstimate }[],
): readonly [number, number] {
  const values = comparisons.flatMap(({ difference: { value, interval } }) => [
    ...(value === null ? [] : [value]),
    ...(interval === null ? [] : [interval.low, interval.high]),
  ]);
  return roundDomain([0, ...values, ...(values.length === 0 ? [-0.1, 0.1] : [])], [-1, 1], 8);
}

/** The mark of a difference: filled where its interval leaves out 0, hollow where it covers 0. */
export function differenceMark(
  x: (value: number) => number,
  y: number,
  { value, interval }: MetricEstimate,
  radius = 5,
): Markup {
  const covers = interval === null || (interval.low <= 0 && interval.high >= 0);
  const whisker =
    interval === null
      ? NOTHING
      : line(
          [
            [x(interval.low), y],
            [x(interval.high), y],
          ],
          { colour: COLOURS.student, width: 2 },
        );
  const point =
    value === null
      ? NOTHING
      : markup`<circle cx="${x(value)}" cy="${y}" r="${radius}" fill="${covers ? COLOURS.paper : COLOURS.student}" stroke="${COLOURS.student}" stroke-width="2"/>`;
  return markup`${whisker}${point}`;
}

/** One row of the table: the difference on the scale that all rows share. */
export function differenceStrip(domain: readonly [number, number], comparison: PairedComparison): Panel {
  const x = clamped(linearScale(domain, [8, 232]));
  return {
    width: 240,
    height: 52,
    description: `Difference ${formatDifference(comparison.difference.value)} ${formatInterval(comparison.difference.interval)}`,
    body: markup`${line(
      [
        [x(0), 0],
        [x(0), 52],
      ],
      { colour: COLOURS.axis, width: 1.5 },
    )}${differenceMark(x, 26, comparison.difference)}`,
  };
}

/** The scale under the strips. */
export function differenceScale(domain: readonly [number, number]): Panel {
  const x = linearScale(domain, [8, 232]);
  const ticks = linearTicks(domain, 5);
  const decimals = tickDecimals(ticks);
  const labels = ticks.map((tick) =>
    text(Math.max(14, Math.min(226, x(tick))), 13, formatFixed(tick, decimals), {
      size: 11,
      anchor: "middle",
      colour: COLOURS.muted,
    }),
  );
  return {
    width: 240,
    height: 16,
    description: `Scale from ${domain[0]} to ${domain[1]}`,
    body: markup`${labels}`,
  };
}

/** The whole forest plot of a metric, for its file. */
export function forestPanel(metric: string, comparisons: readonly PairedComparison[]): Panel {
  const domain = differenceDomain(comparisons);
  const frame = { left: 360, right: 760, top: 30, bottom: 40 + comparisons.length * ROW };
  const x = clamped(linearScale(domain, [frame.left, frame.right]));
  const rows = comparisons.map((comparison, index) => {
    const y = 46 + index * ROW;
    const { value, interval } = comparison.difference;
    const name = `${shorten(comparison.first, 22)} \u2212 ${shorten(comparison.second, 22)}`;
    return [
      text(0, y + 4, name, { size: 13 }),
      differenceMark(x, y, comparison.difference),
      text(784, y + 4, `${formatDifference(value)} ${formatInterval(interval)}`, { size: 13 }),
      text(1060, y + 4, formatPValue(comparison.pValue), { size: 13, anchor: "end" }),
    ];
  });
  const heads = [
    text(0, 18, `Difference in ${metricWords(metric).name}`, { size: 13, bold: true }),
    text(784, 18, "difference, interval", { size: 11.5, colour: COLOURS.muted }),
    text(1060, 18, "p", { size: 11.5, colour: COLOURS.muted, anchor: "end" }),
  ];
  const zero = line(
    [
      [x(0), frame.top],
      [x(0), frame.bottom],
    ],
    { width: 1.5 },
  );
  return {
    width: 1080,
    height: frame.bottom + 30,
    description: `Paired differences in ${metricWords(metric).name}`,
    body: markup`${heads}${zero}${rows}${horizontalAxis(frame, x, linearTicks(domain, 6))}`,
  };
}
