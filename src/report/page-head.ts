// What stands in the head of pages, and lists of facts: the same words and markup on all of them.
import { type Markup, markup, NOTHING, type Piece } from "./markup.ts";

/** The words of every research report of this toolkit. */
export const RESEARCH_USE = "Not for diagnosis or for any decision about a patient.";

/** A name and what it is. */
export type NamedFact = readonly [name: string, value: Piece];

/** Sentences under each other with rules between them; nothing for none. */
export function detailList(details: readonly Piece[]): Markup {
  if (details.length === 0) return NOTHING;
  return markup`<ul class="details">${details.map((detail) => markup`<li>${detail}</li>`)}</ul>`;
}

/** Facts side by side, each under its name. */
export function factStrip(facts: readonly NamedFact[]): Markup {
  return markup`<dl class="strip-facts">${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** Facts under each other, beside their names. */
export function factList(facts: readonly NamedFact[]): Markup {
  return markup`<dl class="facts">${facts.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** For research alone, and what else must not be overlooked. */
export function researchNotice(warning: string): Markup {
  return markup`<p class="research"><strong>Research use only.</strong> ${RESEARCH_USE} ${warning}</p>`;
}
