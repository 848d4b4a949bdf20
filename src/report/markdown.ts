// The report as Markdown, for a repository or a pull request: the finding, the tables and the caveats.
import type { EvaluationRecord } from "../evaluate/index.ts";
import type { Figure } from "./figures.ts";
import { describeFinding } from "./finding.ts";
import {
  formatCostShare,
  formatCount,
  formatDifference,
  formatEstimate,
  formatInterval,
  formatMagnification,
  formatMppNumber,
  formatPValue,
  formatSeconds,
  formatSi,
  joinWords,
} from "./format.ts";
import type { ReportInput } from "./input.ts";
import { cleanText } from "./markup.ts";
import { caveats } from "./methods.ts";
import { MAIN_METRICS, metricWords } from "./metrics.ts";
import { DEFAULT_TITLE } from "./page.ts";
import { costShare, inReadingOrder, ROLES } from "./roles.ts";

/** The report's text and tables as Markdown; figures are linked from `figures/`. */
export function renderMarkdown(input: ReportInput, figures: readonly Figure[]): string {
  const { record, title = DEFAULT_TITLE, settings } = input;
  const finding = describeFinding(record);
  const patients =
    record.patients === null ? "patients not known" : `${formatCount(record.patients)} patients`;
  const facts = `${record.split} split: ${formatCount(record.images)} images, ${patients}, classes ${joinWords(record.classes)}. Intervals: ${record.resampling}.`;
  const commands = settings?.commands ?? [];
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    `**${escapeMarkdown(finding.headline)}**`,
    markdownList(finding.details),
    escapeMarkdown(facts),
    figures
      .filter(({ name }) => name.endsWith("against-cost"))
      .map(({ name, title: heading }) => `![${heading}](figures/${name}.svg)`)
      .join("\n\n"),
    "## All models",
    modelRows(record),
    ...(record.comparisons.length > 0 ? ["## Paired comparisons", comparisonRows(record)] : []),
    "## Caveats",
    markdownList(caveats(record)),
    ...(commands.length > 0
      ? [
          "## Commands",
          commands
            .flatMap((command) => cleanText(command).split("\n"))
            .map((row) => `    ${row}`)
            .join("\n"),
        ]
      : []),
    `Made by lowmag ${escapeMarkdown(record.lowmag)} from the evaluation of ${escapeMarkdown(record.createdAt)}.`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** Makes text mean itself in Markdown: on one line, no markup, no HTML, no link. */
export function escapeMarkdown(text: string): string {
  return cleanText(text)
    .replace(/\s+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/([\\`*_[\]|~])/g, "\\$1")
    .replace(/:\/\//g, ":\\/\\/");
}

/** Items as a list. */
export function markdownList(items: readonly string[]): string {
  return items.map((item) => `- ${escapeMarkdown(item)}`).join("\n");
}

/** Rows under a heading as a table; the first column and those of words are aligned to the left. */
export function markdownTable(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  words: readonly number[] = [],
): string {
  const write = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  const isLeft = (index: number) => index === 0 || words.includes(index);
  const rule = `|${heading.map((_, index) => (isLeft(index) ? " --- " : " ---: ")).join("|")}|`;
  return [write(heading), rule, ...rows.map(write)].join("\n");
}

function modelRows(record: EvaluationRecord): string {
  const heading = [
    "Model",
    "Role",
    "µm/px",
    "Magnification",
    "Parameters",
    "MACs per mm²",
    "of the teacher's",
    "Latency per image",
  ];
  const rows = inReadingOrder(record.models).map((model) => [
    ...[model.name, ROLES[model.role].one, formatMppNumber(model.mpp), formatMagnification(model.mpp)],
    ...[
      formatCount(model.parameters),
      formatSi(model.cost.macsPerMm2),
      formatCostShare(costShare(record, model)),
    ],
    ...[
      formatSeconds(model.cost.latencySecondsPerImage),
      ...MAIN_METRICS.map((key) => formatEstimate(model.metrics[key])),
    ],
  ]);
  return markdownTable([...heading, ...MAIN_METRICS.map((key) => metricWords(key).heading)], rows);
}

function comparisonRows(record: EvaluationRecord): string {
  const rows = record.comparisons.map(({ metric, first, second, difference, pValue, method }) => [
    ...[`${first} \u2212 ${second}`, metricWords(metric).name, formatDifference(difference.value)],
    ...[formatInterval(difference.interval), formatPValue(pValue), method],
  ]);
  return markdownTable(["First \u2212 second", "Metric", "Difference", "Interval", "p", "Method"], rows);
}
