// The stain augmentation that a training's options ask for; the statistics it needs come from the training images alone.
import { fail } from "../base/index.ts";
import { measureStains, PixelCache, type StainAugmentation } from "../dataset/index.ts";
import type { OperationContext } from "./context.ts";
import type { PlannedTraining } from "./training.ts";
import { withoutUndefined } from "./without-undefined.ts";

const DEFAULT_STRENGTH = { hed: 0.05, randstainna: 1 } as const;

/**
 * What may be drawn for stains, or `null` for nothing.
 *
 * @param before how a run that is resumed began: its statistics are not measured again.
 * @throws LowmagError `invalid-argument` for a strength without a method, or images without tissue to measure.
 */
export async function stainAugmentation(
  { options, task, dataset, train, cacheFolder }: PlannedTraining,
  before: StainAugmentation | null,
  { signal, onProgress }: OperationContext,
): Promise<StainAugmentation | null> {
  const { stainJitter: method, stainStrength } = options;
  if (method === undefined && stainStrength !== undefined)
    throw fail("invalid-argument", {
      where: "`stainStrength`",
      expected: "a method to go with it",
      got: "none",
      fix: "Add `--stain-jitter hed` or `--stain-jitter randstainna`.",
    });
  if (method === undefined) return null;
  const strength = stainStrength ?? DEFAULT_STRENGTH[method];
  if (method === "hed") return { method, strength };
  if (before?.method === method && before.strength === strength) return before;
  // The loader measures each image in its coarsest view; so must the statistics be.
  const mpp = Math.max(...task.views.map((view) => view.mpp));
  const cache = new PixelCache(cacheFolder);
  const progress = withoutUndefined({ signal, onProgress });
  return { method, strength, statistics: await measureStains(dataset, train, mpp, cache, progress) };
}
