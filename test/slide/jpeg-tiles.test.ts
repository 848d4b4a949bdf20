// A slide's own JPEG tiles handed on without decoding: in every format that stores them, the pixels are those that decoding
// gives, for our decoder, for another and for a browser; what the level's edge cuts, and what stands beside the tissue,
// never leaves.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSlide } from "../../src/local/index.ts";
import {
  levelSize,
  ownTileSize,
  type PlannedTile,
  planDeepZoom,
  type Slide,
  SlidePixels,
  tileAt,
} from "../../src/slide/index.ts";
import { chromiumPath, startChromium } from "../support/browser.ts";
import { openBytes, testDecoders } from "../support/open-bytes.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { SLIDE_FIXTURES, type SlideFixture } from "../support/slide-writers/fixtures.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";

/**
 * Greatest mean difference of a sample between our decoder and others'. Equal to the bit with those at hand (sharp and
 * Chromium, both libjpeg-turbo); other versions may round otherwise. Colours taken for others are off by tens.
 */
const OTHER_DECODER = 0.5;

/** A tile that was handed on, and the pixels that decoding gives. */
interface Passed {
  readonly jpeg: Uint8Array;
  readonly size: number;
  readonly pixels: Uint8Array;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-jpeg-tiles-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function openFixture(fixture: SlideFixture): Promise<Slide> {
  const place = join(folder, fixture.name.replaceAll(/\W+/g, "-"));
  for (const { name, bytes } of await fixture.files()) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), bytes);
  }
  return await openSlide(join(place, fixture.open), { backend: "own", decoders: await testDecoders() });
}

/** All tiles of all levels as a viewer asks for them: those that are handed on, and the others. */
async function tilesOf(slide: Slide): Promise<{ passed: Passed[]; made: PlannedTile[] }> {
  const pixels = new SlidePixels(slide, ownTileSize(slide, 256));
  const { plan } = pixels;
  const passed: Passed[] = [];
  const made: PlannedTile[] = [];
  for (let level = 0; level <= plan.last; level++) {
    const { width, height } = levelSize(plan, level);
    for (let row = 0; row * plan.tileSize < height; row++)
      for (let column = 0; column * plan.tileSize < width; column++) {
        const tile = tileAt(plan, level, column, row)!;
        const jpeg = await pixels.storedTile(level, tile);
        if (jpeg === null) made.push(tile);
        else passed.push({ jpeg, size: plan.tileSize, pixels: (await pixels.tile(level, tile)).data });
      }
  }
  return { passed, made };
}

async function decodedAlone({ jpeg: data, size }: Passed): Promise<Uint8Array> {
  const { jpeg } = await testDecoders();
  return jpeg.decode({ data, width: size, height: size, colour: "unknown", where: "alone" });
}

async function decodedBySharp({ jpeg }: Passed): Promise<Uint8Array> {
  return new Uint8Array(await sharp(jpeg).toColourspace("srgb").removeAlpha().raw().toBuffer());
}

/** Of many bytes, at once. */
const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length;
}

/** Grey becomes colours, so that all are compared alike. */
const inColours = (samples: Uint8Array, { size }: Passed) =>
  samples.length === size * size
    ? Uint8Array.from({ length: 3 * size * size }, (_, i) => samples[(i / 3) | 0]!)
    : samples;

/** Fixtures of square tiles that are JPEG. */
const STORES_JPEG = SLIDE_FIXTURES.filter(
  ({ name, format }) =>
    /JPEG|Philips|Leica|Ventana|Aperio/.test(name) &&
    !/2000|strips|native/.test(name) &&
    format !== "image" &&
    format !== "deep-zoom",
);
const OTHERS = SLIDE_FIXTURES.filter((fixture) => !STORES_JPEG.includes(fixture));

describe("a slide's own JPEG tile", () => {
  it.each(STORES_JPEG)("has the pixels that decoding gives: $name", async (fixture) => {
    const slide = await openFixture(fixture);
    const { passed } = await tilesOf(slide);
    const { width, height, tileWidth } = slide.levels[0]!;
    const whole = Math.floor(width / tileWidth) * Math.floor(height / tileWidth);
    const missing = (fixture.missing ?? []).filter(({ level }) => level === 0).length;
    expect(passed.length).toBeGreaterThanOrEqual(whole - missing);
    for (const tile of passed) expect(isSame(await decodedAlone(tile), tile.pixels)).toBe(true);
    const other = await decodedBySharp(passed[0]!);
    expect(meanDifference(inColours(other, passed[0]!), passed[0]!.pixels)).toBeLessThan(OTHER_DECODER);
    await slide.close();
  });

  it.each(OTHERS)("is not there, so that it is made as before: $name", async (fixture) => {
    const slide = await openFixture(fixture);
    expect((await tilesOf(slide)).passed).toEqual([]);
    await slide.close();
  });

  it("is handed on from levels that are halves of halves, and from no other", async () => {
    const image = drawPattern(1203, 640);
    const storage = { compression: "jpeg", jpeg: { colour: "rgb" }, sharedTables: true } as const;
    const request = { image, mpp: 0.25, objective: 40, tileSize: 128, storage };
    const halves = await openBytes(await writeAperio({ ...request, downsamples: [1, 2, 4] }));
    const thirds = await openBytes(await writeAperio({ ...request, downsamples: [1, 3] }));
    const level0 = 9 * 5;
    // The overview is the level of 602 x 320; that of 301 x 160 is made from it.
    expect((await tilesOf(halves)).passed).toHaveLength(level0 + 4 * 2);
    expect((await tilesOf(thirds)).passed).toHaveLength(level0);
    const large = await openBytes(
      await writeAperio({ ...request, image: drawPattern(2406, 1280), downsamples: [1, 2] }),
    );
    expect((await tilesOf(large)).passed).toHaveLength(18 * 10 + level0);
    const odd = await openBytes(
      await writeAperio({ ...request, image: drawPattern(2406, 1280), downsamples: [1, 2.05] }),
    );
    expect((await tilesOf(odd)).passed).toHaveLength(18 * 10);
  });

  it("that the edge cuts is not handed on: what a file keeps beyond its edge is nobody's to see", async () => {
    const fixture = SLIDE_FIXTURES.find(({ name }) => name === "TIFF, JPEG, a whole stream per tile")!;
    const slide = await openFixture(fixture);
    const { width, height } = slide.levels[0]!;
    const [columns, rows] = [Math.floor(width / 256), Math.floor(height / 256)];
    expect(await slide.readJpegTile(0, columns - 1, rows - 1)).not.toBeNull();
    for (const [column, row] of [
      [columns, 0],
      [0, rows],
      [-1, 0],
      [0.5, 0],
      [columns + 1, 0],
      [2 ** 40, 2 ** 40],
      [Number.NaN, 0],
    ] as const)
      expect(await slide.readJpegTile(0, column, row), `${column}, ${row}`).toBeNull();
    await expect(slide.readJpegTile(slide.levels.length, 0, 0)).rejects.toMatchObject({
      code: "invalid-argument",
    });
    await slide.close();
  });
});

describe("the side of a viewer's tiles", () => {
  const side = (tileWidth: number, tileHeight = tileWidth) =>
    ownTileSize({ levels: [{ tileWidth, tileHeight } as Slide["levels"][number]] }, 256);
  it("is that of the slide's own where they are square and fit for a viewer, else the usual one", () => {
    expect([128, 240, 256, 512, 1024].map((size) => side(size))).toEqual([128, 240, 256, 512, 1024]);
    expect([side(16), side(127), side(1025), side(40_000), side(240, 128), side(2220, 16)]).toEqual(
      Array(6).fill(256),
    );
    expect(planDeepZoom(2220, 2967, side(240)).tileSize).toBe(240);
  });
});

const REAL = [
  { name: "CMU-1-Small-Region.svs", size: 240 },
  {
    name: "skin-10x-mpp1.172-11264x11264.tif",
    size: 256,
  },
] as const;
const path = (name: string) => realData(`slides/${name}`);
const available = REAL.filter(({ name }) => path(name) !== null);

describe.skipIf(available.length < REAL.length)(`real slides (${NO_REAL_DATA})`, () => {
  it.each(REAL)("hand on the tiles of $name as they are", async ({ name, size }) => {
    const slide = await openSlide(path(name)!, { backend: "own", decoders: await testDecoders() });
    const pixels = new SlidePixels(slide, ownTileSize(slide, 256));
    expect(pixels.plan.tileSize).toBe(size);
    const { last } = pixels.plan;
    for (const [level, column, row] of [
      [last, 0, 0],
      [last, 4, 7],
      [last, 8, 3],
      [last - 1, 1, 2],
    ] as const) {
      const planned = tileAt(pixels.plan, level, column, row)!;
      const jpeg = await pixels.storedTile(level, planned);
      if (level < last && slide.levels.length === 1) {
        expect(jpeg).toBeNull();
        continue;
      }
      const tile = { jpeg: jpeg!, size, pixels: (await pixels.tile(level, planned)).data };
      expect(isSame(await decodedAlone(tile), tile.pixels)).toBe(true);
      expect(meanDifference(await decodedBySharp(tile), tile.pixels)).toBeLessThan(OTHER_DECODER);
    }
    await slide.close();
  });
});

describe.skipIf(chromiumPath === undefined)("in Chromium (skipped where there is none)", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
    page = await browser.newPage();
  }, 60_000);
  afterAll(() => browser?.close());

  /** RGB as a page sees it. */
  async function decodedByPage({ jpeg, size }: Passed): Promise<Uint8Array> {
    const base64 = Buffer.from(jpeg).toString("base64");
    const text = (await page.evaluate(`(async () => {
      const bytes = Uint8Array.from(atob("${base64}"), (letter) => letter.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      const context = new OffscreenCanvas(${size}, ${size}).getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, ${size}, ${size});
      return Array.from(data, (value) => String.fromCharCode(value)).join("");
    })()`)) as string;
    return Uint8Array.from({ length: 3 * size * size }, (_, i) =>
      text.charCodeAt(4 * Math.floor(i / 3) + (i % 3)),
    );
  }

  it("is seen in its colours, in every format and kind of stream", { timeout: 60_000 }, async () => {
    for (const fixture of STORES_JPEG) {
      const slide = await openFixture(fixture);
      const { passed } = await tilesOf(slide);
      const seen = await decodedByPage(passed.at(-1)!);
      expect(meanDifference(seen, passed.at(-1)!.pixels), fixture.name).toBeLessThan(OTHER_DECODER);
      await slide.close();
    }
  });

  it.each(available)("is seen in its colours: $name", async ({ name, size }) => {
    const slide = await openSlide(path(name)!, { backend: "own", decoders: await testDecoders() });
    const jpeg = (await slide.readJpegTile(0, 4, 7))!;
    const window = { left: 4 * size, top: 7 * size, width: size, height: size };
    const seen = await decodedByPage({ jpeg, size, pixels: jpeg });
    expect(meanDifference(seen, (await slide.readRegion(0, window)).data)).toBeLessThan(OTHER_DECODER);
    await slide.close();
  });
});
