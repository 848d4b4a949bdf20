// Paired comparisons: a table whose rows carry their own strip of a forest plot.
import type { EvaluationRecord, PairedComparison } from "../evaluate/index.ts";
import { notAvailable, tableBox } from "./cells.ts";
import { panelSvg } from "./drawing.ts";
import { comparisonsByMetric, differenceDomain, differenceScale, differenceStrip } from "./forest-figure.ts";
import { formatDifference, formatInterval, formatMpp, formatPValue } from "./format.ts";
import { type Markup, markup } from "./markup.ts";
import { metricWords } from "./metrics.ts";
import { verdictOf } from "./verdict.ts";

/** The table, one part per metric; all parts share one scale. */
export function comparisonTable(record: EvaluationRecord): Markup {
  const domain = differenceDomain(record.comparisons);
  const parts = [...comparisonsByMetric(record)].map(
    ([metric, own]) =>
      markup`<tbody><tr class="part"><th colspan="5" scope="rowgroup">${metricWords(metric).heading}</th></tr>${own.map((comparison) => row(record, comparison, domain))}</tbody>\n`,
  );
  return tableBox(
    "Paired comparisons",
    "Differences on the same images, first model minus second. A filled point: the interval leaves out 0. A hollow point: it covers 0, and no difference was shown.",
    markup`<table class="forest"><thead><tr><th scope="col" class="model">First − second</th><th scope="col">Difference</th><th scope="col" class="strip">${panelSvg(differenceScale(domain))}</th><th scope="col">p</th><th scope="col" class="words">What it shows</th></tr></thead>${parts}</table>`,
  );
}

function row(
  record: EvaluationRecord,
  comparison: PairedComparison,
  domain: readonly [number, number],
): Markup {
  const { difference, pValue } = comparison;
  const value =
    difference.value === null
      ? notAvailable("The difference is not defined: one of the models lacks this metric.")
      : markup`${formatDifference(difference.value)}<span class="interval">${formatInterval(difference.interval)}</span>`;
  const p =
    pValue === null ? notAvailable("No test was made of this difference.") : markup`${formatPValue(pValue)}`;
  return markup`<tr><th scope="row" class="model"><span class="name">${comparison.first}</span> − <span class="name">${comparison.second}</span><span class="interval">${places(record, comparison)}</span></th><td>${value}</td><td class="strip">${panelSvg(differenceStrip(domain, comparison))}</td><td class="p">${p}</td><td class="words">${verdict(comparison)}</td></tr>\n`;
}

function verdict({ difference }: PairedComparison): string {
  return {
    above: "first is higher",
    below: "first is lower",
    "not shown": "no difference shown",
    "no interval": "no interval: nothing shown",
  }[verdictOf(difference)];
}

function places(record: EvaluationRecord, { first, second }: PairedComparison): string {
  const mppOf = (name: string) => record.models.find((model) => model.name === name)?.mpp;
  const [a, b] = [mppOf(first), mppOf(second)];
  if (a === undefined || b === undefined) return "";
  return a === b ? `both at ${formatMpp(a)}` : `${formatMpp(a)} and ${formatMpp(b)}`;
}
