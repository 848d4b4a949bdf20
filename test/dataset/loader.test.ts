import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type AugmentationDraw,
  computeStatistics,
  createLoader,
  type Dataset,
  drawAugmentation,
  type Loader,
  type LoaderOptions,
  type LoadRequest,
  PixelCache,
  readDataset,
  type View,
  writeAugmented,
} from "../../src/dataset/index.ts";
import { Generator } from "../../src/random/index.ts";
import { drawings, newFolder, refusalOf, writeData } from "./make-data.ts";

const teacher: View = { mpp: 1, mean: [0.5, 0.4, 0.6], std: [0.2, 0.3, 0.25] };
const student: View = { mpp: 2, mean: [0.5, 0.5, 0.5], std: [0.1, 0.1, 0.1] };

let data: string;
let dataset: Dataset;
let cacheFolder: string;
const open: Loader[] = [];

beforeAll(async () => {
  const size = { width: 40, height: 24 };
  data = await writeData({
    ...drawings("A/a", 5, size),
    ...drawings("B/b", 5, size),
    "B/wide.png": { width: 60, height: 24 },
  });
  dataset = await readDataset({ data, mpp: 1 });
  cacheFolder = await newFolder();
});
afterEach(async () => {
  for (const loader of open.splice(0)) await loader.close();
});

async function loaderOf(options: Partial<LoaderOptions> = {}): Promise<Loader> {
  const loader = await createLoader({ dataset, views: [student, teacher], cacheFolder, ...options });
  open.push(loader);
  return loader;
}

/** Micro-batches of two images of equal size, each drawn by its own name. */
const requests: LoadRequest[] = [0, 2, 4, 6, 8].map((first) => ({
  images: [first, first + 1],
  draws: [first, first + 1].map((i) => drawAugmentation(Generator.derive(1, "augment", i))),
}));

describe("createLoader", () => {
  it("gives every view of every image, augmented and standardised", async () => {
    const loader = await loaderOf();
    const draws = [null, drawAugmentation(Generator.derive(3))];
    const { views } = await loader.load({ images: [7, 2], draws });
    expect(views.map(({ dims }) => dims)).toEqual([
      [2, 3, 12, 20],
      [2, 3, 24, 40],
    ]);
    const cache = new PixelCache(await newFolder());
    for (const [v, view] of [student, teacher].entries()) {
      const wanted = new Float32Array(views[v]!.data.length);
      for (const [n, index] of [7, 2].entries()) {
        const pixels = await cache.pixels(dataset.images[index]!, view.mpp);
        writeAugmented(
          pixels,
          wanted.subarray((n * wanted.length) / 2, ((n + 1) * wanted.length) / 2),
          draws[n]!,
          view,
        );
      }
      expect(views[v]!.data).toEqual(wanted);
      expect(views[v]!.data.buffer).toBeInstanceOf(ArrayBuffer);
      expect(views[v]!.data.byteLength).toBe(views[v]!.data.buffer.byteLength);
    }
  });

  it("flips a view that keeps its colours as the others, and leaves its colours and stains alone", async () => {
    const loader = await loaderOf({ views: [{ ...teacher, keepsColours: true }, student] });
    const plain = await loaderOf({ views: [teacher, student] });
    const flips = { flipHorizontal: true, flipVertical: false };
    const stain = { method: "hed", alpha: [1.1, 0.9, 1], beta: [0.01, 0, 0] } as const;
    const { jitter } = drawAugmentation(Generator.derive(3));
    const load = async (from: Loader, draw: AugmentationDraw) =>
      (await from.load({ images: [3], draws: [draw] })).views.map(({ data }) => data);
    const [teachers, students] = await load(loader, { ...flips, jitter, stain });
    expect(teachers).toEqual((await load(plain, { ...flips, jitter: null }))[0]);
    expect([teachers, students]).not.toEqual(await load(plain, { ...flips, jitter, stain }));
    expect(students).toEqual((await load(plain, { ...flips, jitter, stain }))[1]);
  });

  it("gives the same whatever the number of workers, the memory, and what is cached", async () => {
    const settings: Partial<LoaderOptions>[] = [
      { workers: 1, cacheFolder: await newFolder() },
      { workers: 3, cacheFolder: await newFolder() },
      { workers: 2, memoryBytes: 0 },
      { workers: 2, memoryBytes: 4000 },
    ];
    const results = [];
    for (const options of settings) {
      const loader = await loaderOf(options);
      const epoch = async () => await Promise.all(requests.map((request) => loader.load(request)));
      const first = await epoch();
      expect(await epoch()).toEqual(first);
      results.push(first);
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  it("serves later epochs from memory: the disk is not needed any more", async () => {
    const folder = await newFolder();
    const copies = await writeData({ "A/x.png": {}, "B/y.png": {} });
    const small = await readDataset({ data: copies, mpp: 1 });
    const loader = await loaderOf({ dataset: small, views: [teacher], cacheFolder: folder });
    const request = { images: [0, 1], draws: [null, null] };
    const first = await loader.load(request);
    for (const { path, contentHash } of small.images) {
      await writeFile(path, "gone");
      const entry = `${contentHash.slice(0, 2)}/${contentHash}-16x12.rgb`;
      const [version] = await readdir(folder);
      await writeFile(join(folder, version!, entry), "gone");
    }
    expect(await loader.load(request)).toEqual(first);
    const forgetful = await loaderOf({
      dataset: small,
      views: [teacher],
      cacheFolder: folder,
      memoryBytes: 0,
    });
    expect(await refusalOf(() => forgetful.load(request), copies)).toMatch(
      /^corrupt-data: <data>\/A\/x\.png/,
    );
  });

  it("goes on after an image that failed, which it names", async () => {
    const copies = await writeData({ "A/x.png": {}, "B/y.png": {} });
    const small = await readDataset({ data: copies, mpp: 1 });
    const bad = small.images[1]!.path;
    await writeFile(bad, (await readFile(bad)).subarray(0, 100));
    const loader = await loaderOf({ dataset: small, views: [teacher] });
    expect(await refusalOf(() => loader.load({ images: [0, 1], draws: [null, null] }), copies)).toBe(
      "corrupt-data: <data>/B/y.png: expected the bytes it had when the data set was read, got other bytes. Files must not change while they are used; run the command again.",
    );
    const { views } = await loader.load({ images: [0], draws: [null] });
    expect(views[0]!.dims).toEqual([1, 3, 12, 16]);
  });

  it("rejects what is in flight when it is closed, and every load after", async () => {
    const loader = await loaderOf({ workers: 1 });
    const flying = requests.map((request) => refusalOf(() => loader.load(request)));
    await loader.close();
    const messages = new Set([
      ...(await Promise.all(flying)),
      await refusalOf(() => loader.load(requests[0]!)),
    ]);
    expect([...messages]).toEqual(["cancelled: loader: expected to be open, got a closed one."]);
  });

  it("refuses images of different sizes in one micro-batch", async () => {
    const loader = await loaderOf();
    expect(await refusalOf(() => loader.load({ images: [0, 10], draws: [null, null] }), data)).toBe(
      "shape-mismatch: <data>/B/wide.png: expected 20 x 12 pixels at 2 µm/px, as A/a1.png has, got 30 x 12. A micro-batch holds images of one size; group them by `viewSize`.",
    );
  });

  it("refuses a view finer than the data", async () => {
    const loader = await loaderOf({ views: [{ ...teacher, mpp: 0.5 }] });
    expect(await refusalOf(() => loader.load({ images: [0], draws: [null] }), data)).toMatch(
      /^invalid-argument: <data>\/A\/a1\.png: expected a view no finer than the image, 1 µm\/px, got 0\.5 µm\/px/,
    );
  });

  it.each([
    [
      { images: [], draws: [] },
      "load: expected at least one image and one draw for each, got 0 images and 0 draws.",
    ],
    [
      { images: [1], draws: [] },
      "load: expected at least one image and one draw for each, got 1 images and 0 draws.",
    ],
    [{ images: [11], draws: [null] }, "load: expected image numbers from 0 to 10, got 11."],
  ])("refuses the request %j", async (request, message) => {
    const loader = await loaderOf();
    expect(await refusalOf(() => loader.load(request))).toBe(`invalid-argument: ${message}`);
  });

  it.each([
    [{ views: [] }, "expected at least one view, got none."],
    [{ workers: 0 }, "expected workers to be at least 1, got 0."],
    [{ memoryBytes: -1 }, "expected memoryBytes to be at least 0, got -1."],
    [
      { views: [{ ...student, std: [0.1, 0, 0.1] as const }] },
      "expected finite means and standard deviations above 0, got 0.5,0.5,0.5 and 0.1,0,0.1.",
    ],
  ])("refuses the options %j", async (options, message) => {
    expect(await refusalOf(() => loaderOf(options))).toBe(`invalid-argument: createLoader: ${message}`);
  });

  it("refuses a cache folder that cannot be one", async () => {
    const file = join(data, "A/a1.png");
    expect(await refusalOf(() => loaderOf({ cacheFolder: file }), data)).toBe(
      "not-writable: <data>/A/a1.png: expected a path that can be written, got a file where a folder should be (EEXIST). Choose another path.",
    );
  });
});

describe("computeStatistics", () => {
  it("equals the plain mean and standard deviation over all pixels", async () => {
    const cache = new PixelCache(cacheFolder);
    const indices = [0, 3, 10];
    const { mean, std } = await computeStatistics(dataset, indices, 2, cache);
    const views = await Promise.all(indices.map((i) => cache.pixels(dataset.images[i]!, 2)));
    for (const channel of [0, 1, 2]) {
      const values = views
        .flatMap(({ data: bytes }) => [...bytes].filter((_, k) => k % 3 === channel))
        .map((v) => v / 255);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
      expect(mean[channel]).toBeCloseTo(average, 12);
      expect(std[channel]).toBeCloseTo(Math.sqrt(variance), 12);
    }
  });

  it("does not depend on the order of the images", async () => {
    const inFolder = (name: string) => new PixelCache(join(cacheFolder, name)); // nothing kept from the other
    expect(await computeStatistics(dataset, [4, 1, 9], 1, inFolder("one"))).toEqual(
      await computeStatistics(dataset, [9, 4, 1], 1, inFolder("other")),
    );
  });

  it("is kept for the same images at the same µm/px, and made again where what was kept is damaged", async () => {
    const cache = new PixelCache(join(cacheFolder, "kept"));
    let reads = 0;
    const measured = async (indices: number[], mpp: number) => {
      const before = reads;
      await computeStatistics(dataset, indices, mpp, cache, { onProgress: () => reads++ });
      return reads - before;
    };
    const first = await computeStatistics(dataset, [1, 2], 2, cache);
    expect(await measured([2, 1], 2)).toBe(0);
    expect(await measured([1, 2, 2], 2)).toBe(3);
    expect(await measured([1, 2], 1)).toBe(2);
    const folder = join(cache.folder, "colours-1");
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      await writeFile(path, (await readFile(path, "utf8")).replace("0.", "0.1"));
    }
    expect(await computeStatistics(dataset, [1, 2], 2, cache)).toEqual(first);
    expect(await measured([1, 2], 2)).toBe(0);
  });

  it("refuses no images", async () => {
    expect(await refusalOf(() => computeStatistics(dataset, [], 1, new PixelCache(cacheFolder)))).toBe(
      "invalid-argument: computeStatistics: expected training images whose colours vary, got no images.",
    );
  });
});
