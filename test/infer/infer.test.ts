import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { PixelCache } from "../../src/dataset/index.ts";
import { Session } from "../../src/engine/index.ts";
import { classifyImages, exportOnnx, measureLatency } from "../../src/infer/index.ts";
import { initialState, type Model } from "../../src/models/index.ts";
import { makeTissue, type TestTissue } from "../train/tissue.ts";

let tissue: TestTissue;
let model: Model;
beforeAll(async () => {
  tissue = await makeTissue();
  model = {
    description: {
      architecture: "resnet10-thin-gn",
      classes: tissue.dataset.classes,
      mpp: 2,
      mean: [0.8, 0.7, 0.8],
      std: [0.2, 0.25, 0.15],
    },
    state: initialState("resnet10-thin-gn", 3, 4),
  };
});
afterAll(() => tissue.remove());

const classify = (workers: number, signal?: AbortSignal) =>
  classifyImages({
    model,
    dataset: tissue.dataset,
    images: [4, 1, 7, 0, 9],
    cacheFolder: join(tissue.folder, "cache"),
    workers,
    ...(signal === undefined ? {} : { signal }),
  });

describe("classifying images", () => {
  it("answers in the order asked, the same whatever the number of workers", async () => {
    const [one, three] = [await classify(1), await classify(3)];
    expect(three).toEqual(one);
    expect(one.map(({ image }) => image)).toEqual([4, 1, 7, 0, 9]);
    for (const { probabilities, width, image } of one) {
      expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect(width).toBe(tissue.dataset.images[image]!.width / 2);
    }
  });

  it("stops at a signal", async () => {
    const error = await classify(1, AbortSignal.abort()).catch((e: unknown) => e);
    expect(isLowmagError(error, "cancelled")).toBe(true);
  });

  it("measures a latency above zero, and refuses a size of nothing", async () => {
    expect(await measureLatency(model, 32, 40, 1)).toBeGreaterThan(0);
    await expect(measureLatency(model, 0, 40)).rejects.toThrow(
      /expected a size of at least 1 px, got 0 x 40/,
    );
  });
});

describe("the exported ONNX file", () => {
  it("gives, from plain pixels of any size, the probabilities that lowmag gives", async () => {
    const session = await Session.create(exportOnnx(model));
    expect(session.inputNames).toEqual(["image"]);
    const cache = new PixelCache(join(tissue.folder, "cache"));
    for (const { image, probabilities, width, height } of await classify(1)) {
      const { data } = await cache.pixels(tissue.dataset.images[image]!, 2);
      const planes = Float32Array.from(data, (_, i) => {
        const [channel, pixel] = [Math.floor(i / (width * height)), i % (width * height)];
        return data[3 * pixel + channel]! / 255;
      });
      const outputs = await session.run({ image: { dims: [1, 3, height, width], data: planes } });
      [...(outputs.probabilities!.data as Float32Array)].forEach((value, k) => {
        expect(value).toBeCloseTo(probabilities[k]!, 5);
      });
      expect(outputs.featureMap!.dims).toEqual([1, 256, Math.ceil(height / 32), Math.ceil(width / 32)]);
    }
    await session.release();
  });
});
