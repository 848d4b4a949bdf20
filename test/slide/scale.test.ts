// The promise of the slide room: whatever the format and the layout of its levels, what lies at a place in µm is found at
// that place, at any µm/px, within half an output pixel.
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { outputSize, readAtMpp, type Slide } from "../../src/slide/index.ts";
import { openBytes } from "../support/open-bytes.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";
import { writeLeica } from "../support/slide-writers/leica.ts";
import { writeNdpi } from "../support/slide-writers/ndpi.ts";
import { writeOmeTiff } from "../support/slide-writers/ome-tiff.ts";
import {
  DISC_WINDOW,
  DISCS,
  drawPattern,
  locateDisc,
  PATTERN_MPP,
  PATTERN_WIDTH,
} from "../support/slide-writers/pattern.ts";
import { writePhilips } from "../support/slide-writers/philips.ts";
import { writeVentana } from "../support/slide-writers/ventana.ts";

const odd = drawPattern();
/** Sides that tiles of 64 and downsamples of 8 divide, for formats that know no others. */
const even = drawPattern(1216, 960);
const mpp = { x: PATTERN_MPP, y: PATTERN_MPP };
const lzw = { compression: "lzw", predictor: true } as const;
const jpeg = { compression: "jpeg", sharedTables: true } as const;
const tiles = { tileWidth: 64, tileHeight: 64 };

/** Every format and level layout, with its file. */
const LAYOUTS: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "generic, levels 1/2/4": () =>
    writeGenericTiff({ image: odd, mpp, downsamples: [1, 2, 4], segmentation: tiles, storage: lzw }),
  "generic, levels 1/4/16 that repeat level 0's tag": () =>
    writeGenericTiff({
      image: odd,
      mpp,
      downsamples: [1, 4, 16],
      segmentation: tiles,
      storage: jpeg,
      repeatResolution: true,
    }),
  "generic, downsamples that are no whole numbers": () =>
    writeGenericTiff({
      image: odd,
      mpp,
      downsamples: [1, 2.0005, 5.37],
      segmentation: { tileWidth: 112, tileHeight: 48 },
      storage: { compression: "deflate" },
    }),
  "generic, one level of strips, big-endian": () =>
    writeGenericTiff({
      image: odd,
      mpp,
      downsamples: [1],
      segmentation: { rowsPerStrip: 23 },
      storage: { compression: "packbits" },
      layout: { bigEndian: true },
    }),
  "generic, one uncompressed strip, BigTIFF": () =>
    writeGenericTiff({
      image: odd,
      mpp,
      downsamples: [1],
      segmentation: { rowsPerStrip: odd.height },
      storage: { compression: "none" },
      layout: { bigTiff: true },
      unit: "inch",
    }),
  "Aperio, levels 1/4": () =>
    writeAperio({
      image: odd,
      downsamples: [1, 4],
      mpp: PATTERN_MPP,
      objective: 40,
      tileSize: 240,
      storage: jpeg,
    }),
  "OME-TIFF with SubIFDs, nm": () =>
    writeOmeTiff({ image: odd, downsamples: [1, 2, 8], mpp, unit: "nm", tileSize: 128, storage: lzw }),
  "Philips, padded levels": () =>
    writePhilips({ image: even, mpp: PATTERN_MPP, downsamples: [1, 2, 4, 8], tileSize: 64 }),
  "Leica, on the glass": () =>
    writeLeica({
      image: odd,
      mpp: PATTERN_MPP,
      downsamples: [1, 4],
      tileSize: 128,
      origin: { x: 300, y: 200 },
    }),
  "Hamamatsu NDPI": async () =>
    writeNdpi({ image: even, mpp: PATTERN_MPP, downsamples: [1, 2, 4], restartInterval: 2 }),
  "Ventana, plain": () =>
    writeVentana({ image: even, mpp: PATTERN_MPP, downsamples: [1, 2, 4], tileSize: 64 }),
};

/** The largest distance of any disc from its place, in output pixels. */
async function largestMiss(slide: Slide, target: number): Promise<number> {
  const image = await readAtMpp(slide, target);
  const found = DISCS.map((disc) => ({ disc, at: locateDisc(image, { x: target, y: target }, disc) }));
  return Math.max(...found.map(({ disc, at }) => Math.hypot(at.x - disc.x, at.y - disc.y) / target));
}

describe.each(Object.entries(LAYOUTS))("%s", (_, write) => {
  let slide: Slide;
  beforeAll(async () => {
    slide = await openBytes(await write());
  });

  it("states its µm/px and puts every disc at its place at 0.265, 1, 2.5 and 8 µm/px", async () => {
    expect(slide.mpp?.x).toBeCloseTo(PATTERN_MPP, 4);
    expect(slide.mpp?.y).toBeCloseTo(PATTERN_MPP, 4);
    for (const target of [PATTERN_MPP, 1, 2.5, 8]) {
      const { width } = outputSize(slide, target);
      expect(width).toBe(Math.round((slide.levels[0]!.width * PATTERN_MPP) / target));
      expect(await largestMiss(slide, target)).toBeLessThan(0.5);
    }
  });

  it("does so at any fraction", async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0.27, max: 9, noNaN: true }), async (target) => {
        expect(await largestMiss(slide, target)).toBeLessThan(0.5);
      }),
      { numRuns: 4, seed: 3 },
    );
  });
});

describe("a window", () => {
  it("shows the same place as the whole slide, whatever its corner", async () => {
    const slide = await openBytes(await LAYOUTS["generic, levels 1/2/4"]!());
    const [disc] = DISCS.slice(5, 6);
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.3, max: 6, noNaN: true }),
        fc.double({ min: -30, max: 0, noNaN: true }),
        async (target, shift) => {
          const left = Math.round((disc!.x - DISC_WINDOW - 5) / PATTERN_MPP + shift);
          const top = Math.round((disc!.y - DISC_WINDOW - 5) / PATTERN_MPP);
          const image = await readAtMpp(slide, target, { left, top, width: 280, height: 260 });
          const origin = { x: left * PATTERN_MPP, y: top * PATTERN_MPP };
          const at = locateDisc(image, { x: target, y: target }, disc!, origin);
          expect(Math.hypot(at.x - disc!.x, at.y - disc!.y) / target).toBeLessThan(0.5);
        },
      ),
      { numRuns: 15, seed: 4 },
    );
  });
});

describe("pixels that are not square", () => {
  it("are read by their own µm/px in x and y", async () => {
    const shape = { x: PATTERN_MPP, y: 0.4 };
    const image = drawPattern(PATTERN_WIDTH, 600, shape);
    const storage = { compression: "deflate" } as const;
    const slide = await openBytes(
      await writeGenericTiff({ image, mpp: shape, downsamples: [1, 2], segmentation: tiles, storage }),
    );
    expect(slide.mpp).toEqual(shape);
    for (const target of [0.5, 1, 2.5]) expect(await largestMiss(slide, target)).toBeLessThan(0.5);
  });
});
