// What stands above the contact sheet: counts by label, how sure the model was, and agreement with known labels.
import { tableBox } from "../cells.ts";
import { panelSvg } from "../drawing.ts";
import { formatCount, formatFixed, formatMetric, formatPercent } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { topProbability } from "./card.ts";
import { colourName, shareBar, swatch } from "./class-marks.ts";
import { histogramPanel } from "./histogram.ts";
import type { PredictedSlide, PredictionPageInput } from "./input.ts";

/** Counts per label beside the histogram of the probabilities that labels were given with. */
export function summaryBody({ slides, model }: PredictionPageInput): Markup {
  if (slides.length === 0) return NOTHING;
  const rows = model.classes.map((name) => labelRow(name, slides, model.classes));
  const table = markup`<table class="labels"><thead><tr><th scope="col" class="model">Label</th><th scope="col">Slides</th><th scope="col" class="words">Share</th><th scope="col">Tissue, mm²</th><th scope="col">Median probability</th></tr></thead><tbody>${rows}</tbody></table>`;
  const tops = slides.map((slide) => ({
    label: slide.answer.label,
    value: topProbability(slide, model.classes),
  }));
  return markup`<div class="overview"><div>${tableBox("Slides by label", "", table)}</div><figure><figcaption>Probability of the label</figcaption>${panelSvg(histogramPanel(tops, model.classes))}</figure></div>`;
}

function labelRow(name: string, slides: readonly PredictedSlide[], classes: readonly string[]): Markup {
  const own = slides.filter(({ answer }) => answer.label === name);
  const area = own.reduce((sum, { tissueArea }) => sum + tissueArea, 0);
  const tops = own.map((slide) => topProbability(slide, classes)).sort((a, b) => a - b);
  const colour = colourName(classes, name);
  const share = own.length / slides.length;
  return markup`<tr><th scope="row" class="model">${swatch(colour)}<span class="name">${name}</span></th><td>${formatCount(own.length)}</td><td class="words share">${shareBar(share, colour)}${formatPercent(share)}</td><td>${area < 10 ? formatFixed(area, 1) : formatCount(area)}</td><td>${formatMetric(median(tops))}</td></tr>
`;
}

/** Of sorted values; `null` of none. */
export function median(sorted: readonly number[]): number | null {
  if (sorted.length === 0) return null;
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/**
 * Known labels against those given, where any are known: counts.
 *
 * @param labels the classes, then known labels that are none of them.
 */
export function agreementBody({ slides, model }: PredictionPageInput, labels: readonly string[]): Markup {
  const known = slides.filter(({ truth }) => truth !== null);
  if (known.length === 0) return NOTHING;
  const right = known.filter(({ truth, answer }) => truth === answer.label).length;
  const count = (truth: string, label: string) =>
    known.filter((slide) => slide.truth === truth && slide.answer.label === label).length;
  const rows = labels.map((truth) => {
    const cells = model.classes.map((label) => confusionCell(count(truth, label), truth === label));
    return markup`<tr><th scope="row" class="model"><span class="name">${truth}</span></th>${cells}</tr>\n`;
  });
  const heads = model.classes.map((name) => markup`<th scope="col"><span class="name">${name}</span></th>`);
  const table = markup`<table class="confusion"><thead><tr><th scope="col" class="model">Known label</th>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
  return markup`<p>${formatCount(right)} of ${formatCount(known.length)} slides of known label were given it.</p>
${tableBox("Known labels against labels given", "Rows are known labels, columns the labels given; counts of slides.", table)}
<p class="caption">This is a count, not an evaluation: it has no intervals, knows nothing of patients, and these slides may be among those that the model learned from. <code>lowmag evaluate</code> measures a model on data that it has not seen.</p>`;
}

function confusionCell(count: number, agrees: boolean): Markup {
  if (count === 0) return markup`<td class="none">0</td>`;
  return agrees
    ? markup`<td class="agrees">${formatCount(count)}</td>`
    : markup`<td class="differs">${formatCount(count)}</td>`;
}
