// The sections that say how a study was done, and what proves that it was done so.
import type { StudyEvaluation, StudyRecord } from "../../evaluate/index.ts";
import { metricWords } from "../metrics.ts";
import { resultsInWords } from "./answer.ts";
import type { Block, Section } from "./document.ts";
import { methodsParagraphs } from "./methods.ts";
import { choiceBlocks, exclusionBlocks, leakBlocks, repeatBlocks } from "./provenance.ts";
import { readingBlocks, readingTitle } from "./readings.ts";
import { deviations, openChoices } from "./recipe.ts";
import { metricsOf } from "./results.ts";
import { runBlocks } from "./run-blocks.ts";

export type Drawn = (name: string) => Block[];

export function accountSections(record: StudyRecord, drawn: Drawn): Section[] {
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
