// One slide on the contact sheet: its pictures, what it was called and how surely, and the way to its files. Kept short:
// a page may hold 5,000 of them.
import { formatFixed, formatMetric } from "../format.ts";
import { cleanText, type Markup, markup, NOTHING, shorten } from "../markup.ts";
import { colourName, NO_CLASS, shareBar, swatch } from "./class-marks.ts";
import type { PredictedSlide } from "./input.ts";
import { type Unit, unitsCounted } from "./words.ts";

/** With more classes than this a card shows the most probable ones and the sum of the others. */
const MOST_BARS = 4;
/** Characters of names and of notes that a card shows. */
const NAME_LENGTH = 120;
const NOTE_LENGTH = 240;

/**
 * The card. The heat map, clear where there is no tissue, is laid over the slide alone by the style sheet. The
 * card's `data-` attributes are what the sheet's script sorts and filters by: `data-v` the probabilities in the
 * order of the classes, `data-l` and `data-t` the places of the label and of the known label among `labels`, `data-m` the
 * tissue in mm², `data-n` the pieces.
 *
 * @param labels the classes, then known labels that are none of them.
 */
export function renderCard(
  slide: PredictedSlide,
  classes: readonly string[],
  labels: readonly string[],
  unit: Unit,
): Markup {
  const { answer, truth, folder, tissueArea } = slide;
  const path = cleanText(folder).split("/").map(encodeURIComponent).join("/");
  const values = answer.probabilities.map((value) => formatFixed(value, 4)).join(" ");
  const place = (label: string) => `${labels.indexOf(label)}`;
  const known = truth === null ? NOTHING : markup` data-t="${place(truth)}"`;
  const data = markup`data-v="${values}" data-l="${place(answer.label)}"${known} data-m="${formatFixed(tissueArea, 3)}" data-n="${`${slide.pieces}`}"`;
  const notes = slide.notes.map((note) => markup`<p class="note">${shorten(note, NOTE_LENGTH)}</p>`);
  return markup`<li class="slide" ${data}><a class="picture" href="${path}/overlay.jpg"><img loading="lazy" src="${path}/overlay.jpg" alt="${unit === "piece" ? "Pieces" : "Tiles"}"><img loading="lazy" class="bare" src="${path}/thumbnail.jpg" alt="Slide"><img loading="lazy" class="heat" src="${path}/heatmap.png" alt="Heat map"></a>
<h3 class="name">${shorten(slide.slide, NAME_LENGTH)}</h3>
<p class="call">${swatch(colourName(classes, answer.label))}<b class="name">${answer.label}</b><span>${formatMetric(topProbability(slide, classes))}</span></p>
${agreement(slide)}${bars(slide, classes)}
<p class="quiet">${unitsCounted(slide.pieces, unit)}, ${formatFixed(tissueArea, tissueArea < 10 ? 1 : 0)} mm² <a href="${path}/objects.geojson">GeoJSON</a> <a href="${path}/prediction.json">JSON</a></p>${notes}</li>
`;
}

/** The probability of the label. */
export function topProbability({ answer }: PredictedSlide, classes: readonly string[]): number {
  return answer.probabilities[classes.indexOf(answer.label)] ?? Math.max(...answer.probabilities);
}

/** The marks that {@link renderCard} refers to; once per page. Right and wrong differ in shape, not only in colour. */
export const AGREEMENT_MARKS: Markup = markup`<svg class="marks" aria-hidden="true"><symbol id="agrees" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.2"/><path d="M4.2 8.4l2.6 2.7 5-5.6"/></symbol><symbol id="differs" viewBox="0 0 16 16"><rect x="1" y="1" width="14" height="14" rx="2"/><path d="M5 5l6 6M11 5l-6 6"/></symbol></svg>
`;

function agreement({ truth, answer }: PredictedSlide): Markup {
  if (truth === null) return NOTHING;
  const agrees = truth === answer.label;
  const mark = markup`<svg class="tick" aria-hidden="true"><use href="#${agrees ? "agrees" : "differs"}"/></svg>`;
  return agrees
    ? markup`<p class="truth right">${mark}as its known label</p>`
    : markup`<p class="truth wrong">${mark}<span>known label: <b class="name">${truth}</b></span></p>`;
}

function bars({ answer }: PredictedSlide, classes: readonly string[]): Markup {
  const all = classes.map((name, index) => ({ name, value: answer.probabilities[index] ?? 0 }));
  const few = all.length <= MOST_BARS;
  const shown = few ? all : [...all].sort((a, b) => b.value - a.value).slice(0, MOST_BARS - 1);
  const rest = 1 - shown.reduce((sum, { value }) => sum + value, 0);
  const rows = shown.map(({ name, value }) => bar(name, value, colourName(classes, name)));
  const others = few ? NOTHING : bar(`${all.length - shown.length} others`, Math.max(0, rest), NO_CLASS);
  return markup`<dl class="bars">${rows}${others}</dl>`;
}

function bar(name: string, value: number, colour: string): Markup {
  return markup`<dt>${name}</dt><dd>${shareBar(value, colour)}${formatFixed(value, 2)}</dd>`;
}
