// Small slides for tests of preparing: white glass with pieces of "tissue" at known places, written as pyramidal TIFF.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";

/** A disc of tissue in µm. */
export interface Disc {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

/** A slide to be written. */
export interface TestSlide {
  /** µm. */
  readonly width: number;
  readonly height: number;
  /** µm per pixel, and what the file states (default the same; `null` nothing). */
  readonly mpp: number;
  readonly stated?: number | null;
  readonly discs: readonly Disc[];
}

/** Pink noise on grey-white glass. */
export function drawSlide({ width, height, mpp, discs }: TestSlide): RgbImage {
  const columns = Math.round(width / mpp);
  const rows = Math.round(height / mpp);
  const data = new Uint8Array(3 * columns * rows).fill(244);
  const noise = Generator.derive(1, "slide");
  for (let y = 0, k = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, k += 3) {
      const [px, py] = [(x + 0.5) * mpp, (y + 0.5) * mpp];
      if (!discs.some((disc) => Math.hypot(px - disc.x, py - disc.y) < disc.radius)) continue;
      const shade = noise.integer(60);
      data[k] = 210 - shade / 2;
      data[k + 1] = 110 - shade;
      data[k + 2] = 170 - shade / 2;
    }
  return rgbImage(columns, rows, data);
}

/** Writes a slide below a folder and returns its path. */
export async function writeSlide(folder: string, name: string, slide: TestSlide): Promise<string> {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const stated = slide.stated === undefined ? slide.mpp : slide.stated;
  const mpp = stated ?? slide.mpp;
  const bytes = await writeGenericTiff({
    image: drawSlide(slide),
    mpp: { x: mpp, y: mpp },
    downsamples: [1, 4],
    segmentation: { tileWidth: 256, tileHeight: 256 },
    storage: { compression: "deflate" },
    unit: stated === null ? null : "centimetre",
  });
  writeFileSync(path, bytes);
  return path;
}

/** Two discs of tissue, 250 and 200 µm in radius, on 2.4 x 1.6 mm of glass at 1 µm per pixel. */
export const TWO_DISCS: TestSlide = {
  width: 2400,
  height: 1600,
  mpp: 1,
  discs: [
    { x: 600, y: 700, radius: 250 },
    { x: 1700, y: 800, radius: 200 },
  ],
};
