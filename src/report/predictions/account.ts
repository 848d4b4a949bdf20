// What stands below the contact sheet: slides that were set aside, by which model and rules the others were classified,
// and what took how long.
import { tableBox } from "../cells.ts";
import {
  formatCount,
  formatDuration,
  formatFixed,
  formatMagnification,
  formatMpp,
  formatPercent,
  joinWords,
} from "../format.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { factList, type NamedFact } from "../page-head.ts";
import { shareBar } from "./class-marks.ts";
import type { PredictedSlide, PredictionPace, PredictionPageInput } from "./input.ts";
import { describeHeatMap, describeRules, describeSlideRule, slidesCounted, unitOf } from "./words.ts";

/** Slides without an answer, each with its reason. */
export function failuresBody({ failures }: PredictionPageInput): Markup {
  if (failures.length === 0) return NOTHING;
  const rows = failures.map(
    ({ slide, reason, message }) =>
      markup`<tr><th scope="row" class="model"><span class="name">${slide}</span></th><td class="words">${reason}</td><td class="words wrap">${withoutFolders(message)}</td></tr>\n`,
  );
  const table = markup`<table class="study"><thead><tr><th scope="col" class="model">Slide</th><th scope="col" class="words">Reason</th><th scope="col" class="words wrap">What happened, and what to do</th></tr></thead><tbody>${rows}</tbody></table>`;
  return tableBox("Slides that were set aside", "", table);
}

/** A message without the folders of the file that it begins with: pages are passed on, and folders name people. */
function withoutFolders(message: string): string {
  const end = message.indexOf(": ");
  const name = end < 0 ? 0 : Math.max(...["/", "\\"].map((mark) => message.lastIndexOf(mark, end))) + 1;
  return message.slice(name);
}

/** The model, the rules, and what the heat map is. */
export function methodBody({ model, engine, rules, slideRule }: PredictionPageInput): Markup {
  const facts: NamedFact[] = [
    ["Model", `${model.name}, ${model.architecture}`],
    ["Resolution", `${formatMpp(model.mpp)} (${formatMagnification(model.mpp)})`],
    ["Classes", joinWords(model.classes)],
    ["Weights", `SHA-256 ${model.hash}`],
    ["Computed by", engine],
    ...describeRules(rules),
  ];
  return markup`<p>${describeSlideRule(slideRule, unitOf(rules))}</p><p>${describeHeatMap(model.mpp, rules)}</p>${factList(facts)}`;
}

const ACTIVITIES = [
  ["opening", "Opening the file"],
  ["reading", "Reading and decoding"],
  ["finding", "Finding tissue"],
  ["computing", "Forward passes"],
  ["writing", "Pictures and files"],
] as const;

/** Slides per minute, and the time of all slides by what it was spent on. */
export function timeBody({ slides, pace }: PredictionPageInput): Markup {
  if (slides.length === 0) return NOTHING;
  const total = sumOf(slides, "total");
  const rows = ACTIVITIES.map(([key, words]) => {
    const seconds = sumOf(slides, key);
    const share = total > 0 ? seconds / total : 0;
    return markup`<tr><th scope="row" class="model">${words}</th><td>${formatDuration(seconds)}</td><td>${formatFixed(seconds / slides.length, 2)} s</td><td class="words share">${shareBar(share, "k0")}${formatPercent(share)}</td></tr>\n`;
  });
  const table = markup`<table class="labels"><thead><tr><th scope="col" class="model">Spent on</th><th scope="col">All slides</th><th scope="col">Per slide</th><th scope="col" class="words">Share</th></tr></thead><tbody>${rows}</tbody></table>`;
  return markup`${pace === null ? NOTHING : markup`<p>${describePace(pace)}</p>`}${tableBox("Time by what it was spent on", "", table)}`;
}

/** "12.3 slides per minute: 37 slides in 3 min, 2 at a time." */
export function describePace({ slides, seconds, workers }: PredictionPace): string {
  const rate = formatFixed((60 * slides) / seconds, 1);
  const together = workers > 1 ? `, ${formatCount(workers)} at a time` : "";
  return `${rate} slides per minute in the last run: ${slidesCounted(slides)} in ${formatDuration(seconds)}${together}.`;
}

function sumOf(slides: readonly PredictedSlide[], key: keyof PredictedSlide["seconds"]): number {
  return slides.reduce((sum, { seconds }) => sum + seconds[key], 0);
}
