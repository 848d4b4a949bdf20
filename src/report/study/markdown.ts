// The document as Markdown, with the same words and numbers; figures are linked from `figures/`.

import { escapeMarkdown, markdownList, markdownTable } from "../markdown.ts";
import { cleanText } from "../markup.ts";
import { RESEARCH_USE } from "../page-head.ts";
import { type Block, type Section, type StudyDocument, textCell } from "./document.ts";

/** The whole report as text. */
export function renderStudyMarkdown(document: StudyDocument): string {
  const { title, headline, warning, sections, footer } = document;
  const blocks = [
    `# ${escapeMarkdown(title)}`,
    `**${escapeMarkdown(headline.sentence)}**`,
    ...(headline.numbers === null ? [] : renderBlock(headline.numbers)),
    markdownList(headline.details),
    escapeMarkdown(headline.basis),
    headline.facts.map(([name, value]) => escapeMarkdown(`${name}: ${value}.`)).join(" "),
    `**Research use only.** ${escapeMarkdown(`${RESEARCH_USE} ${warning}`.trim())}`,
    ...sections.filter((section) => section.blocks.length > 0).flatMap(renderSection),
    escapeMarkdown(footer),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function renderSection({ title, lead, blocks }: Section): string[] {
  return [`## ${escapeMarkdown(title)}`, escapeMarkdown(lead), ...blocks.flatMap(renderBlock)];
}

function renderBlock(block: Block): string[] {
  switch (block.kind) {
    case "text":
      return [escapeMarkdown(block.text)];
    case "heading":
      return [`### ${escapeMarkdown(block.text)}`];
    case "list":
      return [markdownList(block.items)];
    case "facts":
      return [markdownList(block.facts.map(([name, value]) => `${name}: ${value}`))];
    case "table":
      return renderTable(block);
    case "figure":
    case "tissue":
      return [
        block.kind === "tissue" || block.untitled === true ? "" : `### ${escapeMarkdown(block.figure.title)}`,
        `![${escapeMarkdown(block.figure.title)}](figures/${block.figure.name}.svg)`,
        escapeMarkdown(block.figure.caption),
      ];
    case "code":
      return [codeBlock(block.text)];
  }
}

/** Indented, so that nothing in it can end it. */
function codeBlock(text: string): string {
  return cleanText(text)
    .split(/\r?\n/)
    .map((row) => `    ${row}`)
    .join("\n");
}

function renderTable({ caption, heading, parts, words = [] }: Extract<Block, { kind: "table" }>): string[] {
  const written = parts.flatMap(({ title, rows }) => [
    title === "" ? "" : `**${escapeMarkdown(title)}**`,
    markdownTable(
      heading,
      rows.map((row) => row.map((cell) => cellText(textCell(cell)))),
      words,
    ),
  ]);
  return [escapeMarkdown(caption), ...written];
}

function cellText({ main, sub = "", missing }: ReturnType<typeof textCell>): string {
  return missing === undefined ? `${main} ${sub}`.trim() : main;
}
