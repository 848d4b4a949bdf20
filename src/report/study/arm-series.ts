// What the figures with one line per arm share: the lines, the axis of costs, the key.
import type { SeedsEstimate, StudyCell, StudyEvaluation } from "../../evaluate/index.ts";
import { formatMppNumber, formatSi } from "../format.ts";
import { chanceLevel } from "../metrics.ts";
import { COLOURS } from "../palette.ts";
import { type Arm, armsOf, cellWords, share, tissueWords } from "./arms.ts";
import type { KeyEntry } from "./figure.ts";
import { linesPanel } from "./lines-panel.ts";
import { domainOf, type LineSeries } from "./lines-plot.ts";
import { leastTissue, mostLabels } from "./subsets.ts";

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

export const MISSING: SeedsEstimate = { value: null, interval: null, perSeed: [], standardDeviation: null };

/** "95%". */
export function levelWords({ level }: StudyEvaluation): string {
  return share(level);
}

/** Of the first distilled arm the cells with the least unlabelled tissue: what the tissue adds shows in every figure. */
export function leastOfFirst(evaluation: StudyEvaluation): StudyCell[] {
  const first = armsOf(evaluation).find(({ kind }) => kind === "distilled");
  const labels = mostLabels(evaluation);
  return leastTissue(
    evaluation.cells.filter((cell) => cell.arm === first?.name && cell.labelFraction === labels),
  );
}

export function armSeries(
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

export function costPanel(
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
