// A slide's embedded colour profile as a change of its images' colours.
import type { ColourChange } from "../cutting/index.ts";
import { applyColourTable } from "../pixels/index.ts";
import type { Slide } from "../slide/index.ts";
import { readColourTable } from "./colour-profile.ts";

/** From the slide's embedded colour profile to sRGB; `null` for a slide without one. */
export async function profileChange(slide: Slide): Promise<ColourChange | null> {
  const profile = await slide.readIccProfile();
  if (profile === null) return null;
  const table = await readColourTable(profile, slide.name);
  return (image) => applyColourTable(image, table);
}
