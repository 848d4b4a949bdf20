import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBetter } from "../../src/train/metrics.ts";
import { microBatchSize } from "../../src/train/micro-batch.ts";
import { groupBySize, planEpoch } from "../../src/train/sampler.ts";

const options = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  batch: fc.integer({ min: 1, max: 20 }),
  micro: fc.integer({ min: 1, max: 8 }),
  sizes: fc.integer({ min: 1, max: 4 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe("the order of an epoch", () => {
  it("sees every image exactly once, in steps of at most a batch and micro-batches of one size", () => {
    fc.assert(
      fc.property(options, ({ count, batch, micro, sizes, seed }) => {
        const images = Array.from({ length: count }, (_, i) => 100 + i);
        const sizeKey = (image: number): string => `${image % sizes}`;
        const steps = planEpoch({ images, batch, seed, sizeKey, microBatch: () => micro }, 3);
        expect(steps.flat(2).sort((a, b) => a - b)).toEqual(images);
        expect(steps).toHaveLength(Math.ceil(count / batch));
        for (const step of steps) expect(step.flat().length).toBeLessThanOrEqual(batch);
        for (const group of steps.flat()) {
          expect(group.length).toBeLessThanOrEqual(micro);
          expect(new Set(group.map(sizeKey)).size).toBe(1);
        }
      }),
    );
  });

  it("is the same for the same seed and epoch, and another for another", () => {
    const base = { images: [...Array(40).keys()], batch: 8, sizeKey: () => "", microBatch: () => 2 };
    expect(planEpoch({ ...base, seed: 1 }, 2)).toEqual(planEpoch({ ...base, seed: 1 }, 2));
    expect(planEpoch({ ...base, seed: 1 }, 2)).not.toEqual(planEpoch({ ...base, seed: 1 }, 3));
    expect(planEpoch({ ...base, seed: 1 }, 2)).not.toEqual(planEpoch({ ...base, seed: 2 }, 2));
  });

  it("fills micro-batches of a size before it opens another", () => {
    const rule = { sizeKey: (image: number) => (image < 10 ? "small" : "large"), microBatch: () => 2 };
    expect(groupBySize([1, 11, 2, 3, 12, 4], rule)).toEqual([
      [1, 2],
      [11, 12],
      [3, 4],
    ]);
  });
});

describe("the size of micro-batches", () => {
  const choice = { batch: 32, couplesImages: false, wanted: undefined };
  it("shrinks as images grow, and leaves several for a step", () => {
    const sizes = [28, 112, 224, 512, 1024, 4096].map((side) =>
      microBatchSize({ ...choice, pixels: side * side }),
    );
    expect(sizes).toEqual([16, 16, 4, 1, 1, 1]);
  });
  it("takes the batch whole for batch normalisation where it fits, and a user's word up to the batch", () => {
    expect(microBatchSize({ ...choice, pixels: 224 ** 2, couplesImages: true })).toBe(32);
    expect(microBatchSize({ ...choice, pixels: 224 ** 2, wanted: 3 })).toBe(3);
    expect(microBatchSize({ ...choice, pixels: 224 ** 2, wanted: 64 })).toBe(32);
  });
});

describe("the choice of an epoch", () => {
  const metrics = { loss: 1, parts: {}, accuracy: 0.5, balancedAccuracy: 0.5, auroc: null };
  it("wants a low loss or a high metric, and settles ties by the loss", () => {
    expect(isBetter({ ...metrics, loss: 0.9 }, metrics, "loss")).toBe(true);
    expect(isBetter({ ...metrics, loss: 1 }, metrics, "loss")).toBe(false);
    expect(isBetter({ ...metrics, loss: 2, accuracy: 0.6 }, metrics, "accuracy")).toBe(true);
    expect(isBetter({ ...metrics, loss: 0.5, accuracy: 0.4 }, metrics, "accuracy")).toBe(false);
    expect(isBetter({ ...metrics, loss: 0.9 }, metrics, "balancedAccuracy")).toBe(true);
    expect(isBetter({ ...metrics, loss: 0.9, auroc: 0.2 }, metrics, "auroc")).toBe(true);
  });
});
