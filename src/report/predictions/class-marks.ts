// How a class looks on the page: a square of its colour, and a bar of its probability. The same colours are on the pictures.
import { type Markup, markup, NOTHING } from "../markup.ts";
import { COLOURS, classColour } from "../palette.ts";

/** The class's colour; grey for a label that is none of the model's classes. */
export function markColour(classes: readonly string[], label: string): string {
  const index = classes.indexOf(label);
  return index < 0 ? COLOURS.muted : classColour(index);
}

/** A small square of a colour. Says nothing to a screen reader: the name always stands beside it. */
export function swatch(colour: string): Markup {
  return markup`<svg class="swatch" aria-hidden="true"><rect width="100%" height="100%" fill="${colour}"/></svg>`;
}

/** A bar that fills a share of its track, 0 to 1. */
export function shareBar(share: number, colour: string): Markup {
  const percent = Math.round(1000 * share) / 10;
  const fill = percent === 0 ? NOTHING : markup`<rect width="${percent}%" height="9" fill="${colour}"/>`;
  return markup`<svg class="bar" aria-hidden="true">${fill}</svg>`;
}

/** Every class with its colour. */
export function classLegend(classes: readonly string[]): Markup {
  const entries = classes.map(
    (name) => markup`<li>${swatch(markColour(classes, name))}<span class="name">${name}</span></li>`,
  );
  return markup`<ul class="key" aria-label="Colours of the classes">${entries}</ul>`;
}
