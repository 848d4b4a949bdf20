// Stain normalisation: estimated once per slide on its thumbnail, applied alike to all images cut from it.
import { fail } from "../base/index.ts";
import type { RgbImage } from "../pixels/index.ts";
import { estimateMacenko, LEAST_STAINED, normaliseMacenko, tooLittleStain } from "./macenko.ts";
import { measureMoments, moveMoments } from "./moments.ts";
import type { MacenkoEstimate, ReinhardEstimate, StainEstimate, StainMethod } from "./types.ts";

/** The targets that come with lowmag. */
export const STAIN_TARGETS: { readonly macenko: MacenkoEstimate; readonly reinhard: ReinhardEstimate } = {
  /** The reference of Macenko's released code: haematoxylin and eosin, and their 99th percentiles. */
  macenko: {
    method: "macenko",
    stains: [
      [0.5626, 0.7201, 0.4062],
      [0.2159, 0.8012, 0.5581],
    ],
    maximum: [1.9705, 1.0308],
  },
  /** The tissue of OpenSlide's test slide CMU-1-Small-Region.svs (CC0; skin, H&E) at 8 µm/px. */
  reinhard: {
    method: "reinhard",
    mean: [56.9, 23.4, -10.3],
    std: [18.5, 11.0, 5.7],
  },
};

/** CIE L*a*b* units: tissue of less variation is one flat colour. */
const LEAST_STD = 0.5;

/**
 * Estimates the stains of a slide.
 *
 * @param image its thumbnail. Spreads shrink with the resolution, so estimate on the same µm/px as the target: about
 *   8 for {@link STAIN_TARGETS}.
 * @param mask one byte per pixel, 1 = tissue; without it Macenko looks at every stained pixel and Reinhard at every one.
 * @throws LowmagError `unsupported-format` where there is too little stain to tell; `shape-mismatch` for another mask.
 */
export function estimateStain(image: RgbImage, method: "macenko", mask?: Uint8Array): MacenkoEstimate;
export function estimateStain(image: RgbImage, method: "reinhard", mask?: Uint8Array): ReinhardEstimate;
export function estimateStain(image: RgbImage, method: StainMethod, mask?: Uint8Array): StainEstimate;
export function estimateStain(image: RgbImage, method: StainMethod, mask?: Uint8Array): StainEstimate {
  if (mask !== undefined && mask.length !== image.width * image.height)
    throw fail("shape-mismatch", {
      where: "estimateStain",
      expected: `a mask of ${image.width} x ${image.height} pixels`,
      got: `${mask.length} bytes`,
    });
  return method === "macenko" ? estimateMacenko(image, mask) : estimateReinhard(image, mask);
}

/**
 * Brings an image's stains to a target's. Macenko keeps glass as it is (no stain is no stain); Reinhard moves all colours,
 * glass too.
 *
 * @param estimate what {@link estimateStain} found on the slide that the image is from.
 * @param target what is aimed at: one of {@link STAIN_TARGETS} (the default), or another slide's estimate.
 * @throws LowmagError `invalid-argument` when estimate and target are of two methods.
 */
export function normaliseStain(
  image: RgbImage,
  estimate: StainEstimate,
  target: StainEstimate = STAIN_TARGETS[estimate.method],
): RgbImage {
  if (estimate.method === "macenko" && target.method === "macenko")
    return normaliseMacenko(image, estimate, target);
  if (estimate.method === "reinhard" && target.method === "reinhard")
    return moveMoments(image, "lab", estimate, target);
  throw fail("invalid-argument", {
    where: "normaliseStain",
    expected: `a target of the estimate's method, ${estimate.method}`,
    got: target.method,
  });
}

function estimateReinhard(image: RgbImage, mask: Uint8Array | undefined): ReinhardEstimate {
  const moments = measureMoments(image, "lab", (pixel) => mask?.[pixel] !== 0, LEAST_STAINED);
  const pixels =
    mask === undefined ? image.width * image.height : mask.reduce((sum, value) => sum + value, 0);
  if (moments === null || moments.std[0] < LEAST_STD) throw tooLittleStain(moments === null ? pixels : 0);
  return { method: "reinhard", ...moments };
}
