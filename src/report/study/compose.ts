// Puts the document together, in the order in which a reader wants it: the answer, its numbers, its figures, how it was
// done, and what proves that it was done so.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatFixed, joinWords } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { answerTable, resultsInWords } from "./answer.ts";
import { share } from "./arms.ts";
import { comparisonTables } from "./comparisons.ts";
import type { Block, Section, StudyDocument } from "./document.ts";
import type { Figure } from "./figure.ts";
import { studyFinding } from "./finding.ts";
import type { StudyReportInput } from "./input.ts";
import { methodsParagraphs } from "./methods.ts";
import { choiceBlocks, exclusionBlocks, leakBlocks, repeatBlocks, runBlocks } from "./provenance.ts";
import { readingBlocks, readingTitle } from "./readings.ts";
import { deviations, openChoices } from "./recipe.ts";
import { classTables, metricsOf, resultTables } from "./results.ts";

/** The whole report, unwritten. */
export function composeStudy(
  { record, examples }: StudyReportInput,
  figures: readonly Figure[],
): StudyDocument {
  const { evaluation } = record;
  const { sentence, details, basis } = studyFinding(record);
  const drawn = (name: string): Block[] =>
    figures.filter((figure) => figure.name === name).map((figure) => ({ kind: "figure", figure }));
  const tissue = figures
    .filter(({ name }) => name === "disagreement")
    .map((figure): Block => ({ kind: "tissue", examples, figure }));
  const results = evaluation === null ? [] : resultSections(record, evaluation, drawn, tissue);
  const sections = [...results, ...accountSections(record, drawn)];
  return {
    title: record.title,
    lowmag: record.lowmag,
    headline: {
      sentence,
      details,
      basis,
      numbers: evaluation === null ? null : answerTable(evaluation),
      facts: factsOf(record),
    },
    warning: evaluation?.notes[0] ?? "",
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: `Made by lowmag ${record.lowmag} from the study record of ${record.createdAt}.`,
  };
}

type Drawn = (name: string) => Block[];

function resultSections(
  record: StudyRecord,
  evaluation: StudyEvaluation,
  drawn: Drawn,
  tissue: readonly Block[],
): Section[] {
  const small = (id: string, title: string, name: string): Section => ({
    id,
    title,
    lead: "",
    blocks: drawn(name).map((block) => (block.kind === "figure" ? { ...block, untitled: true } : block)),
  });
  return [
    {
      id: "curves",
      title: "Accuracy, cost and tissue",
      lead: "",
      blocks: [
        ...drawn("accuracy-against-cost"),
        ...drawn("accuracy-against-unlabelled-tissue"),
        ...drawn("accuracy-against-labels"),
      ],
    },
    {
      id: "results",
      title: "All metrics",
      lead: "",
      blocks: [...resultTables(record, evaluation), ...classTables(evaluation)],
    },
    {
      id: "comparisons",
      title: "Comparisons",
      lead: "",
      blocks: [...comparisonTables(evaluation), ...drawn("paired-differences")],
    },
    small("agreement", "Agreement with the teacher", "agreement-with-teacher"),
    {
      id: "disagreement",
      title: "Where student and teacher disagree",
      lead: "The same field at both magnifications, at the same physical size, with what each network called it and the probability it gave.",
      blocks: tissue,
    },
    small("calibration", "Calibration", "calibration"),
    small("confusion", "Confusion matrices", "confusion-matrices"),
    small("learning", "Learning curves", "learning-curves"),
  ];
}

function accountSections(record: StudyRecord, drawn: Drawn): Section[] {
  const { evaluation } = record;
  const notes = [
    ...(evaluation?.notes ?? []),
    ...(evaluation === null
      ? []
      : [
          "Intervals show the uncertainty from the patients and images that were evaluated; the spread over seeds stands beside them, and neither holds the other.",
          "“Not shown” does not mean that there is no difference: it means that these data do not show one.",
        ]),
    "Cost is counted, not measured: MACs are multiply-accumulates of one forward pass (floating-point operations are twice as many).",
    "Research use only. Not for diagnosis or for any decision about a patient.",
  ];
  const apart = deviations(record);
  const methods = methodsParagraphs(record).flatMap(([heading, words]): Block[] => [
    { kind: "heading", text: heading },
    { kind: "text", text: words },
  ]);
  const words = evaluation === null ? "" : resultsInWords(evaluation);
  const inWords: Block[] =
    words === ""
      ? []
      : [
          { kind: "heading", text: "Results in words" },
          { kind: "text", text: words },
        ];
  const differing: Block[] =
    apart.length === 0 ? [{ kind: "text", text: "None is known." }] : [{ kind: "list", items: apart }];
  const open = openChoices(record);
  const openBlocks: Block[] =
    open.length === 0
      ? []
      : [
          { kind: "heading", text: "What the paper leaves open" },
          { kind: "list", items: open },
        ];
  return [
    {
      id: "methods",
      title: "Methods",
      lead: "Written from the record of the study, for a paper.",
      blocks: [
        ...methods,
        ...inWords,
        { kind: "heading", text: "Deviations from DiPalma et al. 2021" },
        ...differing,
        ...openBlocks,
      ],
    },
    {
      id: "flow",
      title: "Data and exclusions",
      lead: "",
      blocks: [...drawn("flow"), ...exclusionBlocks(record)],
    },
    { id: "readings", title: readingTitle(record), lead: "", blocks: readingBlocks(record) },
    { id: "leaks", title: "Leak checks", lead: "", blocks: leakBlocks(record) },
    { id: "choices", title: "Choices on validation data", lead: "", blocks: choiceBlocks(record) },
    { id: "runs", title: "Trainings", lead: "", blocks: runBlocks(record) },
    {
      id: "caveats",
      title: "Caveats and definitions",
      lead: "",
      blocks: [{ kind: "list", items: [...new Set(notes)] }, ...definitions(evaluation)],
    },
    { id: "repeat", title: "How to repeat it", lead: "", blocks: repeatBlocks(record) },
  ];
}

function definitions(evaluation: StudyEvaluation | null): Block[] {
  if (evaluation === null) return [];
  const facts = metricsOf(evaluation, true).map(
    (key) => [metricWords(key).heading, metricWords(key).definition] as const,
  );
  return facts.length === 0
    ? []
    : [
        { kind: "heading", text: "What the metrics mean" },
        { kind: "facts", facts },
      ];
}

function factsOf({ evaluation, data, runs }: StudyRecord): (readonly [string, string])[] {
  const done = runs.filter(({ state }) => state === "done").length;
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const judged: (readonly [string, string])[] =
    evaluation === null
      ? []
      : [
          ["Test images", formatCount(evaluation.images)],
          ["Test patients", evaluation.patients === null ? "not known" : formatCount(evaluation.patients)],
          ["Networks", formatCount(evaluation.cells.length)],
          ["Primary metric", metricWords(evaluation.primary).name],
          ["Margin", formatFixed(evaluation.margin, 3)],
          [`${share(evaluation.level)} intervals`, evaluation.resampling],
        ];
  return [
    ...judged,
    [`${formatCount(data.classes.length)} classes`, joinWords(data.classes)],
    ["Trainings", `${formatCount(done)} of ${formatCount(runs.length)} done`],
    ["Seeds", formatCount(seeds)],
  ];
}
