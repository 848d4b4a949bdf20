// The heat map of one class over the slide: class activation laid on a thumbnail that is grey and pale, so that no colour of
// the stain is taken for one of the scale.
import { heatPicture, type SlideOverlay, type SlidePrediction } from "../../classify/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { HEATMAP_SIDE, shrinkThumbnail } from "./shrink.ts";

/** How much of the thumbnail's darkness is kept. */
const FADED = 0.6;
/** How much of a covered pixel is the heat map's. */
const HEAT = 0.72;

/**
 * Draws a class's heat map on the slide's thumbnail.
 *
 * @param thumbnail of the whole slide, at any scale.
 * @param classIndex place of the class among the model's.
 * @param side the picture's longer side in pixels at most.
 * @returns a new picture; the thumbnail is not changed.
 * @throws LowmagError `invalid-argument` for a class that is none.
 */
export function drawPredictionHeatmap(
  thumbnail: RgbImage,
  { facts }: SlidePrediction,
  overlay: SlideOverlay,
  classIndex: number,
  side: number = HEATMAP_SIDE,
): RgbImage {
  const { image } = shrinkThumbnail(thumbnail, facts, side);
  const slide = { left: 0, top: 0, width: facts.width, height: facts.height };
  const heat = heatPicture(overlay, classIndex, slide, image).data;
  const { data } = image;
  for (let at = 0, from = 0; at < data.length; at += 3, from += 4) {
    const luma = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
    const grey = 255 - FADED * (255 - luma);
    const share = (HEAT * heat[from + 3]!) / 255;
    for (let channel = 0; channel < 3; channel++)
      data[at + channel] = Math.round(grey + (heat[from + channel]! - grey) * share);
  }
  return image;
}
