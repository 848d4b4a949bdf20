// Makes a report from an evaluation record, and writes it to a folder. Nothing here runs a model, and the same input
// always gives the same bytes.
import { join } from "node:path";
import { writeFileAtomically } from "../machine/index.ts";
import { classesCsv, comparisonsCsv, modelsCsv } from "./csv.ts";
import { figureFile, makeFigures } from "./figures.ts";
import { checkInput, type Report, type ReportInput } from "./input.ts";
import { renderMarkdown } from "./markdown.ts";
import { renderPage } from "./page.ts";

/**
 * Renders a report: one self-contained page, the same in Markdown, and every figure and table as files.
 *
 * @throws LowmagError `invalid-argument` for a record without models or with two of one name or an example without
 *   size; `shape-mismatch` for a confusion matrix that does not fit the classes.
 */
export async function renderReport(input: ReportInput): Promise<Report> {
  checkInput(input);
  const figures = makeFigures(input.record);
  return {
    html: renderPage(input, figures),
    markdown: renderMarkdown(input, figures),
    figures: figures.map(figureFile),
    tables: [
      { name: "models", csv: modelsCsv(input.record) },
      { name: "classes", csv: classesCsv(input.record) },
      { name: "comparisons", csv: comparisonsCsv(input.record) },
    ],
  };
}

/**
 * Renders a report into a folder: `report.html`, `report.md`, `figures/*.svg` and `.csv`, `tables/*.csv`. Every file is
 * written whole or not at all, and `report.html` last: where it stands, the rest stands beside it.
 *
 * @returns the paths written, `report.html` first.
 * @throws LowmagError as {@link renderReport}, and `not-writable`.
 */
export async function writeReport(folder: string, input: ReportInput): Promise<string[]> {
  const report = await renderReport(input);
  const files: (readonly [string, string])[] = [
    ...report.figures.flatMap(({ name, svg, csv }) => [
      [join(folder, "figures", `${name}.svg`), svg] as const,
      [join(folder, "figures", `${name}.csv`), csv] as const,
    ]),
    ...report.tables.map(({ name, csv }) => [join(folder, "tables", `${name}.csv`), csv] as const),
    [join(folder, "report.md"), report.markdown],
    [join(folder, "report.html"), report.html],
  ];
  for (const [path, content] of files) await writeFileAtomically(path, content);
  return files.map(([path]) => path).reverse();
}
