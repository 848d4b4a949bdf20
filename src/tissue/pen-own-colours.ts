// The slide's own colours: a stroke is known by standing apart from the stain, so what a slide is stained in is asked of
// all that is no stroke, and a stroke of that colour is not believed.
import { BLUE, CYAN, inkOfStroke, isBluish, RED } from "./pen-colours.ts";
import type { StrokePicture } from "./pen-strokes.ts";

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
 * @returns whether the slide is stained blue: three quarters of its coloured pixels are, and not by strokes.
 */
export function dropOwnColours({ colours, coloured }: StrokePicture, strokes: Uint8Array): boolean {
  const rest = { all: 0, blue: 0, red: 0 };
  const drawn = { all: 0, blue: 0, red: 0 };
  for (let p = 0; p < coloured.length; p++) {
    if (coloured[p] === 0) continue;
    const counts = strokes[p] === 0 ? rest : drawn;
    colours.read(p);
    counts.all++;
    if (isBluish(colours.hue)) counts.blue++;
    else if (inkOfStroke(colours.hue) === RED) counts.red++;
  }
  const alone = rest.all < LEAST_REST * drawn.all;
  const ownRed = alone || rest.red > OWN * rest.all;
  const ownBlue = alone || rest.blue > OWN * rest.all;
  for (let p = 0; p < strokes.length && drawn.all > 0; p++) {
    const ink = strokes[p]!;
    if ((ownRed && ink === RED) || (ownBlue && (ink === BLUE || ink === CYAN))) strokes[p] = 0;
  }
  return ownBlue && rest.blue + drawn.blue > MOST_BLUE * (rest.all + drawn.all);
}
