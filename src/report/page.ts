// The page of an evaluation: what stands in its head and in its sections. `page-frame.ts` holds what all pages share.
import type { EvaluationRecord } from "../evaluate/index.ts";
import { classTable } from "./class-table.ts";
import { comparisonTable } from "./comparison-table.ts";
import { panelSvg } from "./drawing.ts";
import { exampleSection, modelWitnesses } from "./examples.ts";
import type { Figure } from "./figures.ts";
import { describeFinding } from "./finding.ts";
import { formatCount, joinWords } from "./format.ts";
import type { ReportInput } from "./input.ts";
import { type Markup, markup, NOTHING } from "./markup.ts";
import { methodsSection, reproduceSection } from "./methods.ts";
import { furtherTable, intervalWords, modelTable } from "./model-table.ts";
import { type PageSection, renderFrame } from "./page-frame.ts";
import { detailList, factStrip, type NamedFact, researchNotice } from "./page-head.ts";
import { referenceTeacher } from "./roles.ts";

/** The title where none is given. */
export const DEFAULT_TITLE = "Accuracy against cost";

/** The whole page as text. */
export function renderPage(input: ReportInput, figures: readonly Figure[]): string {
  const { record, title = DEFAULT_TITLE } = input;
  const finding = describeFinding(record);
  return renderFrame({
    title,
    lowmag: record.lowmag,
    header: markup`<p class="finding">${finding.headline}</p>
${detailList(finding.details)}${finding.basis === "" ? NOTHING : markup`<p class="basis">${finding.basis}</p>`}
${factStrip(factsOf(record))}
${researchNotice(record.notes[0] ?? "")}`,
    sections: makeSections(input, figures),
    footer: `Made by lowmag ${record.lowmag} from the evaluation of ${record.createdAt}.`,
  });
}

function factsOf(record: EvaluationRecord): NamedFact[] {
  return [
    ["Split", record.split],
    ["Images", formatCount(record.images)],
    ["Patients", record.patients === null ? "not known" : formatCount(record.patients)],
    [`${formatCount(record.classes.length)} classes`, joinWords(record.classes)],
    ["Models", formatCount(record.models.length)],
    ["Intervals", record.resampling],
  ];
}

function makeSections(input: ReportInput, figures: readonly Figure[]): PageSection[] {
  const { record, examples, settings } = input;
  const panels = (name: string, size: "small" | "middle" | "large") =>
    figurePanels(
      figures.find((figure) => figure.name === name),
      size,
    );
  const confusionSize = record.classes.length <= 4 ? "middle" : "large";
  return [
    {
      id: "cost",
      title: "Accuracy against cost",
      lead: "",
      body: markup`${hero(figures, "accuracy-against-cost")}${hero(figures, "auroc-against-cost")}<p class="caption">${heroCaption(record)}</p>`,
    },
    { id: "models", title: "All models", lead: "", body: modelTable(record) },
    {
      id: "comparisons",
      title: "Paired comparisons",
      lead: "",
      body: record.comparisons.length === 0 ? NOTHING : comparisonTable(record),
    },
    {
      id: "examples",
      title: "Example tissue",
      lead: "The same field at each magnification, at the same physical size, with what each model called it and the probability it gave.",
      body: exampleSection(modelWitnesses(record), examples),
    },
    {
      id: "confusion",
      title: "Confusion matrices",
      lead: "Rows are true classes, columns predicted ones: counts, and percentages of the row.",
      body: panels("confusion-matrices", confusionSize),
    },
    {
      id: "roc",
      title: "ROC curves",
      lead: "Each class against the rest. The dotted diagonal is guessing.",
      body: panels("roc-curves", "small"),
    },
    {
      id: "calibration",
      title: "Calibration",
      lead: "How often a prediction is right, by the confidence it was made with. Below the dotted diagonal a model is too sure of itself, above it too modest. The bars below count the images behind each point.",
      body: panels("reliability-diagrams", "small"),
    },
    {
      id: "learning",
      title: "Learning curves",
      lead: "Losses of teachers, students and baselines are different quantities and have scales of their own.",
      body: panels("learning-curves", "middle"),
    },
    {
      id: "classes",
      title: "Per class",
      lead: "",
      body: record.classes.length === 0 ? NOTHING : markup`${classTable(record)}${furtherTable(record)}`,
    },
    { id: "methods", title: "Methods and caveats", lead: "", body: methodsSection(record) },
    { id: "reproduce", title: "How to reproduce", lead: "", body: reproduceSection(record, settings) },
  ];
}

/** The figure in its wide and its narrow drawing; the style sheet shows one of them. */
function hero(figures: readonly Figure[], name: string): Markup {
  const figure = figures.find((candidate) => candidate.name === name);
  if (figure === undefined) return NOTHING;
  return markup`<figure class="hero"><figcaption><h3>${figure.title}</h3></figcaption><div class="full">${figure.panels.map(panelSvg)}</div><div class="narrow">${figure.narrow.map(panelSvg)}</div></figure>\n`;
}

function heroCaption(record: EvaluationRecord): string {
  const several = record.models.length > 1;
  const sentences = [
    `Bars are ${intervalWords(record)} intervals (${record.resampling}).`,
    several
      ? "Overlapping bars do not mean that two models are equal: the paired comparisons judge that."
      : "",
    several && referenceTeacher(record) !== undefined
      ? "The dotted line across is the teacher’s value. Models of the same cost are set side by side."
      : "",
    "The vertical axes need not begin at 0.",
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

function figurePanels(figure: Figure | undefined, size: "small" | "middle" | "large"): Markup {
  if (figure === undefined) return NOTHING;
  return markup`<div class="panels ${size}" role="region" aria-label="${figure.title}" tabindex="0">${figure.panels.map((panel) => markup`<div>${panelSvg(panel)}</div>\n`)}</div>`;
}
