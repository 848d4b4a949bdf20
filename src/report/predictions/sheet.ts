// The contact sheet: a card for every slide, with controls to sort, filter and page. All cards are in the page, so that it
// can be read without its script; the controls are shown by the script that gives them their meaning.
import { formatCount } from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { AGREEMENT_MARKS, renderCard } from "./card.ts";
import { classLegend } from "./class-marks.ts";
import { heatScale } from "./heat-scale.ts";
import type { PredictedSlide, PredictionPageInput } from "./input.ts";
import { slidesCounted, type Unit, unitOf } from "./words.ts";

/** Cards to a page until the reader chooses otherwise. */
const PAGE_SIZES = [24, 60, 240];

/** @param labels the classes, then known labels that are none of them. */
export function sheetBody({ slides, model, rules }: PredictionPageInput, labels: readonly string[]): Markup {
  const unit = unitOf(rules);
  if (slides.length === 0) return NOTHING;
  const cards = slides.map((slide) => renderCard(slide, model.classes, labels, unit));
  return markup`${AGREEMENT_MARKS}<div class="sheet" id="sheet">
${layers(unit)}
<div class="legends">${classLegend(model.classes)}${heatScale()}</div>
${controls(slides, model.classes, unit)}
<div class="shown"><p id="shown" aria-live="polite">${slidesCounted(slides.length)}</p>${pageSize()}</div>
<ul class="contact" id="cards">
${cards}</ul>
<div class="pager" id="pager" hidden><button type="button" id="previous">‹ Previous</button><span id="place"></span><button type="button" id="next">Next ›</button></div>
</div>
${LARGE_VIEW}`;
}

/** What the pictures show; the style sheet follows the checked one. */
function layers(unit: Unit): Markup {
  const choice = (id: string, words: string, checked: Markup) =>
    markup`<label><input type="radio" name="layer" id="${id}"${checked}>${words}</label>`;
  return markup`<fieldset class="layers"><legend>Pictures show</legend>${choice("show-pieces", `${unit}s`, markup` checked`)}${choice("show-heat", "heat map", NOTHING)}${choice("show-bare", "slide alone", NOTHING)}</fieldset>`;
}

function controls(slides: readonly PredictedSlide[], classes: readonly string[], unit: Unit): Markup {
  const known = slides.some(({ truth }) => truth !== null);
  const field = (name: string, control: Markup) => markup`<label><span>${name}</span>${control}</label>`;
  return markup`<form class="controls" id="controls" hidden>
${field("Sort by", markup`<select id="sort">${sortOptions(classes, known, unit)}</select>`)}
${field("Label", markup`<select id="label">${option("", "any", true)}${labelOptions(slides, classes)}</select>`)}
${known ? field("Known label", markup`<select id="known">${option("", "any or none", true)}${option("differs", "differs")}${option("agrees", "agrees")}${option("none", "not known")}</select>`) : NOTHING}
<div class="pair">${field("Probability from", number("from", "0"))}${field("to", number("to", "1"))}</div>
${field("Name contains", markup`<input type="search" id="name" autocomplete="off" spellcheck="false">`)}
${slides.some(({ notes }) => notes.length > 0) ? markup`<label class="tickbox"><input type="checkbox" id="noted"><span>with remarks</span></label>` : NOTHING}
<button type="reset">Reset</button>
</form>`;
}

/** Stands apart from the form that it belongs to: it is no condition on slides. */
function pageSize(): Markup {
  const sizes = PAGE_SIZES.map((size) => option(`${size}`, `${size}`, size === 60));
  return markup`<label id="sizes" hidden>Per page <select id="size" form="controls">${sizes}${option("all", "all")}</select></label>`;
}

function sortOptions(classes: readonly string[], known: boolean, unit: Unit): Markup {
  const sorts: [value: string, words: string][] = [
    ["given", "as listed"],
    ["name", "name"],
    ["surest", "probability, highest first"],
    ["unsurest", "probability, lowest first"],
    ["entropy", "uncertainty (entropy)"],
    ...(known ? [["against", "disagreement with known label"] as [string, string]] : []),
    ["tissue", "tissue area"],
    ["pieces", `number of ${unit}s`],
    ...classes.map((name, index): [string, string] => [`class-${index}`, `probability of ${name}`]),
  ];
  return markup`${sorts.map(([value, words], index) => option(value, words, index === 0))}`;
}

function labelOptions(slides: readonly PredictedSlide[], classes: readonly string[]): Markup {
  const counted = (name: string) => slides.filter(({ answer }) => answer.label === name).length;
  return markup`${classes.map((name, index) => option(`${index}`, `${name} (${formatCount(counted(name))})`))}`;
}

function option(value: string, words: string, selected = false): Markup {
  return markup`<option value="${value}"${selected ? markup` selected` : NOTHING}>${words}</option>`;
}

function number(id: string, value: string): Markup {
  return markup`<input type="number" id="${id}" min="0" max="1" step="0.05" value="${value}" inputmode="decimal">`;
}

/** One slide over the whole window; the script moves the card's own picture and words into it. */
const LARGE_VIEW: Markup = markup`<dialog id="large" aria-labelledby="large-name"><div class="bar-top"><button type="button" id="large-previous" aria-label="Previous slide">‹</button><h3 class="name" id="large-name"></h3><button type="button" id="large-next" aria-label="Next slide">›</button><button type="button" id="large-close" aria-label="Close">×</button></div><div id="large-picture" class="picture"></div><div id="large-words"></div><p class="quiet">Arrow keys: other slides. H: next layer. Escape: back.</p></dialog>
`;
