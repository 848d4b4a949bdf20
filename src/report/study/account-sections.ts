// The sections that say how a study was done, and what proves that it was done so.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { metricWords } from "../metrics.ts";
import { RESEARCH_USE } from "../page-head.ts";
import { resultsInWords } from "./answer.ts";
import type { Block, Section } from "./document.ts";
import { methodsParagraphs } from "./methods.ts";
import { choiceBlocks, exclusionBlocks, leakBlocks, repeatBlocks } from "./provenance.ts";
import { readingBlocks, readingTitle } from "./readings.ts";
import { deviations, openChoices } from "./recipe.ts";
import { metricsOf } from "./results.ts";
import { runBlocks } from "./run-blocks.ts";

/** The figure of a name as blocks; none where the study has no data for it. */
export type Drawn = (name: string) => Block[];

/** Methods, data, readings, leaks, choices, trainings, caveats, and how to repeat it. */
export function accountSections(record: StudyRecord, drawn: Drawn): Section[] {
  const plain = (id: string, title: string, blocks: readonly Block[]): Section => ({
    id,
    title,
    lead: "",
    blocks,
  });
  return [
    {
      id: "methods",
      title: "Methods",
      lead: "Written from the record of the study, for a paper.",
      blocks: methodsBlocks(record),
    },
    plain("flow", "Data and exclusions", [...drawn("flow"), ...exclusionBlocks(record)]),
    plain("readings", readingTitle(record), readingBlocks(record)),
    plain("leaks", "Leak checks", leakBlocks(record)),
    plain("choices", "Choices on validation data", choiceBlocks(record)),
    plain("runs", "Trainings", runBlocks(record)),
    plain("caveats", "Caveats and definitions", caveatBlocks(record)),
    plain("repeat", "How to repeat it", repeatBlocks(record)),
  ];
}

function methodsBlocks(record: StudyRecord): Block[] {
  const words = record.evaluation === null ? "" : resultsInWords(record.evaluation);
  const apart = deviations(record);
  const open = openChoices(record);
  const titled = (title: string, block: Block): Block[] => [{ kind: "heading", text: title }, block];
  return [
    ...methodsParagraphs(record).flatMap(([heading, text]) => titled(heading, { kind: "text", text })),
    ...(words === "" ? [] : titled("Results in words", { kind: "text", text: words })),
    ...titled(
      "Deviations from DiPalma et al. 2021",
      apart.length === 0 ? { kind: "text", text: "None is known." } : { kind: "list", items: apart },
    ),
    ...(open.length === 0 ? [] : titled("What the paper leaves open", { kind: "list", items: open })),
  ];
}

function caveatBlocks({ evaluation }: StudyRecord): Block[] {
  const judged =
    evaluation === null
      ? []
      : [
          ...evaluation.notes,
          "Intervals show the uncertainty from the patients and images that were evaluated; the spread over seeds stands beside them, and neither holds the other.",
          "“Not shown” does not mean that there is no difference: it means that these data do not show one.",
        ];
  const items = [
    ...judged,
    "Cost is counted, not measured: MACs are multiply-accumulates of one forward pass (floating-point operations are twice as many).",
    `Research use only. ${RESEARCH_USE}`,
  ];
  return [{ kind: "list", items: [...new Set(items)] }, ...definitions(evaluation)];
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
