// Makes a study's report from its record, and writes it to a folder. Nothing here runs a model or reads a clock: the same
// input always gives the same bytes.
import { join } from "node:path";
import { writeFileAtomically } from "../../machine/index.ts";
import type { ReportTable } from "../input.ts";
import { calibrationCsv } from "./cell-panels.ts";
import { perClassCsv } from "./class-results.ts";
import { comparisonsCsv } from "./comparisons.ts";
import { composeStudy } from "./compose.ts";
import { studyFigureFile } from "./figure.ts";
import { studyFigures } from "./figures.ts";
import { renderStudyPage } from "./html.ts";
import { checkStudyInput, type StudyReport, type StudyReportInput } from "./input.ts";
import { renderStudyMarkdown } from "./markdown.ts";
import { provenanceCsvs } from "./provenance-csv.ts";
import { resultsCsv } from "./results.ts";

/**
 * Renders the report of a study: one self-contained page, the same in Markdown, and every figure and table as files.
 *
 * @throws LowmagError `invalid-argument` for two cells of one id or an example without size; `shape-mismatch` for a
 *   confusion matrix that does not fit the classes.
 */
export function renderStudyReport(input: StudyReportInput): StudyReport {
  checkStudyInput(input);
  const { record, examples } = input;
  const figures = studyFigures(record, examples);
  const document = composeStudy(input, figures);
  return {
    html: renderStudyPage(document, record.evaluation),
    markdown: renderStudyMarkdown(document),
    figures: figures.map(studyFigureFile),
    tables: tablesOf(input),
  };
}

function tablesOf({ record }: StudyReportInput): ReportTable[] {
  const { evaluation } = record;
  const results =
    evaluation === null
      ? []
      : [
          { name: "results", csv: resultsCsv(record, evaluation) },
          { name: "per-class", csv: perClassCsv(evaluation) },
          { name: "comparisons", csv: comparisonsCsv(evaluation) },
          { name: "calibration", csv: calibrationCsv(evaluation) },
        ];
  return [...results, ...provenanceCsvs(record)];
}

/**
 * Renders the report into a folder: `report.html`, `report.md`, `figures/*.svg`, `.png` and `.csv`, `tables/*.csv`. Every
 * file is written whole or not at all, and `report.html` last: where it stands, the rest stands beside it.
 *
 * @param pngOf draws an SVG as a PNG file, for print at 300 dpi; an SVG pixel is 1/96 inch.
 * @returns the paths written, `report.html` first.
 * @throws LowmagError as {@link renderStudyReport}, and `not-writable`; whatever `pngOf` throws.
 */
export async function writeStudyReport(
  folder: string,
  input: StudyReportInput,
  pngOf: (svg: string) => Promise<Uint8Array>,
): Promise<string[]> {
  const report = renderStudyReport(input);
  const paths: string[] = [];
  const write = async (path: string, content: string | Uint8Array) => {
    await writeFileAtomically(path, content);
    paths.unshift(path);
  };
  for (const { name, svg, csv } of report.figures) {
    await write(join(folder, "figures", `${name}.svg`), svg);
    await write(join(folder, "figures", `${name}.csv`), csv);
    await write(join(folder, "figures", `${name}.png`), await pngOf(svg));
  }
  for (const { name, csv } of report.tables) await write(join(folder, "tables", `${name}.csv`), csv);
  await write(join(folder, "report.md"), report.markdown);
  await write(join(folder, "report.html"), report.html);
  return paths;
}
