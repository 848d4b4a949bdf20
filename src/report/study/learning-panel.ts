// Small learning curves of one network: a validation metric above, the training loss below, one thin line per seed, and the
// epoch whose weights were kept.
import type { LearningCurvePoint, StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "../axes.ts";
import { line, type Panel, roleMark, text } from "../drawing.ts";
import { formatMetric } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { metricWords } from "../metrics.ts";
import { COLOURS } from "../palette.ts";
import { HEAD_HEIGHT, panelHead, type Topic } from "../panel-head.ts";
import { linearScale, linearTicks, roundDomain, type Scale } from "../scale.ts";
import { THIRD } from "./figure.ts";

const PART = 66;

interface Curve {
  readonly points: readonly (readonly [epoch: number, value: number])[];
  readonly best: number;
}

/** The validation metric that is drawn: the primary one where it was logged, else the first that was. */
export function curveMetric(evaluation: StudyEvaluation): string | null {
  const logged = new Set(
    evaluation.cells.flatMap(({ seeds }) =>
      seeds.flatMap(({ learningCurve }) => learningCurve.flatMap((point) => Object.keys(point.validation))),
    ),
  );
  const wanted = [evaluation.primary, "balancedAccuracy", "macroAuroc", "accuracy"];
  return wanted.find((key) => logged.has(key)) ?? [...logged].find((key) => !/loss/i.test(key)) ?? null;
}

/** One domain for the validation metric of all drawings. */
export function curveDomain(cells: readonly StudyCell[], metric: string | null): readonly [number, number] {
  const values = metric === null ? [] : cells.flatMap((cell) => validation(cell, metric).flatMap(valuesOf));
  return roundDomain(values, [-1, 1], 4);
}

/** Draws them; `null` where the network has no curve. */
export function learningPanel(
  topic: Topic,
  cell: StudyCell,
  metric: string | null,
  domain: readonly [number, number],
): Panel | null {
  const above = metric === null ? [] : validation(cell, metric);
  const below = curves(cell, ({ trainLoss }) => trainLoss);
  const losses = below.flatMap(valuesOf);
  const lossDomain = roundDomain(losses, [Math.min(0, ...losses), Number.POSITIVE_INFINITY], 3);
  const parts = [
    { title: metric === null ? "" : `validation ${metricWords(metric).name}`, own: above, domain },
    { title: "training loss", own: below, domain: lossDomain },
  ].filter(({ own }) => own.length > 0);
  if (parts.length === 0) return null;
  const epochs = [...above, ...below].flatMap(({ points }) => points.map(([epoch]) => epoch));
  const reach = [Math.min(...epochs), Math.max(...epochs)] as const;
  const x = linearScale(reach, [38, THIRD - 8]);
  const drawn = parts.map(({ title, own, domain: limits }, index) => {
    const top = HEAD_HEIGHT + 18 + index * (PART + 26);
    return drawPart(title, own, { left: 38, right: THIRD - 8, top, bottom: top + PART }, x, limits, topic);
  });
  const bottom = HEAD_HEIGHT + 18 + (parts.length - 1) * (PART + 26) + PART;
  const ticks = linearTicks(reach, 4).filter((tick) => Number.isInteger(tick));
  const axis = horizontalAxis({ left: 38, right: THIRD - 8, top: 0, bottom }, x, ticks, {
    title: "Epoch",
    size: 10.5,
  });
  return {
    width: THIRD,
    height: bottom + 36,
    description: describe(topic, parts),
    body: markup`${panelHead(topic, THIRD)}${drawn}${axis}`,
  };
}

function drawPart(
  title: string,
  own: readonly Curve[],
  frame: Frame,
  x: Scale,
  domain: readonly [number, number],
  { style }: Topic,
): Markup {
  const y = linearScale(domain, [frame.bottom, frame.top]);
  const lines = own.map(({ points }) =>
    line(
      points.map(([epoch, value]) => [x(epoch), y(value)] as const),
      { colour: style.colour, width: 1.1, opacity: 0.75 },
    ),
  );
  const chosen = own.flatMap(({ points, best }) => {
    const point = points.find(([epoch]) => epoch === best);
    return point === undefined ? [] : [roleMark(x(point[0]), y(point[1]), style, 3.2)];
  });
  const base = line([
    [frame.left, frame.bottom],
    [frame.right, frame.bottom],
  ]);
  return markup`${text(2, frame.top - 7, title, { size: 10.5, colour: COLOURS.muted })}${verticalAxis(frame, y, { ticks: 3, size: 10.5 })}${base}${lines}${chosen}`;
}

function validation(cell: StudyCell, metric: string): Curve[] {
  return curves(cell, (point) => point.validation[metric] ?? null);
}

function curves({ seeds }: StudyCell, pick: (point: LearningCurvePoint) => number | null): Curve[] {
  return seeds
    .map(({ learningCurve, bestEpoch }) => ({
      best: bestEpoch,
      points: learningCurve.flatMap((point) => {
        const value = pick(point);
        return value === null ? [] : [[point.epoch, value] as const];
      }),
    }))
    .filter(({ points }) => points.length > 0);
}

function valuesOf({ points }: Curve): number[] {
  return points.map(([, value]) => value);
}

function describe(
  { name, detail }: Topic,
  parts: readonly { title: string; own: readonly Curve[] }[],
): string {
  const words = parts.map(({ title, own }) => {
    const ends = own.map(({ points, best }) => {
      const [first, last] = [points[0]!, points.at(-1)!];
      return `from ${formatMetric(first[1])} to ${formatMetric(last[1])} at epoch ${last[0]}, epoch ${best} kept`;
    });
    return `${title}: ${ends.join("; ")}`;
  });
  return `Learning curves of ${name} (${detail}). ${words.join(". ")}.`;
}
