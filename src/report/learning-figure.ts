// Learning curves: training loss above, validation metrics below, per epoch, one panel per model.
import type { LearningCurvePoint, ModelEvaluation } from "../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "./axes.ts";
import { line, type Panel, text } from "./drawing.ts";
import { formatMetric, formatMpp } from "./format.ts";
import { type Markup, markup, shorten } from "./markup.ts";
import { metricWords } from "./metrics.ts";
import { COLOURS, classColour, classDash } from "./palette.ts";
import { HEAD_HEIGHT, modelTopic, panelHead } from "./panel-head.ts";
import { ROLES } from "./roles.ts";
import { linearScale, linearTicks, roundDomain, type Scale } from "./scale.ts";

const WIDTH = 340;
const RIGHT_LABELS = 78;
const LOSS_HEIGHT = 96;
const METRIC_HEIGHT = 96;
// Not the colours of roles, which the losses are drawn in.
const METRIC_COLOURS = [classColour(3), classColour(5), classColour(4)];

interface Series {
  readonly label: string;
  readonly colour: string;
  readonly dash: string;
  readonly points: readonly (readonly [number, number])[];
}

/** One domain for the validation metrics of all models, so that panels can be compared. */
export function validationDomain(models: readonly ModelEvaluation[]): readonly [number, number] {
  const values = models.flatMap(({ learningCurve }) =>
    metricSeries(learningCurve).flatMap(({ points }) => points.map(([, value]) => value)),
  );
  return roundDomain(values, [-1, 1], 4);
}

/** Draws a model's curves; `null` where it has none. */
export function learningPanel(model: ModelEvaluation, metricDomain: readonly [number, number]): Panel | null {
  const curve = model.learningCurve;
  const losses = lossSeries(curve, ROLES[model.role].colour);
  const metrics = metricSeries(curve);
  if (losses.length + metrics.length === 0) return null;
  const epochs = curve.map(({ epoch }) => epoch);
  const domain = [Math.min(...epochs), Math.max(...epochs)] as const;
  const x = linearScale(domain, [44, WIDTH - RIGHT_LABELS]);
  let top = HEAD_HEIGHT + 18;
  const parts: Markup[] = [panelHead(modelTopic(model), WIDTH)];
  for (const [title, series, height, yDomain] of [
    ["Loss", losses, LOSS_HEIGHT, lossDomain(losses)],
    ["Validation", metrics, METRIC_HEIGHT, metricDomain],
  ] as const) {
    if (series.length === 0) continue;
    const frame = { left: 44, right: WIDTH - RIGHT_LABELS, top, bottom: top + height };
    parts.push(drawPart(title, frame, x, series, yDomain));
    top += height + 34;
  }
  const frame = { left: 44, right: WIDTH - RIGHT_LABELS, top: 0, bottom: top - 34 };
  const ticks = linearTicks(domain, 5).filter((tick) => Number.isInteger(tick));
  parts.push(horizontalAxis(frame, x, ticks, { title: "Epoch", size: 11 }));
  return {
    width: WIDTH,
    height: top + 10,
    description: describe(model, [...losses, ...metrics]),
    body: markup`${parts}`,
  };
}

function drawPart(
  title: string,
  frame: Frame,
  x: Scale,
  series: readonly Series[],
  domain: readonly [number, number],
): Markup {
  const y = linearScale(domain, [frame.bottom, frame.top]);
  const labels = endLabels(series, y, frame);
  const curves = series.map(({ points, colour, dash }) => {
    const path = points.map(([epoch, value]) => [x(epoch), y(value)] as const);
    const [only] = path;
    return path.length === 1
      ? markup`<circle cx="${only![0]}" cy="${only![1]}" r="3.5" fill="${colour}"/>`
      : line(path, { colour, dash, width: 1.75 });
  });
  const base = line([
    [frame.left, frame.bottom],
    [frame.right, frame.bottom],
  ]);
  return markup`${text(2, frame.top - 8, title, { size: 11.5, colour: COLOURS.muted })}${verticalAxis(frame, y, { ticks: 4, size: 11 })}${base}${curves}${labels}`;
}

function endLabels(series: readonly Series[], y: Scale, frame: Frame): Markup {
  let lowest = Number.NEGATIVE_INFINITY;
  const sorted = [...series].sort((a, b) => y(a.points.at(-1)![1]) - y(b.points.at(-1)![1]));
  const labels = sorted.map(({ label, points, colour }) => {
    lowest = Math.max(lowest + 13, y(points.at(-1)![1]) + 4);
    return text(frame.right + 6, lowest, shorten(label, 13), { size: 11, colour, bold: true });
  });
  return markup`${labels}`;
}

function lossDomain(series: readonly Series[]): readonly [number, number] {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value));
  return roundDomain(values, [Math.min(0, ...values), Number.POSITIVE_INFINITY], 4);
}

function lossSeries(curve: readonly LearningCurvePoint[], colour: string): Series[] {
  const isLoss = (key: string) => /loss/i.test(key);
  const training = seriesOf("training", colour, "", curve, (point) => point.trainLoss);
  const keys = validationKeys(curve).filter(isLoss).slice(0, 1);
  const validation = keys.map((key) =>
    seriesOf("validation", COLOURS.muted, "5 3", curve, (point) => point.validation[key] ?? null),
  );
  return [training, ...validation].filter(({ points }) => points.length > 0);
}

/** At most three validation metrics: more lines would not be read. The numbers of all are in the figure's CSV. */
function metricSeries(curve: readonly LearningCurvePoint[]): Series[] {
  const preferred = ["balancedAccuracy", "macroAuroc", "accuracy", "macroF1"];
  const keys = validationKeys(curve).filter((key) => preferred.includes(key));
  const chosen = preferred.filter((key) => keys.includes(key)).slice(0, 3);
  const labels: Readonly<Record<string, string>> = { balancedAccuracy: "bal. acc." };
  return chosen
    .map((key, index) =>
      seriesOf(
        labels[key] ?? metricWords(key).name,
        METRIC_COLOURS[index]!,
        classDash(index),
        curve,
        (point) => point.validation[key] ?? null,
      ),
    )
    .filter(({ points }) => points.length > 0);
}

/** The validation metrics that occur in a curve, in order of appearance. */
export function validationKeys(curve: readonly LearningCurvePoint[]): string[] {
  return [...new Set(curve.flatMap(({ validation }) => Object.keys(validation)))];
}

function seriesOf(
  label: string,
  colour: string,
  dash: string,
  curve: readonly LearningCurvePoint[],
  pick: (point: LearningCurvePoint) => number | null,
): Series {
  const points = curve.flatMap((point) => {
    const value = pick(point);
    return value === null ? [] : [[point.epoch, value] as const];
  });
  return { label, colour, dash, points };
}

function describe(model: ModelEvaluation, series: readonly Series[]): string {
  const ends = series.map(
    ({ label, points }) =>
      `${label} from ${formatMetric(points[0]![1])} to ${formatMetric(points.at(-1)![1])}`,
  );
  return `Learning curves of ${model.name} (${formatMpp(model.mpp)}) over ${model.learningCurve.length} epochs: ${ends.join("; ")}.`;
}
