// The format contract: whatever a slide is stored as, the reader makes the same of it. One suite for every format and
// level layout; a new format joins it by a row in the fixtures.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSlide } from "../../src/local/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import { readAtMpp, type Slide } from "../../src/slide/index.ts";
import { LABEL_COLOUR, MACRO_COLOUR } from "../support/slide-writers/aperio.ts";
import { SLIDE_FIXTURES, type SlideFixture } from "../support/slide-writers/fixtures.ts";
import { DISC_WINDOW, DISCS, locateDisc, PATTERN_MPP } from "../support/slide-writers/pattern.ts";

const STATED = { x: PATTERN_MPP, y: PATTERN_MPP };

/** The pixels of a box that reaches inside. */
function cut(image: RgbImage, left: number, top: number, width: number, height: number): RgbImage {
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * image.width + left);
    data.set(image.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, data };
}

/** Mean absolute difference of a sample; of the red ones alone where all channels must show it. */
function difference(read: RgbImage, written: RgbImage, grey = false): number {
  expect([read.width, read.height]).toEqual([written.width, written.height]);
  let sum = 0;
  for (let i = 0; i < read.data.length; i++)
    sum += Math.abs(read.data[i]! - written.data[grey ? i - (i % 3) : i]!);
  return sum / read.data.length;
}

const isWhite = ({ data }: RgbImage) => data.every((value) => value === 255);

describe.each(SLIDE_FIXTURES)("$name", (fixture) => {
  let folder: string;
  let slide: Slide;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-format-"));
    for (const { name, bytes } of await fixture.files()) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), bytes);
    }
    slide = await openSlide(join(folder, fixture.open), { backend: "own" });
  });
  afterAll(async () => {
    await slide?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it("is recognised, with its levels, µm/px and its source, power and pictures", () => {
    const { format, mppSource, objective, levels, associated } = slide;
    expect({ format, mppSource, objective }).toEqual({
      format: fixture.format,
      mppSource: fixture.mppSource,
      objective: fixture.objective,
    });
    expect(levels.map(({ width, height }) => [width, height])).toEqual(fixture.levels);
    expect(associated.map(({ name }) => name).sort()).toEqual(fixture.associated);
    if (fixture.mpp === null) expect(slide.mpp).toBeNull();
    else for (const axis of ["x", "y"] as const) expect(slide.mpp![axis]).toBeCloseTo(fixture.mpp[axis], 6);
    for (const { downsampleX, downsampleY, width, height } of levels) {
      expect(downsampleX).toBeCloseTo(fixture.level0.width / width, 9);
      expect(downsampleY).toBeCloseTo(fixture.level0.height / height, 9);
    }
  });

  it("holds the pixels that were written", async () => {
    const { level0, tolerance, grey, missing = [] } = fixture;
    const { width, height } = level0;
    // Missing tiles have a test of their own: here the part of level 0 to the right of them.
    const left = missing.length > 0 ? 512 : 0;
    const read = await slide.readRegion(0, { left, top: 0, width: width - left, height });
    const written = cut(level0, left, 0, width - left, height);
    const apart = difference(read, written, grey);
    if (tolerance === 0) expect(apart).toBe(0);
    else expect(apart).toBeLessThan(tolerance);
  });

  it("gives parts equal to the whole, across tiles and beyond the edges, white outside", async () => {
    const { width, height } = fixture.level0;
    const whole = await slide.readRegion(0, { left: 0, top: 0, width, height });
    const across = await slide.readRegion(0, { left: 203, top: 181, width: 131, height: 119 });
    expect(difference(across, cut(whole, 203, 181, 131, 119))).toBe(0);
    const corner = await slide.readRegion(0, { left: width - 40, top: height - 30, width: 100, height: 90 });
    expect(difference(cut(corner, 0, 0, 40, 30), cut(whole, width - 40, height - 30, 40, 30))).toBe(0);
    expect(isWhite(cut(corner, 40, 0, 60, 90))).toBe(true);
    expect(isWhite(cut(corner, 0, 30, 100, 60))).toBe(true);
  });

  it("opens its pictures when asked by name", async () => {
    for (const { name, width, height } of slide.associated) {
      const image = await slide.readAssociated(name);
      expect([name, image.width, image.height]).toEqual([name, width, height]);
      const colour = { label: LABEL_COLOUR, macro: MACRO_COLOUR }[name];
      if (colour === undefined) continue;
      for (const channel of [0, 1, 2] as const)
        expect(Math.abs(image.data[channel]! - colour[channel])).toBeLessThan(4);
    }
  });

  const { missing } = fixture;
  if (missing !== undefined) {
    it("shows missing tiles white, and their neighbours", async () => {
      const size = fixture.tileSize ?? 256;
      for (const { level, column, row } of missing) {
        const box = { left: column * size, top: row * size, width: size, height: size };
        expect(isWhite(await slide.readRegion(level, box))).toBe(true);
        expect(isWhite(await slide.readRegion(level, { ...box, left: box.left + size }))).toBe(false);
      }
    });
    return;
  }

  /** The slide with its true µm/px, stated by the caller where the file cannot. */
  async function scaled(): Promise<Slide> {
    const stated = fixture.mpp !== null && fixture.mppSource !== "objective";
    return openSlide(join(folder, fixture.open), { backend: "own", mpp: stated ? undefined : STATED });
  }

  it.each([1, 2.5, 8])("puts every feature at its µm at %d µm/px", async (mpp) => {
    const slide = await scaled();
    await expectDiscs(slide, fixture, mpp);
    await slide.close();
  });

  it("puts every feature at its µm at any µm/px and in any window", async () => {
    const slide = await scaled();
    const { width, height } = fixture.level0;
    const coordinate = fc.double({ min: -80, max: 250, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.6, max: 9, noNaN: true }),
        coordinate,
        coordinate,
        (mpp, left, top) =>
          expectDiscs(slide, fixture, mpp, { left, top, width: width - left, height: height - top }),
      ),
      { numRuns: 2 },
    );
    await slide.close();
  });
});

/** Every disc that lies whole in the window is where it should be, to half an output pixel. */
async function expectDiscs(
  slide: Slide,
  { level0, grey, mpp: stated, mppSource }: SlideFixture,
  mpp: number,
  window = { left: 0, top: 0, width: level0.width, height: level0.height },
): Promise<void> {
  const size = stated === null || mppSource === "objective" ? STATED : stated;
  const image = await readAtMpp(slide, mpp, window);
  const origin = { x: window.left * size.x, y: window.top * size.y };
  let seen = 0;
  for (const disc of DISCS) {
    const clear = DISC_WINDOW + mpp;
    const inside =
      disc.x - clear > origin.x &&
      disc.y - clear > origin.y &&
      disc.x + clear < Math.min(level0.width * size.x, origin.x + image.width * mpp) &&
      disc.y + clear < Math.min(level0.height * size.y, origin.y + image.height * mpp);
    if (!inside) continue;
    seen++;
    const found = locateDisc(image, { x: mpp, y: mpp }, disc, origin, grey);
    expect(Math.abs(found.x - disc.x), `x of the disc at ${disc.x}, ${disc.y}`).toBeLessThan(mpp / 2);
    expect(Math.abs(found.y - disc.y), `y of the disc at ${disc.x}, ${disc.y}`).toBeLessThan(mpp / 2);
  }
  expect(seen).toBeGreaterThan(3);
}
