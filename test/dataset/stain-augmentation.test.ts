// Stain augmentation: what is drawn, from which images it is measured, and that all views of an image change alike.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  type AugmentationDraw,
  type AugmentationParameters,
  createLoader,
  type Dataset,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  type Loader,
  measureStains,
  ownColours,
  PixelCache,
  readDataset,
  type StainAugmentation,
  type StainStatistics,
  type View,
  writeAugmented,
} from "../../src/dataset/index.ts";
import { type RgbImage, resampleArea, rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import { TEMPLATE_SPACES, TemplateCollector } from "../../src/stain/index.ts";
import { drawings, newFolder, refusalOf, writeData } from "./make-data.ts";

const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const student: View = { mpp: 2, ...PLAIN };
const teacher: View = { mpp: 1, ...PLAIN };
const HED: StainAugmentation = { method: "hed", strength: 0.1 };

let dataset: Dataset;
let cacheFolder: string;
let statistics: StainStatistics;
const open: Loader[] = [];

beforeAll(async () => {
  const data = await writeData({
    ...drawings("A/a", 4, { width: 40, height: 24 }),
    ...drawings("B/b", 4, { width: 40, height: 24 }),
  });
  dataset = await readDataset({ data, mpp: 1 });
  cacheFolder = await newFolder();
  statistics = await measureStains(dataset, [0, 1, 2, 5], 2, new PixelCache(cacheFolder));
});
afterEach(async () => {
  for (const loader of open.splice(0)) await loader.close();
});

const draw = (i: number, stain: StainAugmentation, parts: Partial<AugmentationParameters> = {}) =>
  drawAugmentation(Generator.derive(3, "stain", i), { ...DEFAULT_AUGMENTATION, ...parts, stain });
const templates = (strength = 1): StainAugmentation => ({ method: "randstainna", strength, statistics });
const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe("drawing stains", () => {
  it("leaves flips and colour jitter as they are drawn without it", () => {
    for (let i = 0; i < 20; i++) {
      const without = drawAugmentation(Generator.derive(3, "stain", i));
      expect("stain" in without).toBe(false);
      for (const stain of [HED, templates()]) {
        const { stain: drawn, ...rest } = draw(i, stain);
        expect(drawn?.method).toBe(stain.method);
        expect(rest).toEqual(without);
      }
    }
  });

  it("draws amounts of each stain from 1 ± strength and 0 ± strength", () => {
    const drawn = Array.from({ length: 2000 }, (_, i) => draw(i, HED).stain!);
    const values = drawn.flatMap((stain) =>
      stain.method === "hed" ? [[...stain.alpha.map((a) => a - 1), ...stain.beta]] : [],
    );
    for (let k = 0; k < 6; k++) {
      const column = values.map((row) => row[k]!);
      expect(Math.min(...column)).toBeGreaterThanOrEqual(-0.1);
      expect(Math.min(...column)).toBeLessThan(-0.098);
      expect(Math.max(...column)).toBeLessThanOrEqual(0.1);
      expect(Math.max(...column)).toBeGreaterThan(0.098);
      expect(Math.abs(mean(column))).toBeLessThan(0.006); // standard error 0.0013
    }
  });

  it("draws templates in each space alike, with the statistics' centre and its spread times the strength", () => {
    const drawn = Array.from({ length: 6000 }, (_, i) => draw(i, templates(0.5)).stain!);
    for (const space of TEMPLATE_SPACES) {
      const here = drawn.flatMap((stain) =>
        stain.method === "randstainna" && stain.template.space === space ? [stain.template] : [],
      );
      expect(Math.abs(here.length / 6000 - 1 / 3)).toBeLessThan(0.03);
      const { centre, spread } = statistics.templates[space].mean;
      for (let c = 0; c < 3; c++) {
        const column = here.map((template) => template.mean[c]!);
        const width = 0.5 * spread[c]!;
        expect(Math.abs(mean(column) - centre[c]!)).toBeLessThan(width / 5); // standard error width / 45
        const deviation = Math.sqrt(mean(column.map((value) => (value - centre[c]!) ** 2)));
        expect(Math.abs(deviation / width - 1)).toBeLessThan(0.1);
      }
    }
  });

  it.each([
    ["hed", 1.5, "a strength above 0, at most 1"],
    ["hed", 0, "a strength above 0, at most 1"],
    ["randstainna", Number.NaN, "a finite strength above 0"],
  ] as const)("refuses a strength of %s %d", async (method, strength, expected) => {
    const stain = method === "hed" ? { method, strength } : { method, strength, statistics };
    expect(await refusalOf(() => draw(0, stain))).toBe(
      `invalid-argument: stain augmentation \`${method}\`: expected ${expected}, got ${strength}.`,
    );
  });
});

describe("measureStains", () => {
  it("measures the images asked for, at the resolution asked for, and no others", async () => {
    const cache = new PixelCache(await newFolder());
    const collector = new TemplateCollector();
    for (const index of [0, 1, 2, 5]) collector.add(await cache.pixels(dataset.images[index]!, 2));
    expect(statistics).toEqual({ mpp: 2, images: 4, templates: collector.statistics() });
    expect(await measureStains(dataset, [0, 1, 2, 5], 2, cache)).toEqual(statistics);
    expect(await measureStains(dataset, [0, 1, 2, 4], 2, cache)).not.toEqual(statistics);
  });

  it("refuses when there are not two images to measure", async () => {
    const cache = new PixelCache(cacheFolder);
    expect(await refusalOf(() => measureStains(dataset, [3], 2, cache))).toBe(
      "invalid-argument: measureStains: expected at least two training images with tissue, got 1 of 1. Use the stain jitter `hed`, which needs no statistics.",
    );
  });
});

describe("a loader", () => {
  async function loaded(views: readonly View[], draws: readonly AugmentationDraw[], workers = 1) {
    const loader = await createLoader({ dataset, views, cacheFolder, workers });
    open.push(loader);
    const images = draws.map((_, i) => i);
    return (await loader.load({ images, draws })).views.map(({ data }) => data);
  }

  it.each(["hed", "randstainna"] as const)(
    "gives all views of an image the same change by %s",
    async (method) => {
      const stain = method === "hed" ? HED : templates();
      const draws = [0, 1, 2, 3].map((i) => draw(i, stain));
      const [small, large] = await loaded([student, teacher], draws, 2);
      const cache = new PixelCache(cacheFolder);
      for (const [i, drawn] of draws.entries()) {
        const coarse = await cache.pixels(dataset.images[i]!, 2);
        const own = ownColours(coarse, drawn);
        expect(own === null).toBe(method === "hed");
        for (const [view, data] of [
          [student, small!],
          [teacher, large!],
        ] as const) {
          const wanted = new Float32Array(data.length / 4);
          writeAugmented(await cache.pixels(dataset.images[i]!, view.mpp), wanted, drawn, view, own);
          expect(data.subarray(i * wanted.length, (i + 1) * wanted.length)).toEqual(wanted);
        }
      }
    },
  );

  it("does so whatever the order of the views and the number of workers", async () => {
    const draws = [0, 1, 2, 3].map((i) => draw(i, templates()));
    const [small, large] = await loaded([student, teacher], draws);
    expect(await loaded([teacher, student], draws, 3)).toEqual([large, small]);
  });

  it("keeps the colours of a pair together", () => {
    // Smooth tissue: averaging changes little of what a curve does to it.
    const fine = rgbImage(
      64,
      64,
      Uint8Array.from({ length: 3 * 64 * 64 }, (_, k) => {
        const [x, y] = [Math.floor(k / 3) % 64, Math.floor(k / 192)];
        return [190, 120, 170][k % 3]! + Math.round(30 * Math.sin(x / 9) * Math.cos(y / 11 + (k % 3)));
      }),
    );
    const coarse = resampleArea(fine, 16, 16);
    for (const stain of [HED, templates(0.3)])
      for (let i = 0; i < 6; i++) {
        const drawn = draw(i, stain, { jitter: null });
        const own = ownColours(coarse, drawn);
        const means = [fine, coarse].map((image) => channelMeans(image, drawn, own));
        for (let c = 0; c < 3; c++) expect(Math.abs(means[0]![c]! - means[1]![c]!)).toBeLessThan(1.5 / 255);
      }
  });
});

function channelMeans(
  image: RgbImage,
  drawn: AugmentationDraw,
  own: ReturnType<typeof ownColours>,
): readonly number[] {
  const planes = new Float32Array(image.data.length);
  writeAugmented(image, planes, drawn, PLAIN, own);
  const pixels = planes.length / 3;
  return [0, 1, 2].map((c) => mean(planes.subarray(c * pixels, (c + 1) * pixels)));
}
