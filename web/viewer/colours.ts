// Colours as CSS writes them: those of classes and of the heat map are the same as in pictures and in QuPath.
import { classColour as colourOf } from "../../src/classify/index.ts";

type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a class by its place among the model's classes; grey for a class that it does not have. */
export function classColour(index: number): string {
  return index < 0 ? "rgb(110 120 130)" : cssColour(colourOf(index));
}

export function cssColour(colour: Colour): string {
  return `rgb(${colour.join(" ")})`;
}

/** White or black, whichever is read better on the colour of a class (WCAG 2.2, relative luminance). */
export function textColourOn(index: number): "#ffffff" | "#000000" {
  const [red, green, blue] = index < 0 ? [110, 120, 130] : colourOf(index);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#000000";
}

function linear(channel: number): number {
  const share = channel / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
