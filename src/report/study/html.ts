// The document as a page.
import type { StudyEvaluation } from "../../evaluate/index.ts";
import { notAvailable, tableBox } from "../cells.ts";
import { panelSvg } from "../drawing.ts";
import { exampleSection } from "../examples.ts";
import { type Markup, markup, NOTHING } from "../markup.ts";
import { renderFrame } from "../page-frame.ts";
import { detailList, factList, factStrip, researchNotice } from "../page-head.ts";
import { type Block, type Section, type StudyDocument, textCell } from "./document.ts";
import { type Figure, type KeyEntry, keyMark } from "./figure.ts";
import { cellWitnesses } from "./tissue.ts";

/** The whole page as text. */
export function renderStudyPage(document: StudyDocument, evaluation: StudyEvaluation | null): string {
  const { title, lowmag, headline, warning, footer } = document;
  const { sentence, details, basis, numbers, facts } = headline;
  return renderFrame({
    title,
    lowmag,
    header: markup`<p class="finding">${sentence}</p>
${numbers === null ? NOTHING : renderBlock(numbers, evaluation)}${detailList(details)}${basis === "" ? NOTHING : markup`<p class="basis">${basis}</p>`}
${factStrip(facts)}
${researchNotice(warning)}`,
    sections: document.sections.map((section) => renderSection(section, evaluation)),
    footer,
  });
}

function renderSection({ id, title, lead, blocks }: Section, evaluation: StudyEvaluation | null) {
  return { id, title, lead, body: markup`${blocks.map((block) => renderBlock(block, evaluation))}` };
}

function renderBlock(block: Block, evaluation: StudyEvaluation | null): Markup {
  switch (block.kind) {
    case "text":
      return markup`<p${block.tone === "quiet" ? markup` class="caption"` : NOTHING}>${block.text}</p>\n`;
    case "heading":
      return markup`<h3>${block.text}</h3>\n`;
    case "list":
      return markup`<ul class="plain">${block.items.map((item) => markup`<li>${item}</li>\n`)}</ul>`;
    case "facts":
      return factList(block.facts);
    case "table":
      return fold(block.folded, renderTable(block));
    case "figure":
      return renderFigure(block.figure, block.untitled === true);
    case "tissue":
      return evaluation === null
        ? NOTHING
        : markup`<div class="pairs">${exampleSection(cellWitnesses(evaluation), block.examples)}</div>`;
    case "code":
      return fold(block.folded, markup`<pre tabindex="0"><code>${block.text}</code></pre>\n`);
  }
}

function fold(summary: string | undefined, content: Markup): Markup {
  return summary === undefined
    ? content
    : markup`<details><summary>${summary}</summary>${content}</details>\n`;
}

function renderTable({ label, caption, heading, parts, words = [] }: Extract<Block, { kind: "table" }>) {
  const side = (index: number) => (words.includes(index) ? markup` class="words wrap"` : NOTHING);
  const heads = heading.map((name, index) =>
    index === 0
      ? markup`<th scope="col" class="model">${name}</th>`
      : markup`<th scope="col"${side(index)}>${name}</th>`,
  );
  const bodies = parts.map(({ title, rows }) => {
    const head =
      title === ""
        ? NOTHING
        : markup`<tr class="part"><th colspan="${heading.length}" scope="rowgroup"><span class="name">${title}</span></th></tr>`;
    const cells = rows.map(
      (row) => markup`<tr>${row.map((cell, index) => renderCell(cell, index, side(index)))}</tr>\n`,
    );
    return markup`<tbody>${head}${cells}</tbody>\n`;
  });
  return tableBox(
    label,
    caption,
    markup`<table class="study"><thead><tr>${heads}</tr></thead>${bodies}</table>\n`,
  );
}

function renderCell(cell: Parameters<typeof textCell>[0], index: number, side: Markup): Markup {
  const { main, sub, missing } = textCell(cell);
  const words = missing === undefined ? markup`<span class="name">${main}</span>` : notAvailable(missing);
  const second = sub === undefined || sub === "" ? NOTHING : markup`<span class="interval">${sub}</span>`;
  return index === 0
    ? markup`<th scope="row" class="model">${words}${second}</th>`
    : markup`<td${side}>${words}${second}</td>`;
}

function renderFigure({ title, caption, panels, key, size }: Figure, untitled: boolean): Markup {
  const head = untitled ? NOTHING : markup`<h3>${title}</h3>`;
  const classes = { third: "panels third", column: "panels column", page: "panels page" }[size];
  const drawn = panels.map((panel) => markup`<div>${panelSvg(panel)}</div>\n`);
  const entries = key.length === 0 ? NOTHING : markup`<ul class="key">${key.map(renderKey)}</ul>`;
  return markup`<figure class="study-figure">${head}${entries}<div class="${classes}" role="region" aria-label="${title}" tabindex="0">${drawn}</div><figcaption class="caption">${caption}</figcaption></figure>\n`;
}

function renderKey(entry: KeyEntry): Markup {
  const svg = panelSvg({ width: 28, height: 14, description: "mark:", body: keyMark(entry, 1, 7) });
  return markup`<li>${svg}<span class="name">${entry.label}</span></li>`;
}
