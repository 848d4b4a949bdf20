// How the networks of a study do on each class.
import type { StudyEvaluation } from "../../evaluate/index.ts";
import { csvText } from "../csv.ts";
import { formatCount } from "../format.ts";
import { own } from "../lookup.ts";
import { CLASS_METRICS, metricWords } from "../metrics.ts";
import { cellWords, orderedCells } from "./arms.ts";
import { seedsCells, seedsHeading } from "./csv.ts";
import type { Block, TableRow } from "./document.ts";
import { seedsCell } from "./results.ts";
import { fullCells } from "./subsets.ts";

/** Each class against the rest, of the fullest networks, folded away. */
export function classTables(evaluation: StudyEvaluation): Block[] {
  const { cells, words } = fullCells(evaluation);
  const keys = CLASS_METRICS.filter((key) =>
    cells.some(({ perClass }) => evaluation.classes.some((name) => own(perClass, name)?.[key] !== undefined)),
  );
  if (keys.length === 0 || evaluation.classes.length === 0) return [];
  const parts = evaluation.classes.map((name) => {
    const support = own(evaluation.support, name);
    const count =
      support === undefined
        ? ""
        : `: ${formatCount(support.images)} test images${support.patients === null ? "" : ` of ${formatCount(support.patients)} patients`}`;
    const rows = cells.map(
      (cell): TableRow => [
        cellWords(evaluation, cell),
        ...keys.map((key) => seedsCell(key, own(cell.perClass, name)?.[key])),
      ],
    );
    return { title: `${name}${count}`, rows };
  });
  return [
    {
      kind: "table",
      label: "Scores per class",
      caption: `Each class against the rest. ${words} “Published accuracy” is always above the true one-vs-rest accuracy.`,
      heading: ["Network", ...keys.map((key) => metricWords(key).heading)],
      parts,
      folded: `Show the scores of ${formatCount(evaluation.classes.length)} classes`,
    },
  ];
}

/** One row per class and network. */
export function perClassCsv(evaluation: StudyEvaluation): string {
  const rows = evaluation.classes.flatMap((name) =>
    orderedCells(evaluation).map((cell) => {
      const metrics = own(cell.perClass, name) ?? {};
      return [
        name,
        own(evaluation.support, name)?.images ?? null,
        cell.id,
        ...CLASS_METRICS.flatMap((key) => seedsCells(metrics[key])),
      ];
    }),
  );
  return csvText(["class", "images", "cell", ...CLASS_METRICS.flatMap(seedsHeading)], rows);
}
