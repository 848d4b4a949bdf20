// The heat map's scale as it stands on the page: the colours of the pictures, from probability 0 to 1.
import { heatLegend } from "../../classify/index.ts";
import { type Markup, markup } from "../markup.ts";

/** The scale; a reader who cannot see it is told its ends. */
export function heatScale(): Markup {
  const stops = heatLegend().map(
    ({ value, colour }) =>
      markup`<stop offset="${`${value}`}" stop-color="rgb(${colour.map((part) => `${part}`).join(" ")})"/>`,
  );
  return markup`<p class="heat-scale"><span>Heat map: 0</span><svg viewBox="0 0 120 12" preserveAspectRatio="none" role="img" aria-label="Colours from dark violet at probability 0 over green to bright yellow at probability 1"><defs><linearGradient id="heat-colours">${stops}</linearGradient></defs><rect width="120" height="12" fill="url(#heat-colours)"/></svg><span>1</span></p>`;
}
