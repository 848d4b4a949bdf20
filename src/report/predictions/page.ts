// The page of `lowmag predict`: the contact sheet of all slides, with what was found above it and how below it.
import { formatCount, formatMpp } from "../format.ts";
import { type Markup, markup } from "../markup.ts";
import { renderFrame } from "../page-frame.ts";
import { detailList, factStrip, type NamedFact, researchNotice } from "../page-head.ts";
import { describePace, failuresBody, methodBody, timeBody } from "./account.ts";
import type { PredictedSlide, PredictionPageInput } from "./input.ts";
import { sheetBody } from "./sheet.ts";
import { SHEET_SCRIPT } from "./sheet-script.ts";
import { SHEET_STYLE } from "./sheet-style.ts";
import { agreementBody, summaryBody } from "./summary.ts";
import { describeCounts, sharedNotes, slidesCounted, unitOf } from "./words.ts";

/**
 * Renders the page as one HTML file that shows pictures in files beside it and asks for nothing else.
 *
 * @returns the page as text; the same input gives the same text.
 */
export function renderPredictionPage(whole: PredictionPageInput): string {
  const shared = sharedNotes(whole);
  const input = { ...whole, slides: whole.slides.map((slide) => withoutNotes(slide, shared)) };
  const { lowmag, createdAt, model, slides } = input;
  const known = slides.flatMap(({ truth }) => (truth === null ? [] : [truth]));
  const others = [...new Set(known)].filter((label) => !model.classes.includes(label)).sort();
  const labels = [...model.classes, ...others];
  return renderFrame({
    title: `Slides classified by ${model.name}`,
    lowmag,
    header: renderHeader(input, shared),
    sections: [
      { id: "summary", title: "Labels", lead: "", body: summaryBody(input) },
      { id: "slides", title: "Slides", lead: "", body: sheetBody(input, labels) },
      {
        id: "failures",
        title: "Set aside",
        lead: "These slides have no answer. The same command tries them again.",
        body: failuresBody(input),
      },
      { id: "agreement", title: "Known labels", lead: "", body: agreementBody(input, labels) },
      { id: "method", title: "How slides were classified", lead: "", body: methodBody(input) },
      { id: "time", title: "Time", lead: "", body: timeBody(input) },
    ],
    footer: `Made by lowmag ${lowmag}; results of ${createdAt}.`,
    hasFiles: false,
    style: SHEET_STYLE,
    script: SHEET_SCRIPT,
    showsFiles: true,
  });
}

function withoutNotes(slide: PredictedSlide, shared: readonly string[]): PredictedSlide {
  return { ...slide, notes: slide.notes.filter((note) => !shared.includes(note)) };
}

function renderHeader(input: PredictionPageInput, notes: readonly string[]): Markup {
  const { model, rules, slides, failures, waiting, pace } = input;
  const area = slides.reduce((sum, { tissueArea }) => sum + tissueArea, 0);
  const facts: NamedFact[] = [
    ["Model", model.name],
    ["Resolution", formatMpp(model.mpp)],
    ["Architecture", model.architecture],
    [
      unitOf(rules) === "piece" ? "Pieces" : "Tiles",
      formatCount(slides.reduce((sum, { pieces }) => sum + pieces, 0)),
    ],
    ["Tissue", `${formatCount(area)} mm²`],
  ];
  const count = failures.length;
  const details = [
    ...(count > 0
      ? [markup`<a href="#failures">${slidesCounted(count)} set aside</a>, each with its reason.`]
      : []),
    ...(waiting > 0
      ? [`${slidesCounted(waiting)} not classified yet: the same command goes on where it stopped.`]
      : []),
    ...(pace === null ? [] : [describePace(pace)]),
    ...notes.map((note) => `On every slide: ${note}`),
  ];
  return markup`<p class="finding">${describeCounts(input)}</p>
${detailList(details)}
${factStrip(facts)}
${researchNotice("")}`;
}
