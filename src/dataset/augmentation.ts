// Augmentation by the published recipe, two flips and colour jitter, and stain augmentation where asked for. It is drawn
// once for an image and applied to every view of it, because the distillation compares feature maps place by place; a
// view may keep its colours, but not its flips.
import { fail } from "../base/index.ts";
import { type RgbImage, writeJittered, writePlanes } from "../pixels/index.ts";
import type { Generator } from "../random/index.ts";
import type { Moments } from "../stain/index.ts";
import { changeStain, drawStain, type StainAugmentation } from "./stain-augmentation.ts";
import type { AugmentationDraw, ChannelStatistics, JitterDraw, JitterOperation } from "./types.ts";

/** Half-widths of the colour jitter, torchvision's ColorJitter(brightness, contrast, saturation, hue). */
export interface JitterStrength {
  /** The factor is uniform in [max(0, 1 - b), 1 + b]; likewise contrast and saturation. 0 leaves it alone. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** The turn is uniform in [-h, h], h at most 0.5. */
  readonly hue: number;
}

/** What may be drawn for an image. */
export interface AugmentationParameters {
  /** Flip each axis with probability 0.5. */
  readonly flips: boolean;
  /** `null` switches the colour jitter off. */
  readonly jitter: JitterStrength | null;
  /** Left out = stains stay as they are. */
  readonly stain?: StainAugmentation;
}

/** The recipe of the published code (DiPalma 2021): flips, brightness, contrast, saturation ±0.5, hue ±0.2. */
export const DEFAULT_AUGMENTATION: AugmentationParameters = {
  flips: true,
  jitter: { brightness: 0.5, contrast: 0.5, saturation: 0.5, hue: 0.2 },
};

const OPERATIONS: readonly JitterOperation[] = ["brightness", "contrast", "saturation", "hue"];

/**
 * Draws flips, then order and factors of the jitter, then the stain. Flips always take their values from the generator, and
 * stains are drawn from what is left, so switching one part off does not change those before it.
 *
 * @throws LowmagError `invalid-argument` for a negative strength or a hue above 0.5.
 */
export function drawAugmentation(
  generator: Generator,
  parameters: AugmentationParameters = DEFAULT_AUGMENTATION,
): AugmentationDraw {
  const flipHorizontal = generator.bernoulli(0.5) && parameters.flips;
  const flipVertical = generator.bernoulli(0.5) && parameters.flips;
  const jitter = parameters.jitter === null ? null : drawJitter(generator, parameters.jitter);
  const drawn = { flipHorizontal, flipVertical, jitter };
  return parameters.stain === undefined ? drawn : { ...drawn, stain: drawStain(generator, parameters.stain) };
}

function drawJitter(generator: Generator, strength: JitterStrength): JitterDraw {
  checkStrength(strength);
  const factor = (width: number) => generator.uniform(Math.max(0, 1 - width), 1 + width);
  return {
    order: generator.shuffle(OPERATIONS),
    brightness: factor(strength.brightness),
    contrast: factor(strength.contrast),
    saturation: factor(strength.saturation),
    hue: generator.uniform(-strength.hue, strength.hue),
  };
}

function checkStrength(strength: JitterStrength): void {
  for (const operation of OPERATIONS) {
    const value = strength[operation];
    const highest = operation === "hue" ? 0.5 : Number.MAX_VALUE;
    if (!(value >= 0 && value <= highest))
      throw fail("invalid-argument", {
        where: `augmentation \`${operation}\``,
        expected: operation === "hue" ? "a number from 0 to 0.5" : "a finite number of at least 0",
        got: `${value}`,
      });
  }
}

/** The flips of a draw, without its colours and stains. */
export function flipsAlone(draw: AugmentationDraw | null): AugmentationDraw | null {
  if (draw === null) return null;
  const { flipHorizontal, flipVertical } = draw;
  return { flipHorizontal, flipVertical, jitter: null };
}

/**
 * Writes an image as the network reads it: stains changed, flipped, jittered, standardised.
 *
 * @param planes receives [3, H, W].
 * @param draw `null` = as it is.
 * @param own the image's own colours for a draw that needs them, as `ownColours` gives them; the same for all its views.
 */
export function writeAugmented(
  image: RgbImage,
  planes: Float32Array,
  draw: AugmentationDraw | null,
  statistics: ChannelStatistics,
  own: Moments | null = null,
): void {
  const stained = draw?.stain === undefined ? image : changeStain(image, draw.stain, own);
  const flips = draw ?? { flipHorizontal: false, flipVertical: false };
  const jitter = draw?.jitter ?? null;
  if (jitter === null) writePlanes(stained, planes, flips, statistics);
  else writeJittered(stained, planes, flips, jitter, statistics);
}
