// What is done to the colours of a slide's images, decided once per slide so that all of them change alike: first its
// embedded profile, then stain normalisation.
import { isLowmagError } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { estimateStain, normaliseStain, type StainEstimate } from "../stain/index.ts";
import type { CutBasis } from "./cuts.ts";
import { withReason } from "./failure-reason.ts";

/** Changes an image's colours; the image given may be returned. */
export type ColourChange = (image: RgbImage) => RgbImage;

/** What is done to a slide's colours. */
export interface SlideColours {
  readonly change: ColourChange;
  /** What was found of its stains; `null` where they are not normalised. */
  readonly stain: StainEstimate | null;
}

/**
 * The change that the rules ask for. Stains are estimated on the tissue of the thumbnail.
 *
 * @param profile from the slide's embedded colour profile to sRGB; `null` to take pixels as they are.
 * @throws LowmagError `unsupported-format` where there is too little stain to estimate.
 */
export function slideColours(
  { rules, map }: Pick<CutBasis, "rules" | "map">,
  profile: ColourChange | null,
): SlideColours {
  const first = profile ?? ((image: RgbImage) => image);
  if (rules.stain === "none") return { change: first, stain: null };
  const stain = estimate(first(map.thumbnail), rules.stain, map.mask.data);
  return { change: (image) => normaliseStain(first(image), stain), stain };
}

function estimate(image: RgbImage, method: "macenko" | "reinhard", mask: Uint8Array): StainEstimate {
  try {
    return method === "macenko"
      ? estimateStain(image, "macenko", mask)
      : estimateStain(image, "reinhard", mask);
  } catch (error) {
    throw isLowmagError(error) ? withReason(error, "stain") : error;
  }
}
