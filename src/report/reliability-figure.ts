// Reliability diagrams: how often a prediction of a given confidence is right, over how many images stand behind it.
import type { ModelEvaluation, ReliabilityBin } from "../evaluate/index.ts";
import { type Frame, horizontalAxis, verticalAxis } from "./axes.ts";
import { line, type MarkStyle, type Panel, rectangle, text, withTitle } from "./drawing.ts";
import { formatEstimate, formatFixed, formatMpp } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { COLOURS } from "./palette.ts";
import { HEAD_HEIGHT, modelTopic, panelHead } from "./panel-head.ts";
import { ROLES } from "./roles.ts";
import { linearScale, type Scale } from "./scale.ts";

const WIDTH = 280;
const SIDE = 200;
const COUNTS = 44;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];

/** Draws a model's reliability diagram; `null` where there is no bin. */
export function reliabilityPanel(model: ModelEvaluation): Panel | null {
  if (model.reliability.length === 0) return null;
  const top = HEAD_HEIGHT + 32;
  const frame: Frame = { left: 56, right: 56 + SIDE, top, bottom: top + SIDE };
  const below: Frame = { ...frame, top: frame.bottom + 10, bottom: frame.bottom + 10 + COUNTS };
  const x = linearScale([0, 1], [frame.left, frame.right]);
  const y = linearScale([0, 1], [frame.bottom, frame.top]);
  const perfect = line(
    [
      [x(0), y(0)],
      [x(1), y(1)],
    ],
    { colour: COLOURS.muted, dash: "2 4" },
  );
  const error = formatEstimate(model.metrics.expectedCalibrationError);
  return {
    width: WIDTH,
    height: below.bottom + 46,
    description: describe(model, error),
    body: markup`${panelHead(modelTopic(model), WIDTH)}${text(19, HEAD_HEIGHT + 10, `ECE ${error}`, { size: 12, bold: true })}${verticalAxis(frame, y, { ticks: 5, size: 11, title: "Accuracy" })}${perfect}${reliabilityBins(model.reliability, ROLES[model.role], x, y)}${binCounts(model.reliability, x, below)}${horizontalAxis(below, x, TICKS, { title: "Confidence", size: 11 })}`,
  };
}

/** A point per bin, and the gap between it and the diagonal as a bar. */
function reliabilityBins(
  reliability: readonly ReliabilityBin[],
  { colour }: MarkStyle,
  x: Scale,
  y: Scale,
): Markup {
  const path = line(
    reliability.map((bin) => [x(bin.confidence), y(bin.accuracy)] as const),
    { colour, width: 1.5, opacity: 0.5 },
  );
  const drawn = reliability.map((bin) => {
    const at = x(bin.confidence);
    return withTitle(
      binWords(bin),
      line(
        [
          [at, y(bin.confidence)],
          [at, y(bin.accuracy)],
        ],
        { colour, width: 6, opacity: 0.22 },
      ),
      markup`<circle cx="${at}" cy="${y(bin.accuracy)}" r="4.5" fill="${colour}" stroke="${COLOURS.paper}" stroke-width="1"/>`,
    );
  });
  return markup`${path}${drawn}`;
}

function binCounts(reliability: readonly ReliabilityBin[], x: Scale, frame: Frame): Markup {
  const most = Math.max(...reliability.map(({ count }) => count));
  const scale = linearScale([0, most], [0, frame.bottom - frame.top - 12]);
  const bars = reliability.map((bin) => {
    const height = scale(bin.count);
    const at = x(bin.confidence);
    return withTitle(
      binWords(bin),
      rectangle(at - 5, frame.bottom - height, 10, height, COLOURS.axis),
      text(at, frame.bottom - height - 3, `${bin.count}`, {
        size: 9.5,
        colour: COLOURS.muted,
        anchor: "middle",
      }),
    );
  });
  return markup`${text(frame.left - 8, frame.bottom - 2, "images", { size: 10.5, colour: COLOURS.muted, anchor: "end" })}${bars}`;
}

/** A bin in words. */
export function binWords(bin: ReliabilityBin): string {
  return `${bin.count} images of mean confidence ${formatFixed(bin.confidence, 2)}: ${formatFixed(bin.accuracy, 2)} of them right`;
}

function describe(model: ModelEvaluation, error: string): string {
  return `Reliability diagram of ${model.name} (${formatMpp(model.mpp)}), expected calibration error ${error}. ${model.reliability.map(binWords).join("; ")}.`;
}
