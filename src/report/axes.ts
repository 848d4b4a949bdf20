// Axes: grid lines, ticks and titles of a plot.

import { line, text } from "./drawing.ts";
import { formatFixed } from "./format.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import { linearTicks, type Scale, tickDecimals } from "./scale.ts";

/** The edges of a plot in px. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A vertical axis with horizontal grid lines. */
export function verticalAxis(
  frame: Frame,
  scale: Scale,
  options: { title?: string; ticks?: number; size?: number; format?: (value: number) => string } = {},
): Markup {
  const { title, ticks: count = 5, size = 12 } = options;
  const ticks = linearTicks(scale.domain, count);
  const decimals = tickDecimals(ticks);
  const format = options.format ?? ((value: number) => formatFixed(value, decimals));
  const middle = (frame.top + frame.bottom) / 2;
  const grid = ticks.map((tick) => [
    line(
      [
        [frame.left, scale(tick)],
        [frame.right, scale(tick)],
      ],
      { colour: COLOURS.rule },
    ),
    text(frame.left - 8, scale(tick) + size * 0.35, format(tick), {
      size,
      colour: COLOURS.muted,
      anchor: "end",
    }),
  ]);
  const heading =
    title === undefined
      ? NOTHING
      : text(frame.left - 44, middle, title, { size: size + 1, anchor: "middle", rotate: -90 });
  return markup`${grid}${heading}`;
}

/** A horizontal axis: a base line, ticks below it and a title. */
export function horizontalAxis(
  frame: Frame,
  scale: Scale,
  ticks: readonly number[],
  options: { title?: string; size?: number; format?: (value: number) => string } = {},
): Markup {
  const { title, size = 12 } = options;
  const decimals = tickDecimals(ticks);
  const format = options.format ?? ((value: number) => formatFixed(value, decimals));
  const base = line(
    [
      [frame.left, frame.bottom],
      [frame.right, frame.bottom],
    ],
    {},
  );
  const marks = ticks.map((tick) => [
    line([
      [scale(tick), frame.bottom],
      [scale(tick), frame.bottom + 4],
    ]),
    text(scale(tick), frame.bottom + 7 + size, format(tick), {
      size,
      colour: COLOURS.muted,
      anchor: "middle",
    }),
  ]);
  const heading =
    title === undefined
      ? NOTHING
      : text((frame.left + frame.right) / 2, frame.bottom + 2.2 * size + 10, title, {
          size: size + 1,
          anchor: "middle",
        });
  return markup`${base}${marks}${heading}`;
}
