// The options that every training has, complete, and what they mean to the rooms below.
import { availableParallelism } from "node:os";
import type * as z from "zod";
import type { AugmentationParameters, StainAugmentation } from "../dataset/index.ts";
import type { OptimiserOptions, Schedule } from "../nn/index.ts";
import type { distillOptions, trainOptions } from "../options/index.ts";

/** Complete options of `train` and `distill`. */
export type CompleteTrainOptions = z.output<typeof trainOptions>;
export type CompleteDistillOptions = z.output<typeof distillOptions>;

/** What the two share. */
export type CommonTrainingOptions = Pick<
  CompleteTrainOptions,
  keyof CompleteTrainOptions & keyof CompleteDistillOptions
>;

/** What may be drawn for an image. */
export function augmentationOf(
  options: CommonTrainingOptions,
  stain: StainAugmentation | null,
): AugmentationParameters {
  const { flip, jitter, jitterBrightness, jitterContrast, jitterSaturation, jitterHue } = options;
  const strength = {
    brightness: jitterBrightness,
    contrast: jitterContrast,
    saturation: jitterSaturation,
    hue: jitterHue,
  };
  return { flips: flip, jitter: jitter ? strength : null, ...(stain === null ? {} : { stain }) };
}

/** The optimiser with its constants. */
export function optimiserOf({ optimizer, weightDecay }: CommonTrainingOptions): OptimiserOptions {
  return { name: optimizer, weightDecay };
}

/** How the learning rate changes. */
export function scheduleOf({ schedule, gamma, warmupSteps }: CommonTrainingOptions): Schedule {
  switch (schedule) {
    case "constant":
      return { name: "constant" };
    case "exponential":
      return { name: "exponential", gamma };
    case "cosine":
      return { name: "cosine", warmupSteps };
  }
}

/** How many threads compute where memory does not decide otherwise. */
export function workersOf({ workers }: Pick<CommonTrainingOptions, "workers">): number {
  return workers ?? availableParallelism();
}
