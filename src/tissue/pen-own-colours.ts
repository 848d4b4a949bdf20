// The slide's own colours: a stroke is known by standing apart from the stain, so what a slide is stained in is asked of
// all that is no stroke, and a stroke of that colour is not believed.
import type { BalancedPicture } from "./balanced.ts";
import { BLUE, ColourReader, CYAN, inkOfStroke, isBluish, RED } from "./pen-colours.ts";

/** More than this share of blue among all coloured pixels is the stain of the slide (Giemsa, a counterstain alone). */
const MOST_BLUE = 0.75;
/** Where more than this share of the other coloured pixels has a stroke's colour, the stroke may be tissue. */
const OWN = 0.25;
/** Strokes are believed where there is other colour: so much of it beside each pixel of stroke. */
const LEAST_REST = 0.1;

/**
 * Takes from `strokes`, in place, the inks that may be the slide's own colour: all where there is next to no other colour
 * to compare with, the red ones where more than a quarter of the rest is red, the blue ones where as much of it is blue.
 *
 * @param strokes ink by pixel; `null` where there are no strokes.
 * @returns whether the slide is stained blue: three quarters of its coloured pixels are, and not by strokes.
 */
export function dropOwnColours(picture: BalancedPicture, strokes: Uint8Array | null): boolean {
  const { rest, drawn } = countColours(picture, strokes);
  const alone = rest.all < LEAST_REST * drawn.all;
  const ownRed = alone || rest.red > OWN * rest.all;
  const ownBlue = alone || rest.blue > OWN * rest.all;
  for (let p = 0; strokes !== null && p < strokes.length; p++) {
    const ink = strokes[p]!;
    if ((ownRed && ink === RED) || (ownBlue && (ink === BLUE || ink === CYAN))) strokes[p] = 0;
  }
  return ownBlue && rest.blue + drawn.blue > MOST_BLUE * (rest.all + drawn.all);
}

/** Coloured pixels outside of strokes and in them. */
function countColours(picture: BalancedPicture, strokes: Uint8Array | null) {
  const colours = new ColourReader(picture);
  const rest = { all: 0, blue: 0, red: 0 };
  const drawn = { all: 0, blue: 0, red: 0 };
  for (let p = 0; p < picture.chroma.length; p++) {
    if (!colours.read(p)) continue;
    const counts = strokes === null || strokes[p] === 0 ? rest : drawn;
    counts.all++;
    if (isBluish(colours.hue)) counts.blue++;
    else if (inkOfStroke(colours.hue) === RED) counts.red++;
  }
  return { rest, drawn };
}
