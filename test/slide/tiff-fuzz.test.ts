// Damaged slides of every TIFF-based format: each ends soon in a typed error or in pixels, in bounded memory.
import { describe, expect, it } from "vitest";
import { readAtMpp, type Slide } from "../../src/slide/index.ts";
import { mutants, typedOutcomeAsync } from "../support/mutate.ts";
import { openBytes } from "../support/open-bytes.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";
import { writeLeica } from "../support/slide-writers/leica.ts";
import { writeOmeTiff } from "../support/slide-writers/ome-tiff.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";
import { writePhilips } from "../support/slide-writers/philips.ts";
import { writeVentana } from "../support/slide-writers/ventana.ts";

/** Mutants in all; LOWMAG_FUZZ multiplies them for a long run. */
const PER_FILE = 300 * Number(process.env.LOWMAG_FUZZ ?? 1);

const image = drawPattern(128, 96);
const mpp = { x: 0.25, y: 0.25 };
const lzw = { compression: "lzw", predictor: true } as const;
const tiles = { tileWidth: 32, tileHeight: 32 };
const jpeg = { compression: "jpeg", sharedTables: true } as const;

const FILES: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "generic, deflate, BigTIFF": () =>
    writeGenericTiff({
      image,
      mpp,
      downsamples: [1, 2],
      segmentation: tiles,
      storage: { compression: "deflate", predictor: true },
      layout: { bigTiff: true, bigEndian: true },
    }),
  "generic, uncompressed strip": () =>
    writeGenericTiff({
      image,
      mpp,
      downsamples: [1, 2],
      segmentation: { rowsPerStrip: 96 },
      storage: { compression: "none" },
    }),
  Aperio: () =>
    writeAperio({ image, downsamples: [1, 4], mpp: 0.25, objective: 40, tileSize: 32, storage: jpeg }),
  "OME-TIFF": () => writeOmeTiff({ image, downsamples: [1, 2], mpp, unit: "µm", tileSize: 32, storage: lzw }),
  Philips: () => writePhilips({ image, mpp: 0.25, downsamples: [1, 2], tileSize: 32 }),
  Leica: () => writeLeica({ image, mpp: 0.25, downsamples: [1, 2], tileSize: 32, origin: { x: 9, y: 9 } }),
  Ventana: () => writeVentana({ image, mpp: 0.25, downsamples: [1, 2], tileSize: 32 }),
};

/** Uses a slide as a command would: every level, every picture, a read by scale. */
async function use(bytes: Uint8Array): Promise<void> {
  const slide: Slide = await openBytes(bytes);
  for (const [level, { width, height }] of slide.levels.entries()) {
    const [right, bottom] = [Math.max(0, width - 300), Math.max(0, height - 300)];
    await slide.readRegion(level, { left: 0, top: 0, width: 130, height: 100 });
    await slide.readRegion(level, { left: right, top: bottom, width: 310, height: 310 });
  }
  for (const { name } of slide.associated) await slide.readAssociated(name);
  if (slide.mpp !== null)
    await readAtMpp(slide, 4 * slide.mpp.x, { left: 0, top: 0, width: 400, height: 300 });
}

describe.each(Object.entries(FILES))("damaged copies of %s", (_, write) => {
  it("end in a typed error or in pixels", { timeout: 600_000 }, async () => {
    const whole = await write();
    await use(whole);
    const outcomes = new Map<string, number>();
    for (const { bytes, recipe } of mutants(whole, { seed: 11, count: PER_FILE, header: whole.length })) {
      const outcome = await typedOutcomeAsync(recipe, () => use(bytes));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Damage must be met, and must not kill everything: otherwise the test looks at nothing.
    expect(outcomes.get("read") ?? 0).toBeGreaterThan(PER_FILE / 50);
    expect(outcomes.get("corrupt-data") ?? 0).toBeGreaterThan(PER_FILE / 10);
    expect(process.memoryUsage().rss).toBeLessThan(1200 * 2 ** 20);
  });
});
