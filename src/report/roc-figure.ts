// ROC curves: each class against the rest, one panel per model.
import type { ModelEvaluation } from "../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "./axes.ts";
import { line, type Panel, text } from "./drawing.ts";
import { formatEstimate, formatMetric, formatMpp } from "./format.ts";
import { own } from "./lookup.ts";
import { markup, shorten } from "./markup.ts";
import { COLOURS, classColour, classDash } from "./palette.ts";
import { HEAD_HEIGHT, modelTopic, panelHead } from "./panel-head.ts";
import { linearScale } from "./scale.ts";

const WIDTH = 280;
const SIDE = 200;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
const ROW = 16;

/** Draws a model's curves; classes without a curve are listed as "n/a". */
export function rocPanel(model: ModelEvaluation, classes: readonly string[]): Panel {
  const top = HEAD_HEIGHT + 14;
  const frame: Frame = { left: 56, right: 56 + SIDE, top, bottom: top + SIDE };
  const x = linearScale([0, 1], [frame.left, frame.right]);
  const y = linearScale([0, 1], [frame.bottom, frame.top]);
  const curves = classes.map((name, index) =>
    line(
      withoutTinySteps(
        (own(model.roc, name) ?? []).map(
          (point) => [x(point.falsePositiveRate), y(point.truePositiveRate)] as const,
        ),
      ),
      { colour: classColour(index), dash: classDash(index), width: 1.9 },
    ),
  );
  const legendTop = frame.bottom + 72;
  const legend = classes.map((name, index) => {
    const height = legendTop + index * ROW;
    return [
      line(
        [
          [frame.left - 42, height - 4],
          [frame.left - 18, height - 4],
        ],
        {
          colour: classColour(index),
          dash: classDash(index),
          width: 2.2,
        },
      ),
      text(frame.left - 10, height, shorten(name, 20), { size: 11.5 }),
      text(frame.right, height, formatMetric(own(model.perClass, name)?.auroc?.value ?? null), {
        size: 11.5,
        anchor: "end",
        bold: true,
      }),
    ];
  });
  const guess = line(
    [
      [x(0), y(0)],
      [x(1), y(1)],
    ],
    { colour: COLOURS.muted, dash: "2 4" },
  );
  const heading = text(frame.right, legendTop - ROW - 1, "AUROC", {
    size: 10.5,
    colour: COLOURS.muted,
    anchor: "end",
  });
  return {
    width: WIDTH,
    height: legendTop + classes.length * ROW,
    description: describe(model, classes),
    body: markup`${panelHead(modelTopic(model), WIDTH)}${verticalAxis(frame, y, { ticks: 5, size: 11, title: "True positive rate" })}${horizontalAxis(frame, x, TICKS, { title: "False positive rate", size: 11 })}${guess}${curves}${heading}${legend}`,
  };
}

/** Leaves out steps too small to see: a curve has a point per image, and a page must stay light. */
function withoutTinySteps(points: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1);
    const far = last === undefined || Math.hypot(point[0] - last[0], point[1] - last[1]) >= 0.4;
    if (far || index === points.length - 1) kept.push(point);
  }
  return kept;
}

function describe(model: ModelEvaluation, classes: readonly string[]): string {
  const areas = classes.map((name) => `${name} ${formatEstimate(own(model.perClass, name)?.auroc)}`);
  return `ROC curves of ${model.name} (${formatMpp(model.mpp)}), each class against the rest; area under the curve: ${areas.join("; ")}.`;
}
