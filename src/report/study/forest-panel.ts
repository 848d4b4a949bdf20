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
import { shortWords } from "./arms.ts";
import { comparisonsCsv, shownComparisons } from "./comparisons.ts";
import { COLUMN, type Figure } from "./figure.ts";
import { pairWords } from "./pairs.ts";
import { fullCells } from "./subsets.ts";
import { QUESTION_ORDER, QUESTIONS } from "./verdicts.ts";

const ROW = 38;
const ROWS = 18;

/** The forest plots, one per question, and more where a question has many rows. */
export function forestFigure(evaluation: StudyEvaluation): Figure {
  const { words } = fullCells(evaluation);
  const panels = QUESTION_ORDER.flatMap((question) => {
    const own = shownComparisons(evaluation).filter((comparison) => comparison.question === question);
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
  const frame: Frame = { left: 14, right: 146, top: 38, bottom: 40 + comparisons.length * ROW };
  const x = clamped(linearScale(domain, [frame.left, frame.right]));
  const rows = comparisons.map((comparison, index) =>
    forestRow(evaluation, comparison, frame.top + index * ROW, x),
  );
  const heads = [
    text(0, 12, shorten(title, 46), { size: 13, bold: true }),
    text(COLUMN, 29, "difference [interval], adjusted p", {
      size: 10,
      colour: COLOURS.muted,
      anchor: "end",
    }),
  ];
  return {
    width: COLUMN,
    height: frame.bottom + 24,
    description: `Paired differences, ${title}. ${comparisons.map((own) => describe(evaluation, own)).join("; ")}.`,
    body: markup`${heads}${rows}${horizontalAxis(frame, x, linearTicks(domain, 3), { size: 10.5 })}`,
  };
}

function forestRow(
  evaluation: StudyEvaluation,
  comparison: StudyComparison,
  y: number,
  x: (value: number) => number,
): Markup {
  const { difference, nonInferiority } = comparison;
  const name = pairWords(evaluation, comparison, shortWords);
  const numbers = `${formatDifference(difference.value)} ${formatInterval(difference.interval)}`.trim();
  const p = comparison.test === null ? "" : `p ${formatPValue(comparison.test.adjusted)}`;
  // The lines of 0 and of the margin leave out the row's name, so that it stays readable.
  const down = (value: number, colour: string, dash: string) =>
    line(
      [
        [x(value), y + 14],
        [x(value), y + ROW],
      ],
      { colour, dash, width: 1.25 },
    );
  const margin = nonInferiority === null ? NOTHING : down(-nonInferiority.margin, COLOURS.baseline, "4 2.5");
  return markup`<g><title>${name}</title>${text(0, y + 10, shorten(name, 58), { size: 10.5 })}${down(0, COLOURS.axis, "")}${margin}${differenceMark(x, y + 24, difference, 4)}${text(156, y + 27.5, numbers, { size: 10.5 })}${text(COLUMN, y + 27.5, p, { size: 10.5, colour: COLOURS.muted, anchor: "end" })}</g>`;
}

function describe(evaluation: StudyEvaluation, comparison: StudyComparison): string {
  const { difference } = comparison;
  return `${pairWords(evaluation, comparison)}: ${formatDifference(difference.value)} ${formatInterval(difference.interval)}`;
}
