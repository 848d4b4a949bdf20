// Reading at any µm/px against closed forms and a slow reference that follows the definition literally.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PixelSize, type RgbImage, resampleArea } from "../../src/pixels/index.ts";
import { AreaReader } from "../../src/slide/area-reader.ts";
import { createSlide, levelForMpp, outputSize, readAtMpp } from "../../src/slide/index.ts";
import { imageOf, memoryContent, noise } from "../support/memory-slide.ts";

/** The definition, literally, in float64: every output pixel against every source pixel under it. */
function reference(
  level: RgbImage,
  start: PixelSize,
  step: PixelSize,
  size: { width: number; height: number },
): Float64Array {
  const out = new Float64Array(3 * size.width * size.height);
  for (let k = 0; k < out.length; k++) {
    const pixel = Math.floor(k / 3);
    const x = start.x + (pixel % size.width) * step.x;
    const y = start.y + Math.floor(pixel / size.width) * step.y;
    out[k] = meanOver(level, [x, x + step.x], [y, y + step.y], k % 3);
  }
  return out;
}

function meanOver(level: RgbImage, [x0, x1]: number[], [y0, y1]: number[], channel: number): number {
  let sum = 0;
  let area = 0;
  for (let y = Math.max(0, Math.floor(y0!)); y < Math.min(level.height, y1!); y++)
    for (let x = Math.max(0, Math.floor(x0!)); x < Math.min(level.width, x1!); x++) {
      const weight = (Math.min(x1!, x + 1) - Math.max(x0!, x)) * (Math.min(y1!, y + 1) - Math.max(y0!, y));
      sum += weight * level.data[3 * (y * level.width + x) + channel]!;
      area += weight;
    }
  return area < 1e-7 ? 255 : sum / area;
}

function largestError(pixels: Uint8Array, exact: Float64Array): number {
  expect(pixels.length).toBe(exact.length);
  return pixels.reduce((worst, value, k) => Math.max(worst, Math.abs(value - exact[k]!)), 0);
}

describe("reading at a µm/px", () => {
  it("equals the area filter of images to the bit where the ratio is whole", async () => {
    const image = noise(96, 60);
    const { content } = memoryContent([image], { mpp: { x: 0.25, y: 0.25 } });
    const slide = createSlide(content);
    for (const factor of [1, 2, 3, 4, 6, 12]) {
      const read = await readAtMpp(slide, 0.25 * factor);
      expect(read).toEqual(resampleArea(image, 96 / factor, 60 / factor));
    }
  });

  it("follows its definition for any ratio, window, pixel shape and tiling", async () => {
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 70 }),
      height: fc.integer({ min: 1, max: 50 }),
      tileWidth: fc.integer({ min: 1, max: 40 }),
      tileHeight: fc.integer({ min: 1, max: 40 }),
      ratioX: fc.double({ min: 0.9, max: 30, noNaN: true }),
      ratioY: fc.double({ min: 0.9, max: 30, noNaN: true }),
      left: fc.double({ min: -20, max: 60, noNaN: true }),
      top: fc.double({ min: -20, max: 60, noNaN: true }),
      windowWidth: fc.double({ min: 0.5, max: 90, noNaN: true }),
      windowHeight: fc.double({ min: 0.5, max: 90, noNaN: true }),
      waits: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const image = noise(c.width, c.height);
        const mpp = { x: 1 / c.ratioX, y: 1 / c.ratioY };
        const { content } = memoryContent([image], { ...c, mpp });
        const window = { left: c.left, top: c.top, width: c.windowWidth, height: c.windowHeight };
        const slide = createSlide(content);
        const read = await readAtMpp(slide, 1, window);
        const step = { x: 1 / mpp.x, y: 1 / mpp.y };
        const exact = reference(image, { x: c.left, y: c.top }, step, read);
        expect(largestError(read.data, exact)).toBeLessThanOrEqual(0.5 + 1e-6);
        const axes = {
          x: { start: c.left, step: step.x, count: read.width },
          y: { start: c.top, step: step.y, count: read.height },
        };
        for (const blockBytes of [1, 3000])
          expect(await new AreaReader(slide, 0, axes, blockBytes).read()).toEqual(read.data);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("is written to the buffer of a caller who brings one, between reads of all sizes", async () => {
    const image = noise(96, 60);
    const slide = createSlide(memoryContent([image], { mpp: { x: 0.25, y: 0.25 } }).content);
    for (const mpp of [0.25, 0.75, 0.4, 1, 0.25]) {
      const { width, height, data } = await readAtMpp(slide, mpp);
      const into = new Uint8Array(3 * width * height).fill(7);
      expect((await readAtMpp(slide, mpp, undefined, { into })).data).toBe(into);
      expect(into).toEqual(data);
      const short = { into: new Uint8Array(into.length - 1) };
      await expect(readAtMpp(slide, mpp, undefined, short)).rejects.toThrow(/a buffer of \d+ bytes/);
    }
  });

  it("keeps reads at the same time apart", async () => {
    const images = [1, 2, 3].map((seed) => noise(96, 60, seed));
    const slides = images.map((image) => createSlide(memoryContent([image], { waits: true }).content));
    const reads = await Promise.all(slides.map((slide) => readAtMpp(slide, 1)));
    for (const [k, read] of reads.entries()) expect(read).toEqual(resampleArea(images[k]!, 48, 30));
  });

  it("is the level itself where a level has the µm/px", async () => {
    const levels = [noise(96, 60), noise(48, 30, 2)];
    const slide = createSlide(memoryContent(levels, { mpp: { x: 0.25, y: 0.25 } }).content);
    expect(await readAtMpp(slide, 0.5)).toEqual(levels[1]);
    const window = { left: 10, top: -6, width: 40, height: 50 };
    const axes = { x: { start: 5, step: 1, count: 20 }, y: { start: -3, step: 1, count: 25 } };
    const read = await readAtMpp(slide, 0.5, window);
    expect(read.data).toEqual(await new AreaReader(slide, 1, axes).read());
  });

  it("keeps a constant image constant, whatever the ratio", async () => {
    const { content } = memoryContent([imageOf(53, 41, (_x, _y, c) => 10 + 100 * c)]);
    for (const mpp of [0.45, 0.5, 0.7, 1.234, 3.21, 7.77]) {
      const { data } = await readAtMpp(createSlide(content), mpp);
      expect(data.every((value, k) => value === 10 + 100 * (k % 3))).toBe(true);
    }
  });

  it("turns a linear ramp into the ramp at the middle of each output pixel", async () => {
    const image = imageOf(250, 8, (x) => x); // the ramp's value over [a, b] is (a + b) / 2 - 0.5
    const { content } = memoryContent([image], { mpp: { x: 0.265, y: 0.265 } });
    for (const mpp of [1, 0.53, 0.811, 1.93]) {
      const { width, data } = await readAtMpp(createSlide(content), mpp, {
        left: 0,
        top: 0,
        width: 240,
        height: 8,
      });
      const r = mpp / 0.265;
      // Inside a pixel the image is flat, so the mean is that of the ramp up to the share of an edge pixel.
      for (let i = 0; i < width && (i + 1) * r <= 250; i++)
        expect(Math.abs(data[3 * i]! - ((i + 0.5) * r - 0.5))).toBeLessThanOrEqual(0.5 + 0.25 / r + 1e-9);
    }
  });

  it("splits a step by the share of the pixel that lies on either side", async () => {
    const image = imageOf(64, 4, (x) => (x < 21 ? 0 : 200));
    const { content } = memoryContent([image], { mpp: { x: 1, y: 1 } });
    const { data } = await readAtMpp(createSlide(content), 4);
    expect([data[3 * 4], data[3 * 5], data[3 * 6]]).toEqual([0, 150, 200]); // 21 = 5 x 4 + 1
  });

  it("decodes every tile once, however many blocks a read takes", async () => {
    const image = noise(203, 149);
    const { content, requests } = memoryContent([image], { tileWidth: 32, tileHeight: 16 });
    const axes = { x: { start: 0, step: 2.6, count: 78 }, y: { start: 0, step: 2.6, count: 57 } };
    await new AreaReader(createSlide(content, { cacheBytes: 0 }), 0, axes, 4000).read();
    const keys = requests.map(({ column, row }) => `${column},${row}`);
    expect(new Set(keys).size).toBe(7 * 10);
    expect(keys.length).toBe(7 * 10);
  });

  it("is called off between blocks, even where no source makes anyone wait", async () => {
    const controller = new AbortController();
    const { content, requests } = memoryContent([noise(64, 640)], { tileWidth: 64 });
    const axes = { x: { start: 0, step: 2.5, count: 25 }, y: { start: 0, step: 2.5, count: 256 } };
    const read = new AreaReader(createSlide(content), 0, axes, 4000).read(controller.signal);
    setTimeout(() => controller.abort(), 0);
    await expect(read).rejects.toMatchObject({ code: "cancelled" });
    expect(requests.length).toBeLessThan(40);
    await expect(
      readAtMpp(createSlide(content), 1, undefined, { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
  });

  it("gives white where the window leaves the slide", async () => {
    const { content } = memoryContent([imageOf(32, 32, () => 0)], { mpp: { x: 1, y: 1 } });
    const { data, width } = await readAtMpp(createSlide(content), 2, {
      left: -8,
      top: 0,
      width: 48,
      height: 4,
    });
    expect(width).toBe(24);
    const row = [...data.subarray(0, 72)].filter((_, k) => k % 3 === 0);
    expect(row).toEqual([...Array(4).fill(255), ...Array(16).fill(0), ...Array(4).fill(255)]);
  });
});

describe("the level that is read", () => {
  const images = [noise(400, 300), noise(200, 150), noise(50, 37)];

  it("is the coarsest that is at least as fine, within a thousandth", () => {
    const { content } = memoryContent(images, { mpp: { x: 0.25, y: 0.25 } });
    const slide = createSlide(content);
    expect([0.25, 0.49, 0.4997, 0.5, 1, 1.99, 2.03, 8].map((mpp) => levelForMpp(slide, mpp))).toEqual([
      0, 0, 1, 1, 1, 1, 2, 2,
    ]);
  });

  it("may be asked for a tenth more than the finest, and no more", () => {
    const slide = createSlide(memoryContent(images).content);
    expect(outputSize(slide, 0.46)).toEqual({ width: 435, height: 326 });
    expect(() => outputSize(slide, 0.44)).toThrow(/expected 0.45 µm\/px or coarser.*finest level has 0.5/);
    expect(() => outputSize(slide, Number.NaN)).toThrow(/0.45/);
  });

  it("cannot be found without a µm/px, and says how to state it", () => {
    const slide = createSlide(memoryContent(images, { mpp: null }).content);
    expect(() => outputSize(slide, 1)).toThrow(/State it with `mpp`/);
    expect(outputSize(createSlide(memoryContent(images, { mpp: null }).content, { mpp: 0.5 }), 1)).toEqual({
      width: 200,
      height: 150,
    });
  });
});
