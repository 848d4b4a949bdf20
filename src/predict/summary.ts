// What the caller needs to know of a slide.
import type { SlidePrediction } from "../classify/index.ts";
import type { SlideSummary } from "./types.ts";

/** Of a prediction. */
export function summaryOf({
  answer,
  pieces,
  tissueArea,
  facts,
  seconds,
  notes,
}: SlidePrediction): SlideSummary {
  return {
    answer,
    ...measure(pieces),
    tissueArea,
    mpp: Math.max(facts.mpp.x, facts.mpp.y),
    mppSource: facts.mppSource,
    seconds: seconds.total,
    notes,
  };
}

/** How many images, how many pixels, and the largest. */
export function measure(
  images: readonly { readonly width: number; readonly height: number }[],
): Pick<SlideSummary, "pieces" | "pixels" | "largest"> {
  let pixels = 0;
  let largest = { width: 0, height: 0 };
  for (const { width, height } of images) {
    pixels += width * height;
    if (width * height > largest.width * largest.height) largest = { width, height };
  }
  return { pieces: images.length, pixels, largest };
}
