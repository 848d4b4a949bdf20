// Fitting a training into memory: the cheapest way first, the same numbers whatever is chosen, and a refusal that helps.
import { describe, expect, it } from "vitest";
import { isLowmagError, type LowmagError } from "../../src/base/index.ts";
import type { Dataset } from "../../src/dataset/index.ts";
import { architectureNames } from "../../src/models/index.ts";
import { forwardBytes, type MemoryQuestion, planMemory, stepBytes } from "../../src/train/index.ts";

const image = (id: string, side: number) => ({
  id,
  path: `/${id}`,
  ...{ width: side, height: side, mpp: 1, label: "A", patient: null, split: "train" },
});

function datasetOf(sides: readonly number[]): Dataset {
  const images = sides.map((side, i) => image(`image ${i} of ${side}`, side));
  return { classes: ["A", "B", "C"], images } as unknown as Dataset;
}

function question(sides: readonly number[], change: Partial<MemoryQuestion> = {}): MemoryQuestion {
  return {
    dataset: datasetOf(sides),
    parts: [sides.map((_, i) => i)],
    network: { architecture: "resnet10-thin-gn", mpp: 1 },
    teacher: null,
    batch: 32,
    couplesImages: false,
    microBatch: undefined,
    workers: 2,
    checkpointing: "auto",
    limit: 64e9,
    limitIsSaid: false,
    ...change,
  };
}

function refusal(asked: MemoryQuestion): LowmagError {
  try {
    planMemory(asked);
  } catch (error) {
    if (isLowmagError(error)) return error;
  }
  throw new Error("nothing was refused");
}

describe("the memory of a training", () => {
  const pass = { classes: 3, images: 1, width: 640, height: 512 } as const;

  it.each(architectureNames)(
    "is less where values are recomputed, and grows with the pixels: %s",
    (architecture) => {
      const small = { ...pass, architecture };
      const large = { ...small, width: 2560, height: 2048 };
      expect(stepBytes(large, true)).toBeLessThan(stepBytes(large, false));
      expect(forwardBytes(large)).toBeLessThan(stepBytes(large, true));
      const growth = stepBytes(large, false) / stepBytes(small, false);
      expect(growth).toBeGreaterThan(8);
      expect(growth).toBeLessThanOrEqual(16.5);
    },
  );

  it("keeps everything where it fits", () => {
    const plan = planMemory(question([512, 1024]));
    expect(plan).toMatchObject({ checkpointing: false, workers: 2 });
    expect(plan.microBatchPixels).toBeUndefined();
    expect(plan.choice).toMatch(/everything kept/);
  });

  it("recomputes before it gives up workers, and says what it would take without", () => {
    const all = planMemory(question([2048])).predictedBytes;
    const recomputed = planMemory(question([2048], { checkpointing: "on" })).predictedBytes;
    const plan = planMemory(question([2048], { limit: (all + recomputed) / 2 }));
    expect(plan).toMatchObject({ checkpointing: true, workers: 2, predictedBytes: recomputed });
    expect(plan.choice).toContain("checkpointing");
    expect(plan.choice).toContain("without that it would take");
    const fewer = planMemory(question([2048], { limit: recomputed - 1 }));
    expect(fewer).toMatchObject({ checkpointing: true, workers: 1 });
    expect(planMemory(question([2048], { limit: recomputed - 1, checkpointing: "off" }))).toMatchObject({
      checkpointing: false,
      workers: 1,
    });
  });

  it("takes smaller micro-batches only where a person set the limit, since results follow them in the last digits", () => {
    const sides = Array.from({ length: 32 }, () => 128);
    const limit = planMemory(question(sides)).predictedBytes - 1;
    expect(planMemory(question(sides, { limit })).microBatchPixels).toBeUndefined();
    const said = planMemory(question(sides, { limit, limitIsSaid: true }));
    expect(said).toMatchObject({ checkpointing: false, workers: 2, microBatchPixels: 2 ** 17 });
    const resumed = question(sides, { limit, microBatchPixels: 2 ** 17 });
    expect(planMemory(resumed).microBatchPixels).toBe(2 ** 17);
  });

  it("counts a teacher that runs beside", () => {
    const network = { architecture: "resnet10-thin-gn", mpp: 4 } as const;
    const alone = planMemory(question([2048], { network }));
    const taught = planMemory(question([2048], { network, teacher: { ...network, mpp: 1 } }));
    expect(taught.predictedBytes).toBeGreaterThan(
      alone.predictedBytes + forwardBytes({ ...pass, ...network, width: 2048, height: 2048 }),
    );
  });

  it("refuses what cannot fit, naming the image and sizes that would fit indeed", () => {
    const asked = question([512, 16384, 600], { limit: 2e9, workers: 1 });
    const { code, where, got, fix } = refusal(asked);
    expect(code).toBe("out-of-memory");
    expect(where).toContain("image 1 of 16384");
    expect(got).toContain("16384 x 16384 pixels at 1 µm per pixel");
    const [, side] = /up to (\d+) x/.exec(fix)!;
    const [, mpp] = /--mpp ([\d.]+)/.exec(fix)!;
    expect(
      planMemory({ ...asked, ...question([Number(side)], { limit: 2e9, workers: 1 }) }).predictedBytes,
    ).toBeLessThanOrEqual(2e9);
    const coarser = { architecture: "resnet10-thin-gn", mpp: Number(mpp) } as const;
    expect(planMemory({ ...asked, network: coarser }).predictedBytes).toBeLessThanOrEqual(2e9);
  });
});
