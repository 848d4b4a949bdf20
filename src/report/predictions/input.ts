// What the page of predictions is made from: one small record per slide, so that thousands of slides fit in memory
// whatever their pieces weigh.
import type {
  ModelFacts,
  SlideAnswer,
  SlidePrediction,
  SlideRefusal,
  SlideRule,
  SlideSeconds,
} from "../../classify/index.ts";
import type { RememberedRules } from "../../cutting/index.ts";

/** What the page shows of one slide. */
export interface PredictedSlide {
  /** The slide's name in the results. */
  readonly slide: string;
  /** Its folder, relative to the page, with "/" between its parts: "slides/case-1". Holds overlay.jpg and the like. */
  readonly folder: string;
  readonly answer: SlideAnswer;
  readonly truth: string | null;
  readonly pieces: number;
  /** In mm². */
  readonly tissueArea: number;
  readonly seconds: SlideSeconds;
  readonly notes: readonly string[];
}

/** How fast slides were classified. */
export interface PredictionPace {
  /** Slides that the last run classified; slides that were done before it do not count. */
  readonly slides: number;
  /** Wall seconds of that run. */
  readonly seconds: number;
  /** Slides that were worked on at the same time. */
  readonly workers: number;
}

/** All that the page says. */
export interface PredictionPageInput {
  /** Version of lowmag. */
  readonly lowmag: string;
  /** When the results were finished, as in ISO 8601. */
  readonly createdAt: string;
  readonly model: ModelFacts;
  /** What computed: "onnxruntime-node 1.30.0, CPU". */
  readonly engine: string;
  /** The rules by which the images were cut. */
  readonly rules: RememberedRules;
  readonly slideRule: SlideRule;
  /** In the order in which they were given. */
  readonly slides: readonly PredictedSlide[];
  readonly failures: readonly SlideRefusal[];
  /** Slides that were asked for and have neither an answer nor a failure yet: another shard's, or not done. */
  readonly waiting: number;
  /** `null` where nothing was classified by the last run. */
  readonly pace: PredictionPace | null;
}

/**
 * Keeps of a prediction what the page shows.
 *
 * @param folder the slide's folder, relative to the page, with "/" between its parts.
 */
export function summarisePrediction(prediction: SlidePrediction, folder: string): PredictedSlide {
  const { slide, answer, truth, pieces, tissueArea, seconds, notes } = prediction;
  return { slide, folder, answer, truth, pieces: pieces.length, tissueArea, seconds, notes };
}
