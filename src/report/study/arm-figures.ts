// The figures with one line per arm: metrics against cost, against the amount of labels, and agreement with the teacher.
import type { SeedsEstimate, StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { type Cell, csvText } from "../csv.ts";
import { formatMppNumber, formatSi } from "../format.ts";
import { chanceLevel, metricWords } from "../metrics.ts";
import { COLOURS } from "../palette.ts";
import { type Arm, armsOf, cellWords, mppsOf, share, tissueWords } from "./arms.ts";
import { cellFactCells, cellFactHeading, seedsCells, seedsHeading } from "./csv.ts";
import type { Figure, KeyEntry } from "./figure.ts";
import { domainOf, type LineSeries, linesPanel } from "./lines-panel.ts";
import { fullCells, fullestTissue, leastTissue, mostLabels } from "./subsets.ts";

/** The metrics of the main figures: the primary one and balanced accuracy. */
export function figureMetrics(evaluation: StudyEvaluation): string[] {
  const wanted = [...new Set([evaluation.primary, "balancedAccuracy"])];
  return wanted.filter((metric) =>
    evaluation.cells.some(({ metrics }) => typeof metrics[metric]?.value === "number"),
  );
}

/** Values that the axis of a metric may show. */
export function metricLimits(metric: string): readonly [number, number] {
  if (metric === "logLoss") return [0, Number.POSITIVE_INFINITY];
  return /kappa/i.test(metric) ? [-1, 1] : [0, 1];
}

const MISSING: SeedsEstimate = { value: null, interval: null, perSeed: [], standardDeviation: null };

/** Each metric against the cost per mm². */
export function costFigure(evaluation: StudyEvaluation): Figure {
  const subset = fullCells(evaluation);
  const cells = subset.cells.filter(({ cost }) => cost.macsPerMm2 > 0);
  const least = leastOfFirst(evaluation).filter(({ cost }) => cost.macsPerMm2 > 0);
  const metrics = figureMetrics(evaluation);
  const panels = metrics.flatMap((metric) => {
    const series = armSeries(
      evaluation,
      cells,
      least,
      (cell) => cell.metrics[metric] ?? MISSING,
      "macsPerMm2",
    );
    return costPanel(evaluation, [...cells, ...least], series, metricWords(metric).heading, metric) ?? [];
  });
  const rows = [...cells, ...least].map((cell): Cell[] => [
    ...cellFactCells(cell),
    ...metrics.flatMap((metric) => seedsCells(cell.metrics[metric])),
  ]);
  return {
    name: "accuracy-against-cost",
    title: "Accuracy against cost",
    caption: [
      `Mean over the seeds (mark) with its ${levelWords(evaluation)} interval (bar: ${evaluation.resampling}); small dots are single seeds.`,
      "Overlapping bars do not mean that two networks are equal: the paired comparisons judge that.",
      "Networks of one cost are set side by side. The dotted line is the teacher. The vertical axes need not begin at 0.",
      subset.words,
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
    panels,
    size: "column",
    key: keyOf(armSeries(evaluation, cells, least, () => MISSING, "macsPerMm2")),
    csv: csvText([...cellFactHeading(), ...metrics.flatMap(seedsHeading)], rows),
  };
}

/** Share of test images that get the teacher's class, and Cohen's kappa, against the cost. */
export function agreementFigure(evaluation: StudyEvaluation): Figure {
  const subset = fullCells(evaluation);
  const judged = (cells: readonly StudyCell[]) =>
    cells.filter(({ agreement, cost }) => agreement !== null && cost.macsPerMm2 > 0);
  const cells = judged(subset.cells);
  const least = judged(leastOfFirst(evaluation));
  const kinds = [
    ["share", "Same class as the teacher (share of images)"],
    ["kappa", "Cohen’s kappa with the teacher"],
  ] as const;
  const panels = kinds.flatMap(([key, title]) => {
    const series = armSeries(
      evaluation,
      cells,
      least,
      (cell) => cell.agreement?.[key] ?? MISSING,
      "macsPerMm2",
    );
    return costPanel(evaluation, [...cells, ...least], series, title, key) ?? [];
  });
  const rows = [...cells, ...least].map((cell): Cell[] => [
    ...cellFactCells(cell),
    ...kinds.flatMap(([key]) => seedsCells(cell.agreement?.[key])),
  ]);
  return {
    name: "agreement-with-teacher",
    title: "Agreement with the teacher",
    caption:
      `How often a network gives a test image the class that the teacher of the same seed and labels gives it, whether that is right or wrong; kappa takes away what would agree by chance. Marks, bars and dots as above. ${subset.words}`.trim(),
    panels,
    size: "column",
    key: keyOf(armSeries(evaluation, cells, least, () => MISSING, "macsPerMm2")),
    csv: csvText([...cellFactHeading(), ...kinds.flatMap(([key]) => seedsHeading(key))], rows),
  };
}

/** The primary metric against the share of the labels, one panel per µm/px; no panel where there is one share only. */
export function labelFigure(evaluation: StudyEvaluation): Figure {
  const fullest = fullestTissue(evaluation.cells);
  const cells = fullest.filter((cell) =>
    fullest.some((other) => other.arm === cell.arm && other.labelFraction !== cell.labelFraction),
  );
  const { primary } = evaluation;
  const all = armSeries(evaluation, cells, [], (cell) => cell.metrics[primary] ?? MISSING, "labelFraction");
  const yDomain = domainOf(all, metricLimits(primary));
  const panels = mppsOf(cells)
    .slice(0, 8)
    .flatMap((mpp) => {
      const own = cells.filter((cell) => Math.abs(cell.mpp - mpp) <= 1e-3 * mpp);
      const plot = {
        title: `${formatMppNumber(mpp)} µm/px: ${metricWords(primary).name}`,
        xTitle: "Share of the training labels, log scale",
        xKind: "log" as const,
        xFormat: share,
        top: null,
        yDomain,
        levels: [],
        series: armSeries(evaluation, own, [], (cell) => cell.metrics[primary] ?? MISSING, "labelFraction"),
      };
      return linesPanel(plot) ?? [];
    });
  const rows = cells.map((cell): Cell[] => [...cellFactCells(cell), ...seedsCells(cell.metrics[primary])]);
  return {
    name: "accuracy-against-labels",
    title: "Against the amount of labels",
    caption:
      "Networks that learned from fewer of the labels (drawn by whole patients), each arm with the most unlabelled tissue it had; arms with one amount of labels only are left out. Marks, bars and dots as above.",
    panels,
    size: "column",
    key: keyOf(all),
    csv: csvText([...cellFactHeading(), ...seedsHeading(primary)], rows),
  };
}

/** "95%". */
export function levelWords({ level }: StudyEvaluation): string {
  return share(level);
}

/** Of the first distilled arm the cells with the least unlabelled tissue: what the tissue adds shows in every figure. */
function leastOfFirst(evaluation: StudyEvaluation): StudyCell[] {
  const first = armsOf(evaluation).find(({ kind }) => kind === "distilled");
  const labels = mostLabels(evaluation);
  return leastTissue(
    evaluation.cells.filter((cell) => cell.arm === first?.name && cell.labelFraction === labels),
  );
}

function armSeries(
  evaluation: StudyEvaluation,
  cells: readonly StudyCell[],
  least: readonly StudyCell[],
  pick: (cell: StudyCell) => SeedsEstimate,
  axis: "macsPerMm2" | "labelFraction",
): LineSeries[] {
  const place = (cell: StudyCell) => (axis === "labelFraction" ? cell.labelFraction : cell.cost.macsPerMm2);
  const toSeries = (arm: Arm, own: readonly StudyCell[], extra: string): LineSeries[] =>
    own.length === 0
      ? []
      : [
          {
            label: `${arm.name}${extra}`,
            style:
              extra === "" || !least.includes(own[0]!)
                ? arm.style
                : { ...arm.style, hollow: true, dash: "2 3" },
            points: own.map((cell) => ({
              x: place(cell),
              estimate: pick(cell),
              words: cellWords(evaluation, cell, false),
            })),
          },
        ];
  return armsOf(evaluation).flatMap((arm) => {
    const few = least.filter((cell) => cell.arm === arm.name);
    const own = cells.filter((cell) => cell.arm === arm.name);
    const tissue = (list: readonly StudyCell[]) => `, ${tissueWords(list[0]!.unlabelledFraction)}`;
    if (few.length === 0) return toSeries(arm, own, "");
    return [...toSeries(arm, own, tissue(own)), ...toSeries(arm, few, tissue(few))];
  });
}

function costPanel(
  evaluation: StudyEvaluation,
  cells: readonly StudyCell[],
  series: readonly LineSeries[],
  title: string,
  metric: string,
) {
  const teacher = cells.find(({ kind }) => kind === "teacher")?.metrics[metric]?.value;
  const chance = chanceLevel(metric, evaluation.classes.length);
  const low = domainOf(series, metricLimits(metric))[0];
  const nearChance = chance !== null && low - chance < 0.12;
  const levels = [
    ...(typeof teacher === "number" && series.length > 1
      ? [{ value: teacher, label: "", colour: COLOURS.teacher }]
      : []),
    ...(nearChance ? [{ value: chance, label: "guessing", colour: COLOURS.muted }] : []),
  ];
  const ticks = new Map(cells.map((cell) => [cell.cost.macsPerMm2, formatMppNumber(cell.mpp)]));
  return linesPanel({
    title,
    xTitle: "MACs per mm² of tissue, log scale",
    xKind: "log",
    xFormat: formatSi,
    top: { title: "µm/px", ticks: [...ticks].map(([x, label]) => ({ x, label })) },
    yDomain: domainOf(series, metricLimits(metric), nearChance ? [chance] : []),
    levels,
    series,
  });
}

/** The key of series. */
export function keyOf(series: readonly LineSeries[]): KeyEntry[] {
  return series.map(({ label, style, points }) => ({ label, style, line: points.length > 1 }));
}
