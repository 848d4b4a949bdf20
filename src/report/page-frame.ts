// What all pages share: one HTML file that needs nothing else. Its security policy allows its own style sheet and embedded
// pictures, and no script, font, frame or request; a page of pictures that lie beside it may show them and has one script.
import { createHash } from "node:crypto";
import { Markup, markup, NOTHING } from "./markup.ts";
import { STYLE } from "./style.ts";

/** A section of a page; left out where its body is empty. */
export interface PageSection {
  /** Of lower-case letters. */
  readonly id: string;
  readonly title: string;
  readonly lead: string;
  readonly body: Markup;
}

/** What a page is made of. */
export interface PageContent {
  readonly title: string;
  /** Version of lowmag. */
  readonly lowmag: string;
  /** What stands under the title, before the list of sections. */
  readonly header: Markup;
  readonly sections: readonly PageSection[];
  /** Where the page came from, in one sentence. */
  readonly footer: string;
  /** Whether files with the numbers of its figures may lie beside it. Default true. */
  readonly hasFiles?: boolean;
  /** Rules for this page alone, after those of all pages. */
  readonly style?: string;
  /** Constant text, run when the page has been read; allowed by its hash, as the style sheet is. Default none. */
  readonly script?: string;
  /** Whether pictures in files beside the page may be shown. Default false. */
  readonly showsFiles?: boolean;
}

/** The whole page as text. */
export function renderFrame(content: PageContent): string {
  const { title, lowmag, header, sections, footer, hasFiles = true, style = "", script = "" } = content;
  const shown = sections.filter(({ body }) => body.text !== "");
  const sheet = STYLE + style;
  const links = shown.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${securityPolicy(content, sheet)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="lowmag ${lowmag}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Markup(sheet)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
${header}
<nav aria-label="Sections"><ul>${links}</ul></nav>
</header>
<main>
${shown.map(renderSection)}</main>
<footer>${footer}${hasFiles ? FILES : NOTHING}</footer>
${script === "" ? NOTHING : markup`<script>${new Markup(script)}</script>\n`}</body>
</html>
`;
  return page.text;
}

const FILES = markup` The numbers of every figure lie beside this page in <code>figures/</code> and <code>tables/</code> where it was written to a folder.`;

/** Nothing but what is named here is allowed. Browsers differ in whether 'self' means the files beside a file. */
function securityPolicy({ script = "", showsFiles = false }: PageContent, sheet: string): string {
  const scripts = script === "" ? "" : `script-src '${hashOf(script)}'; `;
  const images = showsFiles ? "'self' file: data:" : "data:";
  return `default-src 'none'; ${scripts}style-src '${hashOf(sheet)}'; img-src ${images}; base-uri 'none'; form-action 'none'`;
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function renderSection({ id, title, lead, body }: PageSection): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${lead === "" ? NOTHING : markup`<p class="lead">${lead}</p>`}${body}</section>\n`;
}
