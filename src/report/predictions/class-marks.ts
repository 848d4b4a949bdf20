// How a class looks on the page: a square of its colour, and a bar of its probability, both named by CSS classes, since
// thousands of cards repeat them. The same colours are on the pictures.
import { type Markup, markup, NOTHING } from "../markup.ts";
import { classColour, classColours } from "../palette.ts";

/** The CSS class of a class's colour; that of no class for a label that is none of the model's. */
export function colourName(classes: readonly string[], label: string): string {
  const index = classes.indexOf(label);
  return index < 0 ? NO_CLASS : `k${index % classColours().length}`;
}

/** The CSS class of what is of no class. */
export const NO_CLASS = "kx";

/** The same colour for a figure. */
export function figureColour(classes: readonly string[], label: string): string {
  return classColour(Math.max(0, classes.indexOf(label)));
}

/** A small square of a colour. Says nothing to a screen reader: the name always stands beside it. */
export function swatch(colour: string): Markup {
  return markup`<i class="swatch ${colour}"></i>`;
}

/** A bar that fills a share of its track, 0 to 1, to the percent. */
export function shareBar(share: number, colour: string): Markup {
  return markup`<i class="bar"><i class="${colour} w${`${Math.round(100 * share)}`}"></i></i>`;
}

/** The rules behind the names: colours on light and dark, widths in percent. */
export function markStyle(): string {
  const colours = classColours();
  const light = colours.map(([colour], index) => `.k${index}{background:${colour}}`);
  const dark = colours.map(([, colour], index) => `.k${index}{background:${colour}}`);
  const widths = Array.from({ length: 101 }, (_, percent) => `.w${percent}{width:${percent}%}`);
  return `${light.join("")}.${NO_CLASS}{background:var(--muted)}
@media screen and (prefers-color-scheme:dark){${dark.join("")}}
${widths.join("")}
`;
}

/** Every class with its colour. */
export function classLegend(classes: readonly string[]): Markup {
  const entries = classes.map(
    (name) => markup`<li>${swatch(colourName(classes, name))}<span class="name">${name}</span></li>`,
  );
  const repeated =
    classes.length > classColours().length
      ? markup`<li class="quiet">(colours repeat after ${`${classColours().length}`})</li>`
      : NOTHING;
  return markup`<ul class="key" aria-label="Colours of the classes">${entries}${repeated}</ul>`;
}
