// A small reliability diagram: before temperature scaling in hollow marks, after it in filled ones.
import type { ReliabilityBin, StudyCalibration } from "../../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "../axes.ts";
import { line, type Panel, rectangle, roleMark, text, withTitle } from "../drawing.ts";
import { formatCount, formatFixed, formatMetric } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { COLOURS } from "../palette.ts";
import { panelHead, type Topic } from "../panel-head.ts";
import { binWords } from "../reliability-figure.ts";
import { linearScale, type Scale } from "../scale.ts";
import { THIRD } from "./figure.ts";

const SIDE = 160;
const COUNTS = 26;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

/** Draws it; `null` where there is no bin. */
export function calibrationPanel(
  topic: Topic,
  { before, after, temperatures }: StudyCalibration,
): Panel | null {
  if (before.bins.length === 0) return null;
  const top = 76;
  const frame: Frame = { left: 40, right: 40 + SIDE, top, bottom: top + SIDE };
  const below: Frame = { ...frame, top: frame.bottom + 4, bottom: frame.bottom + 4 + COUNTS };
  const x = linearScale([0, 1], [frame.left, frame.right]);
  const y = linearScale([0, 1], [frame.bottom, frame.top]);
  const perfect = line(
    [
      [x(0), y(0)],
      [x(1), y(1)],
    ],
    { colour: COLOURS.muted, dash: "2 4" },
  );
  const scaled = after === null ? "no temperature for every seed" : temperatureWords(temperatures);
  const errors = `ECE ${formatMetric(before.error.value)}${after === null ? "" : ` → ${formatMetric(after.error.value)}`}`;
  const format = (value: number) => formatFixed(value, value % 0.5 === 0 ? 1 : 2);
  return {
    width: THIRD,
    height: below.bottom + 38,
    description: describe(topic, errors, before.bins, after?.bins ?? []),
    body: markup`${panelHead(topic, THIRD)}${text(19, 48, errors, { size: 12, bold: true })}${text(19, 63, scaled, { size: 10.5, colour: COLOURS.muted })}${verticalAxis(frame, y, { ticks: 4, size: 10.5, format })}${perfect}${bins(before.bins, { ...topic.style, hollow: true }, x, y)}${bins(after?.bins ?? [], topic.style, x, y)}${counts(before.bins, x, below)}${horizontalAxis(below, x, TICKS, { title: "Confidence", size: 10.5, format })}`,
  };
}

function temperatureWords(temperatures: readonly (number | null)[]): string {
  const fitted = temperatures.filter((value) => value !== null);
  if (fitted.length === 0) return "no temperature could be fitted";
  const [low, high] = [Math.min(...fitted), Math.max(...fitted)];
  const words = formatFixed(low, 2) === formatFixed(high, 2) ? "" : ` to ${formatFixed(high, 2)}`;
  return `temperature ${formatFixed(low, 2)}${words}`;
}

function bins(all: readonly ReliabilityBin[], style: Topic["style"], x: Scale, y: Scale): Markup {
  const path = all.map((bin) => [x(bin.confidence), y(bin.accuracy)] as const);
  const dash = style.hollow === true ? "3 3" : "";
  const drawn = all.map((bin) =>
    withTitle(binWords(bin), roleMark(x(bin.confidence), y(bin.accuracy), style, 3.6)),
  );
  return markup`${line(path, { colour: style.colour, width: 1.25, dash, opacity: 0.6 })}${drawn}`;
}

function counts(all: readonly ReliabilityBin[], x: Scale, frame: Frame): Markup {
  const most = Math.max(...all.map(({ count }) => count));
  const height = linearScale([0, most], [0, frame.bottom - frame.top - 2]);
  const bars = all.map((bin) =>
    rectangle(x(bin.confidence) - 4, frame.bottom - height(bin.count), 8, height(bin.count), COLOURS.axis),
  );
  const label = text(frame.left - 8, frame.bottom - height(most) + 8, formatCount(most), {
    size: 9.5,
    colour: COLOURS.muted,
    anchor: "end",
  });
  return markup`${most > 0 ? label : NOTHING}${bars}`;
}

function describe(
  { name, detail }: Topic,
  errors: string,
  before: readonly ReliabilityBin[],
  after: readonly ReliabilityBin[],
): string {
  const scaled = after.length === 0 ? "" : ` After temperature scaling: ${after.map(binWords).join("; ")}.`;
  return `Reliability diagram of ${name} (${detail}). ${errors}. ${before.map(binWords).join("; ")}.${scaled}`;
}
