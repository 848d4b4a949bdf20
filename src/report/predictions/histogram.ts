// How sure the model was: slides by the probability that their label was given with, stacked by label.
import { type Frame, horizontalAxis, verticalAxis } from "../axes.ts";
import { type Panel, rectangle, withTitle } from "../drawing.ts";
import { formatCount, formatFixed } from "../format.ts";
import { markup } from "../markup.ts";
import { linearScale, linearTicks, roundStep } from "../scale.ts";
import { figureColour } from "./class-marks.ts";

/** Bins in an interval of length 1. */
const BINS = 20;
const WIDTH = 460;
const FRAME: Frame = { left: 46, right: WIDTH - 12, top: 10, bottom: 168 };

/** A label and the probability that it was given with. */
export interface LabelledValue {
  readonly label: string;
  readonly value: number;
}

/**
 * Draws the histogram: bins of 0.05 from 1/K, below which no highest probability can lie, to 1; from lower where a slide rule
 * gave a label that is not the most probable one.
 */
export function histogramPanel(values: readonly LabelledValue[], classes: readonly string[]): Panel {
  const lowest = values.reduce((low, { value }) => Math.min(low, value), 1 / Math.max(1, classes.length));
  const first = Math.min(BINS - 1, Math.floor(BINS * lowest + 1e-9));
  const bins = countBins(values, classes, first);
  const highest = Math.max(1, ...bins.map((counts) => sum(counts)));
  const ceiling = Math.ceil(highest / roundStep(highest / 4)) * roundStep(highest / 4);
  const x = linearScale([first / BINS, 1], [FRAME.left, FRAME.right]);
  const y = linearScale([0, ceiling], [FRAME.bottom, FRAME.top]);
  const bars = bins.flatMap((counts, bin) => {
    const [low, high] = [(first + bin) / BINS, (first + bin + 1) / BINS];
    let below = 0;
    return counts.flatMap((count, index) => {
      if (count === 0) return [];
      const [top, bottom] = [y(below + count), y(below)];
      below += count;
      const title = `${formatCount(count)} ${classes[index]!}, ${formatFixed(low, 2)} to ${formatFixed(high, 2)}`;
      const colour = figureColour(classes, classes[index]!);
      return [withTitle(title, rectangle(x(low) + 1, top, x(high) - x(low) - 2, bottom - top, colour))];
    });
  });
  const whole = { ticks: ceiling < 4 ? ceiling : 4, size: 11, format: formatCount };
  const across = horizontalAxis(FRAME, x, linearTicks(x.domain, 6), { size: 11 });
  return {
    width: WIDTH,
    height: FRAME.bottom + 24,
    description: describe(values),
    body: markup`${verticalAxis(FRAME, y, whole)}${bars}${across}`,
  };
}

/** [bin][class]: a value of exactly 1 belongs to the last bin. */
function countBins(values: readonly LabelledValue[], classes: readonly string[], first: number): number[][] {
  const bins = Array.from({ length: BINS - first }, () => classes.map(() => 0));
  for (const { label, value } of values) {
    const bin = Math.min(BINS - 1, Math.max(first, Math.floor(value * BINS + 1e-9))) - first;
    const index = classes.indexOf(label);
    if (index >= 0) bins[bin]![index]!++;
  }
  return bins;
}

function describe(values: readonly LabelledValue[]): string {
  const unsure = values.filter(({ value }) => value < 0.6).length;
  const sure = values.filter(({ value }) => value >= 0.9).length;
  return `Histogram of the probability of the label over ${values.length} slides: ${sure} at 0.9 or more, ${unsure} below 0.6.`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
