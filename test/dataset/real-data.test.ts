// The dataset room on real tissue: osteosarcoma (1024 x 1024 at 10x, four patients) and oral squamous cell carcinoma
// (two magnifications, no patients).
import { describe, expect, it } from "vitest";
import {
  checkLeaks,
  computeStatistics,
  countBySplit,
  createLoader,
  naturalOrder,
  PixelCache,
  patientsFromPattern,
  readDataset,
  splitDataset,
  withPatients,
} from "../../src/dataset/index.ts";
import { decodeImage } from "../../src/image/index.ts";
import { resampleArea } from "../../src/pixels/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { newFolder, refusalOf } from "./make-data.ts";

const osteosarcoma = realData("tiles/osteosarcoma");
const oral = realData("tiles/oral-scc");

describe.skipIf(osteosarcoma === null)(
  `osteosarcoma (${osteosarcoma === null ? NO_REAL_DATA : "found"})`,
  () => {
    it("is read, cached and loaded at 10x and 1.25x", async () => {
      const dataset = await readDataset({ data: osteosarcoma!, mpp: 1 });
      expect(dataset.classes).toEqual(["Non-Tumor", "Non-Viable-Tumor", "Viable"]);
      expect(dataset.images).toHaveLength(60);
      expect(new Set(dataset.images.map(({ width, height }) => `${width} x ${height}`))).toEqual(
        new Set(["1024 x 1024"]),
      );
      const cacheFolder = await newFolder();
      const indices = [0, 30];
      const statistics = await computeStatistics(dataset, indices, 8, new PixelCache(cacheFolder));
      expect(statistics.mean[1]).toBeLessThan(Math.min(statistics.mean[0], statistics.mean[2])); // H&E is pink and violet
      const views = [8, 1].map((mpp) => ({ mpp, ...statistics }));
      const loader = await createLoader({ dataset, views, cacheFolder });
      try {
        const batch = await loader.load({ images: indices, draws: [null, null] });
        expect(batch.views.map(({ dims }) => dims)).toEqual([
          [2, 3, 128, 128],
          [2, 3, 1024, 1024],
        ]);
        const mean =
          batch.views[0]!.data.reduce((sum, value) => sum + value, 0) / batch.views[0]!.data.length;
        expect(Math.abs(mean)).toBeLessThan(1e-4); // standardised with its own statistics
        const { image } = await decodeImage(dataset.images[0]!.path);
        const small = resampleArea(image, 128, 128);
        expect(batch.views[0]!.data[0]).toBeCloseTo(
          (small.data[0]! / 255 - statistics.mean[0]) / statistics.std[0],
          5,
        );
      } finally {
        await loader.close();
      }
    });

    it("has too few patients to split by, and says so; blocks do", async () => {
      const bare = await readDataset({ data: osteosarcoma!, mpp: 1 });
      const dataset = withPatients(bare, patientsFromPattern("/(Case-\\d+|P\\d+)"));
      expect(new Set(dataset.images.map(({ patient }) => patient)).size).toBe(4);
      expect(await refusalOf(() => splitDataset(dataset, { seed: 1 }))).toMatch(
        /^invalid-argument: split `(train|val|test)`: expected images of every class, got none of `.+` \(20 images in all, of \d patients?\)\. Give more patients/,
      );
      const split = splitDataset(bare, { seed: 1, by: "block" });
      expect(countBySplit(split).map(({ images }) => images)).toEqual([36, 12, 12]);
      checkLeaks(split);
    });
  },
);

describe.skipIf(oral === null)(`oral-scc (${oral === null ? NO_REAL_DATA : "found"})`, () => {
  it("is refused while it mixes magnifications", async () => {
    expect(await refusalOf(() => readDataset({ data: oral!, mpp: 0.25 }))).toBe(
      'invalid-argument: --data-mpp: expected images of one scale, got Normal/Normal_100x_1.jpg and Normal/Normal_400x_1.jpg, whose names give 100x and 400x. Choose one with --include, e.g. "_100x_", or give each its µm/px in a manifest.',
    );
  });

  it("is split at 400x into blocks of neighbouring numbers", async () => {
    const dataset = await readDataset({ data: oral!, mpp: 0.25, include: "_400x_" });
    expect(dataset.images).toHaveLength(670);
    const split = splitDataset(dataset, { seed: 1, by: "block" });
    expect(split.images.filter(({ label }) => label === "OSCC")).toHaveLength(480);
    checkLeaks(split);
    for (const label of split.classes) {
      const inOrder = split.images
        .filter((image) => image.label === label)
        .sort((a, b) => naturalOrder(a.id, b.id));
      const changes = inOrder.filter((image, i) => i > 0 && image.split !== inOrder[i - 1]!.split).length;
      expect(changes).toBeLessThanOrEqual(9); // ten blocks
    }
  });
});
