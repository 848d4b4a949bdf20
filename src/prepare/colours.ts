// What is done to the colours of a slide's images, decided once per slide: its embedded profile, and stain normalisation.
import { readColourTable } from "../local/index.ts";
import { applyColourTable, type RgbImage } from "../pixels/index.ts";
import type { Slide } from "../slide/index.ts";
import type { CutBasis } from "./cuts.ts";

/** Changes an image's colours; may work in place. */
export type ColourChange = (image: RgbImage) => RgbImage;

/** The change that the rules ask for, or `null`. */
export async function slideColours({ slide, rules }: CutBasis): Promise<ColourChange | null> {
  return rules.icc ? await profileChange(slide) : null;
}

/** From the slide's embedded colour profile to sRGB; `null` for a slide without one. */
export async function profileChange(slide: Slide): Promise<ColourChange | null> {
  const profile = await slide.readIccProfile();
  if (profile === null) return null;
  const table = await readColourTable(profile, slide.name);
  return (image) => applyColourTable(image, table);
}
