// Pieces or tiles through the network: made, answered, recorded, and their activation placed. What was made of a piece is
// let go before the next.
import { fail } from "../base/index.ts";
import type { Cut, ImageMaker, MadeImage } from "../cutting/index.ts";
import type { PixelSize } from "../pixels/index.ts";
import type { Slide } from "../slide/index.ts";
import { pieceActivation, TileActivation } from "./activation-map.ts";
import type { SlidePlan } from "./slide-plan.ts";
import { largest } from "./slide-rule.ts";
import type { Stopwatch } from "./stopwatch.ts";
import { areaOf } from "./tissue-area.ts";
import type { ActivationMap, NetworkAnswer, PiecePrediction, SlideNetwork } from "./types.ts";

/** All that pieces are run with. */
export interface PieceWork {
  readonly slide: Slide;
  readonly network: SlideNetwork;
  readonly plan: SlidePlan;
  readonly maker: ImageMaker;
  /** Level-0 pixels per image pixel. */
  readonly perPixel: PixelSize;
  /** Image pixels from tile to tile; `null` for pieces. */
  readonly step: number | null;
  readonly watch: Stopwatch;
  readonly signal: AbortSignal | undefined;
}

/** Runs pieces and keeps their answers. */
export class PieceRunner {
  readonly #pieces: PiecePrediction[] = [];
  readonly #maps: ActivationMap[] = [];
  readonly #tiles: TileActivation | null;

  constructor(private readonly work: PieceWork) {
    const { plan, step, perPixel, network } = work;
    const between = step === null ? null : { x: step * perPixel.x, y: step * perPixel.y };
    this.#tiles =
      between === null ? null : new TileActivation(plan.cuts, between, network.model.classes.length);
  }

  /** Pieces of one size, in one forward pass. */
  async run(cuts: readonly Cut[]): Promise<void> {
    const { watch, network } = this.work;
    const begun = watch.now();
    const made: MadeImage[] = [];
    for (const cut of cuts) made.push(await this.#make(cut));
    const answers = await watch.time("computing", () => network.run(made.map(({ image }) => image)));
    const seconds = (watch.now() - begun) / cuts.length;
    for (const [i, cut] of cuts.entries()) this.#record(cut, made[i]!, answers[i], seconds);
  }

  /** All that was run. */
  finished(): { readonly pieces: readonly PiecePrediction[]; readonly maps: readonly ActivationMap[] } {
    return { pieces: this.#pieces, maps: this.#tiles === null ? this.#maps : [this.#tiles.map] };
  }

  async #make(cut: Cut): Promise<MadeImage> {
    const { maker, watch, signal } = this.work;
    const pixels = await watch.time("reading", () => maker.read(cut, { signal }));
    return await watch.time("finding", () => maker.finish(cut, pixels));
  }

  #record(cut: Cut, made: MadeImage, answer: NetworkAnswer | undefined, seconds: number): void {
    const { slide, network, plan, perPixel } = this.work;
    const { classes } = network.model;
    const { number, box, width, height, tissue, pen } = cut;
    const checked = checkAnswer(answer, classes.length, `${slide.name}, piece ${number}`);
    const probabilities = digits(checked.probabilities);
    this.#pieces.push({
      number,
      box,
      width,
      height,
      tissueArea: areaOf(slide, cut),
      tissue,
      pen,
      blur: made.blur,
      blurred: made.blurred,
      label: classes[largest(probabilities)]!,
      probabilities,
      logits: digits(checked.logits),
      seconds,
    });
    if (this.#tiles !== null) this.#tiles.add(cut, checked.probabilities);
    else this.#maps.push(pieceActivation(cut, perPixel, checked, plan.tissueOf(cut)));
  }
}

/** As many digits as a 32-bit float needs to come back the same. */
function digits(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(9)));
}

function checkAnswer(answer: NetworkAnswer | undefined, classes: number, where: string): NetworkAnswer {
  const { probabilities, logits, places, columns = 0, rows = 0 } = answer ?? {};
  const counts = [probabilities?.length, logits?.length, places?.length];
  const wanted = [classes, classes, classes * columns * rows];
  if (answer === undefined || counts.some((count, i) => count !== wanted[i]))
    throw fail("shape-mismatch", {
      where,
      expected: `${classes} probabilities and logits, and as many for each place`,
      got: answer === undefined ? "no answer" : counts.join(", "),
      fix: "Is the model whole? Export it again.",
    });
  for (const values of [answer.probabilities, answer.logits, answer.places])
    if (!values.every(Number.isFinite))
      throw fail("not-finite", {
        where,
        expected: "numbers from the network",
        got: "NaN or infinity",
        fix: "The model's weights are damaged or its training diverged: train it again.",
      });
  return answer;
}
