// What is recorded of a slide besides its answer: facts of its file, and what was not done to its pixels.
import type { RememberedRules } from "../cutting/index.ts";
import type { Slide } from "../slide/index.ts";
import type { SlideFacts } from "./types.ts";

/** Facts of a slide of known µm/px. */
export function slideFacts(slide: Slide, decoder: string): SlideFacts {
  const { format, vendor, levels, mpp, mppSource, objective, bounds } = slide;
  const { width, height } = levels[0]!;
  return {
    format,
    vendor,
    width,
    height,
    levels: levels.length,
    mpp: mpp!, // checked before anything was read
    mppSource: mppSource ?? "option",
    objective,
    bounds,
    decoder,
  };
}

/** An image that is taken as it is may lack what was done to the model's images. */
export function wholeNotes(rules: RememberedRules | null): string[] {
  if (rules === null || rules.stain === "none") return [];
  return [
    `the model learned from images whose stains were normalised (${rules.stain}); this image was taken as it is`,
  ];
}

/** @param missed whether the rules ask for the slide's colour profile and it was not given. */
export async function profileNotes(slide: Slide, missed: boolean): Promise<string[]> {
  if (!missed || (await slide.readIccProfile()) === null) return [];
  return [
    "the model learned from images with their colour profile applied; this slide's profile was not applied",
  ];
}
