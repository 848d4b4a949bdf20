// Puts the document together, in the order in which a reader wants it: the answer, its numbers, its figures, how it was
// done, and what proves that it was done so.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { formatCount, formatFixed, joinWords } from "../format.ts";
import { metricWords } from "../metrics.ts";
import { accountSections, type Drawn } from "./account-sections.ts";
import { answerTable } from "./answer.ts";
import { share } from "./arms.ts";
import { classTables } from "./class-results.ts";
import { comparisonTables } from "./comparisons.ts";
import type { Block, Section, StudyDocument } from "./document.ts";
import type { Figure } from "./figure.ts";
import { studyFinding } from "./finding.ts";
import type { StudyReportInput } from "./input.ts";
import { resultTables } from "./results.ts";

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
