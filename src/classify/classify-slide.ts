// One open slide to its answer: tissue found, images made by the model's rules, one forward pass each, and the class
// activation placed on the slide. Memory holds one piece, or one batch of tiles, at a time.
import { throwIfCancelled } from "../base/index.ts";
import {
  type ColourChange,
  ImageMaker,
  knownPixelSize,
  type RememberedRules,
  type TissueMap,
} from "../cutting/index.ts";
import type { Slide } from "../slide/index.ts";
import { PieceRunner } from "./piece-runner.ts";
import { planForModel } from "./plan-for-model.ts";
import { cuttingRules, rulesOfModel } from "./rules-of-model.ts";
import { profileNotes, slideFacts, wholeNotes } from "./slide-facts.ts";
import type { SlidePlan } from "./slide-plan.ts";
import { applySlideRule, checkSlideRule, USUAL_RULE } from "./slide-rule.ts";
import { Stopwatch } from "./stopwatch.ts";
import { tissueAreaOf } from "./tissue-area.ts";
import type { SlideNetwork, SlideOverlay, SlidePrediction, SlideRule } from "./types.ts";

/** How a slide is classified. */
export interface ClassifySlideOptions {
  /** The slide's name in the results. */
  readonly name: string;
  /** What decodes the slide's tiles, for the record: "libjpeg-turbo 2.1.5 (WebAssembly)", "OpenSlide". */
  readonly decoder: string;
  /** `cut` (default): by the rules. `whole`: the image is a tissue image already, as those that a model learns from. */
  readonly how?: "cut" | "whole";
  /** Instead of the model's own. */
  readonly rules?: RememberedRules | null;
  /** Default: the mean weighted by tissue area. */
  readonly slideRule?: SlideRule;
  /** The slide's embedded colour profile to sRGB; used where the rules ask for it. */
  readonly profile?: ColourChange | null;
  /** Tiles per forward pass. Default 8. */
  readonly batch?: number;
  /** Pieces of more pixels are refused. Default: no limit. */
  readonly pixelLimit?: number;
  /** What the slide is known to be. */
  readonly truth?: string | null;
  /** Seconds that opening the slide took. Default 0. */
  readonly opening?: number;
  /** Seconds of a clock that never goes back. Default: the runtime's. */
  readonly now?: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  /** Called with what was found before anything is refused: a slide without tissue is one to look at. */
  readonly onTissue?: ((map: TissueMap) => void) | undefined;
}

/** A slide with its answer. */
export interface ClassifiedSlide {
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay;
  /** Thumbnail and tissue; `null` where an image was taken as a whole and no tissue can be told on it. */
  readonly map: TissueMap | null;
}

/**
 * Classifies a slide.
 *
 * @throws LowmagError `missing-metadata` for a slide of unknown µm/px or without tissue (reason "no-tissue");
 *   `invalid-argument` for one coarser than the model's images (reason "too-coarse") or a slide rule of another model;
 *   `out-of-memory` for a piece beyond the pixel limit (reason "too-large"); `unsupported-format` for fluorescence;
 *   `not-finite`, `shape-mismatch` for a network that answers nonsense; `cancelled`; what reading throws.
 */
export async function classifySlide(
  slide: Slide,
  network: SlideNetwork,
  options: ClassifySlideOptions,
): Promise<ClassifiedSlide> {
  const { model } = network;
  const { how = "cut", slideRule = USUAL_RULE } = options;
  checkSlideRule(slideRule, model.classes);
  const watch = new Stopwatch(options.now ?? (() => performance.now() / 1000));
  const { plan, rules, notes } = await planForModel(slide, model, options, watch);
  const { pieces, maps } = await runAll(slide, network, plan, watch, options);
  const ownNotes = how === "whole" ? wholeNotes(model.rules) : notes;
  const missed = how === "cut" && rules.icc && (options.profile ?? null) === null;
  const prediction: SlidePrediction = {
    format: "lowmag-prediction-1",
    slide: options.name,
    facts: slideFacts(slide, options.decoder),
    model,
    engine: network.engine,
    rules,
    slideRule,
    answer: applySlideRule(slideRule, model.classes, pieces),
    truth: options.truth ?? null,
    pieces,
    tissueArea: tissueAreaOf(plan, pieces),
    seconds: watch.seconds(options.opening ?? 0),
    notes: [...slide.notes, ...ownNotes, ...plan.notes, ...(await profileNotes(slide, missed))],
  };
  return { prediction, overlay: { classes: model.classes, maps, outlines: plan.outlines }, map: plan.map };
}

async function runAll(
  slide: Slide,
  network: SlideNetwork,
  plan: SlidePlan,
  watch: Stopwatch,
  { batch = 8, signal, onProgress, rules, how }: ClassifySlideOptions,
): Promise<ReturnType<PieceRunner["finished"]>> {
  const { cuts, colours, map } = plan;
  const { x, y } = knownPixelSize(slide);
  const perPixel = { x: network.model.mpp / x, y: network.model.mpp / y };
  const { grid, stride } = cuttingRules(rulesOfModel(network.model, rules).rules, network.model.mpp);
  const step = how !== "whole" && grid !== null ? (stride ?? grid) : null;
  const maker = new ImageMaker(slide, map ?? { scale: perPixel }, colours);
  const runner = new PieceRunner({ slide, network, plan, maker, perPixel, step, watch, signal });
  const together = step === null ? 1 : Math.max(1, Math.floor(batch));
  for (let done = 0; done < cuts.length; done += together) {
    throwIfCancelled(signal, slide.name);
    onProgress?.({ done, total: cuts.length });
    await runner.run(cuts.slice(done, done + together));
  }
  onProgress?.({ done: cuts.length, total: cuts.length });
  return runner.finished();
}
