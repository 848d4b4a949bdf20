// Paired differences of the primary metric as forest plots, one per question, with the margin of non-inferiority. Rows are
// of two lines, so that names and numbers stay readable at the width of a column.
import type { StudyComparison, StudyEvaluation } from "../../evaluate/index.ts";
import { type Frame, horizontalAxis } from "../axes.ts";
import { line, type Panel, text } from "../drawing.ts";
import { differenceDomain, differenceMark } from "../forest-figure.ts";
import { formatDifference, formatFixed, formatInterval, formatPValue } from "../format.ts";
import { type Markup, markup, NOTHING, shorten } from "../markup.ts";
import { metricWords } from "../metrics.ts";
import { COLOURS } from "../palette.ts";
import { clamped, linearScale, linearTicks } from "../scale.ts";
import { orderedCells } from "./arms.ts";
import { comparisonsCsv } from "./comparisons.ts";
import { COLUMN, type Figure } from "./figure.ts";
import { pairWords } from "./pairs.ts";
import { fullCells } from "./subsets.ts";
import { QUESTION_ORDER, QUESTIONS } from "./verdicts.ts";

const ROW = 36;
const ROWS = 18;

/** The forest plots, one per question, and more where a question has many rows. */
export function forestFigure(evaluation: StudyEvaluation): Figure {
  const { words } = fullCells(evaluation);
  const panels = QUESTION_ORDER.flatMap((question) => {
    const own = drawnComparisons(evaluation).filter((comparison) => comparison.question === question);
    const domain = withMargin(evaluation, own);
    const pages = Math.ceil(own.length / ROWS);
    return Array.from({ length: pages }, (_, page) => {
      const title = `${QUESTIONS[question].short}${pages > 1 ? ` (${page + 1} of ${pages})` : ""}`;
      return forestPanel(evaluation, title, own.slice(page * ROWS, (page + 1) * ROWS), domain);
    });
  });
  return {
    name: "paired-differences",
    title: `Paired differences in ${metricWords(evaluation.primary).name}`,
    caption: [
      "On the same images, means over the seeds that both networks have. A filled point: its interval leaves out 0; a hollow one: it covers 0. p is adjusted by Holm; claims go by it alone, since the intervals are not corrected for the number of comparisons.",
      `The dashed line is the margin of non-inferiority, ${formatFixed(-evaluation.margin, 3)}.`,
      words,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
    panels,
    size: "column",
    key: [],
    csv: comparisonsCsv(evaluation),
  };
}

/** Comparisons of the primary metric, of the cells that figures show; amounts of tissue are compared for all. */
function drawnComparisons(evaluation: StudyEvaluation): StudyComparison[] {
  const full = fullCells(evaluation).cells.map(({ id }) => id);
  const order = orderedCells(evaluation).map(({ id }) => id);
  return evaluation.comparisons
    .filter(({ metric }) => metric === evaluation.primary)
    .filter(({ question, first }) => question === "unlabelled-none" || full.includes(first))
    .sort((a, b) => order.indexOf(a.first) - order.indexOf(b.first));
}

function withMargin(
  { margin }: StudyEvaluation,
  comparisons: readonly StudyComparison[],
): readonly [number, number] {
  const [low, high] = differenceDomain(comparisons);
  const tests = comparisons.some(({ nonInferiority }) => nonInferiority !== null);
  return tests ? [Math.min(low, -1.2 * margin), Math.max(high, 0.2 * margin)] : [low, high];
}

function forestPanel(
  evaluation: StudyEvaluation,
  title: string,
  comparisons: readonly StudyComparison[],
  domain: readonly [number, number],
): Panel {
  const frame: Frame = { left: 6, right: 186, top: 34, bottom: 40 + comparisons.length * ROW };
  const x = clamped(linearScale(domain, [frame.left, frame.right]));
  const ticks = linearTicks(domain, 4);
  const across = (value: number, colour: string, dash: string) =>
    line(
      [
        [x(value), frame.top],
        [x(value), frame.bottom],
      ],
      { colour, dash, width: 1.25 },
    );
  const margin = comparisons.some(({ nonInferiority }) => nonInferiority !== null)
    ? across(-evaluation.margin, COLOURS.baseline, "5 3")
    : NOTHING;
  const rows = comparisons.map((comparison, index) =>
    forestRow(evaluation, comparison, frame.top + 4 + index * ROW, x),
  );
  const heads = [
    text(0, 13, shorten(title, 44), { size: 13, bold: true }),
    text(COLUMN, 28, "difference [interval], adjusted p", { size: 10, colour: COLOURS.muted, anchor: "end" }),
  ];
  return {
    width: COLUMN,
    height: frame.bottom + 24,
    description: `Paired differences, ${title}. ${comparisons.map((own) => describe(evaluation, own)).join("; ")}.`,
    body: markup`${heads}${across(0, COLOURS.axis, "")}${margin}${rows}${horizontalAxis(frame, x, ticks, { size: 10.5 })}`,
  };
}

function forestRow(
  evaluation: StudyEvaluation,
  comparison: StudyComparison,
  y: number,
  x: (value: number) => number,
): Markup {
  const { difference } = comparison;
  const name = pairWords(evaluation, comparison);
  const numbers = `${formatDifference(difference.value)} ${formatInterval(difference.interval)}`.trim();
  const p = comparison.test === null ? "" : `p ${formatPValue(comparison.test.adjusted)}`;
  return markup`<g><title>${name}</title>${text(6, y + 9, shorten(name, 62), { size: 10.5, halo: true })}${differenceMark(x, y + 22, difference, 4)}${text(196, y + 25.5, numbers, { size: 10.5 })}${text(COLUMN, y + 25.5, p, { size: 10.5, colour: COLOURS.muted, anchor: "end" })}</g>`;
}

function describe(evaluation: StudyEvaluation, comparison: StudyComparison): string {
  const { difference } = comparison;
  return `${pairWords(evaluation, comparison)}: ${formatDifference(difference.value)} ${formatInterval(difference.interval)}`;
}
