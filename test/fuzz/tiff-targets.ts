// TIFF in all its formats, each twice: its directories alone, where all damage falls on what the parser believes, and the
// slide as a command uses it, with every level and picture read.
import { readAtMpp } from "../../src/slide/index.ts";
import { jpeg2000Samples, sampleNamed } from "../codec/samples.ts";
import { openBytes } from "../support/open-bytes.ts";
import { writeAperio } from "../support/slide-writers/aperio.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";
import { writeLeica } from "../support/slide-writers/leica.ts";
import { writeOmeTiff } from "../support/slide-writers/ome-tiff.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";
import { writePhilips } from "../support/slide-writers/philips.ts";
import { writeVentana } from "../support/slide-writers/ventana.ts";
import type { FuzzTarget } from "./target.ts";

const image = drawPattern(64, 48);
const mpp = { x: 0.25, y: 0.25 };
const tiles = { tileWidth: 32, tileHeight: 32 };
const jpeg = { compression: "jpeg", sharedTables: true } as const;
const aperio = { image, mpp: 0.25, objective: 40, tileSize: 32, storage: jpeg };
const halves = [1, 2];

/** Small slides of every format. */
const FILES: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  "classic, strips without compression": () =>
    writeGenericTiff({
      image,
      mpp,
      downsamples: halves,
      segmentation: { rowsPerStrip: 20 },
      storage: { compression: "none" },
    }),
  "classic, PackBits": () =>
    writeGenericTiff({
      image,
      mpp,
      downsamples: halves,
      segmentation: tiles,
      storage: { compression: "packbits" },
    }),
  "BigTIFF, big-endian, deflate": () =>
    writeGenericTiff({
      image,
      mpp,
      downsamples: halves,
      segmentation: tiles,
      storage: { compression: "deflate", predictor: true },
      layout: { bigTiff: true, bigEndian: true },
    }),
  Aperio: () => writeAperio({ ...aperio, downsamples: halves }),
  "Aperio, JPEG 2000": () =>
    writeAperio({
      ...aperio,
      image: drawPattern(64, 64),
      downsamples: [1],
      tileSize: 64,
      compressed: { tag: 33005, tiles: [[sampleNamed(jpeg2000Samples(), "irreversible 64 x 64").tile.data]] },
    }),
  "OME-TIFF, LZW": () =>
    writeOmeTiff({
      image,
      downsamples: halves,
      mpp,
      unit: "µm",
      tileSize: 32,
      storage: { compression: "lzw", predictor: true },
    }),
  Philips: () => writePhilips({ image, mpp: 0.25, downsamples: halves, tileSize: 32 }),
  Leica: () => writeLeica({ image, mpp: 0.25, downsamples: halves, tileSize: 32, origin: { x: 9, y: 9 } }),
  Ventana: () => writeVentana({ image, mpp: 0.25, downsamples: halves, tileSize: 32 }),
};

/** Uses a slide as a command would: every level, every picture, a read by scale. */
export async function useSlide(bytes: Uint8Array): Promise<void> {
  const slide = await openBytes(bytes);
  for (const [level, { width, height }] of slide.levels.entries()) {
    const [right, bottom] = [Math.max(0, width - 70), Math.max(0, height - 50)];
    await slide.readRegion(level, { left: 0, top: 0, width: 70, height: 50 });
    if (right + bottom > 0)
      await slide.readRegion(level, { left: right, top: bottom, width: 75, height: 55 });
  }
  for (const { name } of slide.associated) await slide.readAssociated(name);
  await slide.readIccProfile();
  if (slide.mpp !== null)
    await readAtMpp(slide, 4 * Math.max(slide.mpp.x, slide.mpp.y), {
      left: 0,
      top: 0,
      width: 90,
      height: 60,
    });
}

export const TIFF_TARGETS: readonly FuzzTarget[] = Object.entries(FILES).flatMap(([name, original]) => [
  { name: `TIFF directories, ${name}`, original, parse: (bytes) => openBytes(bytes) },
  { name: `TIFF slide, ${name}`, original, parse: useSlide },
]);
