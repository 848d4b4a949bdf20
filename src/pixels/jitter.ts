// Colour jitter with the semantics of torchvision.transforms.functional on float tensors (adjust_brightness,
// adjust_contrast, adjust_saturation, adjust_hue; torchvision 0.14), from bytes to planes [3, H, W], in float32 as there.
// Every operation is a blend with black, the mean grey or the grey of the pixel, clamped to 0..1, or a turn of the hue.
// A picture is worked on in strips, each from its bytes to its last value; only a mean grey wants a pass before.
import { emptyStrip, type JitterStrip, STRIP_PIXELS } from "./jitter-kernel.ts";
import { checkPlanes, type Flips, type Standardisation } from "./planes.ts";
import type { RgbImage } from "./rgb-image.ts";

/** The operations by torchvision's names. */
export type ColourOperation = "brightness" | "contrast" | "saturation" | "hue";

/** Factors and order of one jitter; a factor of 1 (hue: 0) leaves the image as it is. */
export interface ColourJitter {
  readonly order: readonly ColourOperation[];
  /** Factors >= 0. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** A turn of the colour circle in [-0.5, 0.5]. */
  readonly hue: number;
}

/** An operation that is ready to be done to any strip of the image. */
type Step = (strip: JitterStrip) => void;
/** A picture of so many pixels that fills a strip with those from a number on. */
interface Source {
  readonly pixels: number;
  fill(strip: JitterStrip, from: number, count: number): void;
}

/**
 * Writes an image as planes: mirrored, jittered in the jitter's order, then (v - mean) / std.
 *
 * @param planes receives [3, H, W]; its length must be `3 * width * height`.
 * @throws LowmagError `shape-mismatch`.
 */
export function writeJittered(
  image: RgbImage,
  planes: Float32Array,
  flips: Flips,
  jitter: ColourJitter,
  { mean, std }: Standardisation,
): void {
  checkPlanes("writeJittered", image, planes);
  const source = pixelsOf(image, flips);
  const steps = stepsOf(source, jitter);
  const last: Step = (strip) => {
    for (const channel of [0, 1, 2] as const)
      strip.standardise(channel, 1 / std[channel], -mean[channel] / std[channel]);
  };
  run(source, [...steps, last], planes);
}

/** Applies the operations in their order, in place. `planes` is [3, H, W] with values in 0..1, and stays so. */
export function jitterColours(planes: Float32Array, jitter: ColourJitter): void {
  const pixels = planes.length / 3;
  const source: Source = {
    pixels,
    fill: (strip, from, count) => {
      strip.planes.forEach((plane, channel) => {
        const at = channel * pixels + from;
        plane.set(planes.subarray(at, at + count));
      });
      strip.count = count;
    },
  };
  run(source, stepsOf(source, jitter), planes);
}

/** The pixels of a mirrored image, in its order. */
function pixelsOf({ width, height, data }: RgbImage, { flipHorizontal, flipVertical }: Flips): Source {
  const fill = (strip: JitterStrip, from: number, count: number): void => {
    for (let at = from; at < from + count; ) {
      const row = Math.floor(at / width);
      const column = at - row * width;
      const run = Math.min(width - column, from + count - at);
      const sourceRow = flipVertical ? height - 1 - row : row;
      const first = sourceRow * width + (flipHorizontal ? width - column - run : column);
      strip.append(data.subarray(3 * first, 3 * (first + run)), flipHorizontal);
      at += run;
    }
  };
  return { pixels: width * height, fill };
}

/** The operations that do something; contrast asks for the mean grey of the image as it is when its turn comes. */
function stepsOf(source: Source, jitter: ColourJitter): Step[] {
  const steps: Step[] = [];
  for (const operation of jitter.order) {
    const factor = jitter[operation];
    if (factor === (operation === "hue" ? 0 : 1)) continue;
    if (operation === "brightness") steps.push((strip) => strip.scale(factor, 0));
    else if (operation === "saturation") steps.push((strip) => strip.saturate(factor));
    else if (operation === "hue") steps.push((strip) => strip.turnHue(factor));
    else {
      const offset = (1 - factor) * meanGrey(source, steps);
      steps.push((strip) => strip.scale(factor, offset));
    }
  }
  return steps;
}

/** Mean over the image of the grey value after some operations. */
function meanGrey(source: Source, steps: readonly Step[]): number {
  let sum = 0;
  eachStrip(source, steps, (strip) => {
    sum += strip.sumGreys();
  });
  return sum / source.pixels;
}

function run(source: Source, steps: readonly Step[], planes: Float32Array): void {
  eachStrip(source, steps, (strip, from) => {
    strip.planes.forEach((plane, channel) => {
      planes.set(plane.subarray(0, strip.count), channel * source.pixels + from);
    });
  });
}

function eachStrip(
  source: Source,
  steps: readonly Step[],
  receive: (strip: JitterStrip, from: number) => void,
): void {
  for (let from = 0; from < source.pixels; from += STRIP_PIXELS) {
    const strip = emptyStrip();
    source.fill(strip, from, Math.min(STRIP_PIXELS, source.pixels - from));
    for (const step of steps) step(strip);
    receive(strip, from);
  }
}
