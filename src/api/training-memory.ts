// How a training that is about to begin is fitted into the memory of this machine.
import type { LoweringTarget } from "../graph/index.ts";
import { spareMemory } from "../machine/index.ts";
import { type MemoryPlan, planMemory } from "../train/index.ts";
import type { PlannedTraining } from "./training.ts";
import { workersOf } from "./training-options.ts";
import { withoutUndefined } from "./without-undefined.ts";

/**
 * What to recompute, how many workers, how large micro-batches.
 *
 * @param before what a run that is resumed began with: it keeps its micro-batches, on which results depend in the last digits.
 * @param target what its graphs are lowered for.
 * @throws LowmagError `out-of-memory` for images that cannot fit.
 */
export function trainingMemory(
  { options, dataset, train, task, description, teacher }: PlannedTraining,
  validation: readonly number[],
  before: MemoryPlan | null,
  target: LoweringTarget,
): MemoryPlan {
  const { maxMemory, checkpointing, batch, microBatch } = options;
  return planMemory({
    dataset,
    parts: [train, validation],
    network: description,
    teacher: teacher ?? null,
    batch,
    couplesImages: task.couplesImages,
    microBatch,
    workers: workersOf(options),
    checkpointing,
    block: target.block,
    limit: maxMemory === undefined ? spareMemory() : 1e9 * maxMemory,
    limitIsSaid: maxMemory !== undefined && before === null,
    ...withoutUndefined({ microBatchPixels: before?.microBatchPixels }),
  });
}
