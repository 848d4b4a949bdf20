// All pictures of one slide's prediction.
import type { SlideOverlay, SlidePrediction } from "../../classify/index.ts";
import type { RgbImage } from "../../pixels/index.ts";
import { drawPredictionHeatmap } from "./heat-picture.ts";
import { drawPredictionOverlay } from "./overlay-picture.ts";
import { HEATMAP_SIDE, PICTURE_SIDE, shrinkThumbnail } from "./shrink.ts";

/** What the pictures are drawn from. */
export interface PredictionPictureInput {
  /** Of the whole slide, at any scale. Not changed. */
  readonly thumbnail: RgbImage;
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay;
  /** Longer side of the pictures in pixels at most. Default {@link PICTURE_SIDE}. */
  readonly side?: number;
}

/** The heat map of one class. */
export interface ClassHeatmap {
  readonly classIndex: number;
  readonly picture: RgbImage;
}

/** Pictures of one slide; heat maps are at most {@link HEATMAP_SIDE} pixels on a side. */
export interface PredictionPictures {
  /** The slide alone. */
  readonly thumbnail: RgbImage;
  /** With its pieces in the colours of their classes. */
  readonly overlay: RgbImage;
  /** One for each class, in the model's order; each is drawn when its turn comes. */
  readonly heatmaps: Iterable<ClassHeatmap>;
}

/** Draws the pictures of a slide; see {@link drawPredictionOverlay} and {@link drawPredictionHeatmap}. */
export function predictionPictures(input: PredictionPictureInput): PredictionPictures {
  const { thumbnail, prediction, overlay, side = PICTURE_SIDE } = input;
  const { image } = shrinkThumbnail(thumbnail, prediction.facts, side);
  return {
    thumbnail: image,
    overlay: drawPredictionOverlay(image, prediction, overlay, side),
    heatmaps: heatmapsOf(image, prediction, overlay, Math.min(side, HEATMAP_SIDE)),
  };
}

function* heatmapsOf(
  thumbnail: RgbImage,
  prediction: SlidePrediction,
  overlay: SlideOverlay,
  side: number,
): Generator<ClassHeatmap> {
  for (const classIndex of overlay.classes.keys())
    yield { classIndex, picture: drawPredictionHeatmap(thumbnail, prediction, overlay, classIndex, side) };
}
