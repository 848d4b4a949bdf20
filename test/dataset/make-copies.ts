// Pictures with structure, and copies of them: flipped, turned, cut, coloured anew, compressed.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TissueImage } from "../../src/dataset/index.ts";
import { encodeJpeg, encodePng } from "../../src/image/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import { imageOf } from "./make-data.ts";

/** A picture of many dark, soft-edged spots of several sizes on a light ground: about what nuclei make of a tile. */
export function spots(width: number, height: number, seed: number): RgbImage {
  const generator = Generator.derive(seed, "spots");
  const dark = new Float64Array(width * height);
  const side = Math.sqrt(width * height);
  for (let n = 0; n < 260; n++) {
    const x = generator.uniform(0, width);
    const y = generator.uniform(0, height);
    const long = generator.uniform(0.008, 0.035) * side;
    const short = long * generator.uniform(0.4, 1);
    const angle = generator.uniform(0, Math.PI);
    addSpot(dark, width, height, { x, y, long, short, angle, depth: generator.uniform(0.2, 0.9) });
  }
  const data = new Uint8Array(3 * width * height);
  for (const [i, depth] of dark.entries()) {
    const stain = 1 - Math.exp(-depth);
    data.set([235 - 120 * stain, 205 - 150 * stain, 225 - 70 * stain].map(Math.round), 3 * i);
  }
  return rgbImage(width, height, data);
}

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly long: number;
  readonly short: number;
  readonly angle: number;
  readonly depth: number;
}

function addSpot(dark: Float64Array, width: number, height: number, spot: Spot): void {
  const { x, y, long, short, angle, depth } = spot;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const reach = 2.2 * long;
  for (let v = Math.max(0, Math.ceil(y - reach)); v < Math.min(height, y + reach); v++)
    for (let u = Math.max(0, Math.ceil(x - reach)); u < Math.min(width, x + reach); u++) {
      const along = ((u - x) * cos + (v - y) * sin) / long;
      const across = ((v - y) * cos - (u - x) * sin) / short;
      dark[v * width + u]! += depth * Math.exp(-((along ** 2 + across ** 2) ** 2));
    }
}

/** How a copy is made: turned about its middle (degrees), mirrored, enlarged, shifted (shares of the side), coloured. */
export interface Copying {
  readonly angle?: number;
  readonly mirrored?: boolean;
  readonly zoom?: number;
  readonly shiftX?: number;
  readonly shiftY?: number;
  readonly colour?: (rgb: readonly [number, number, number]) => readonly [number, number, number];
}

/** The copy, of the size of the original; what it shows of outside is the border continued, so zoom enough. */
export function copyOf(image: RgbImage, copying: Copying): RgbImage {
  const { angle = 0, mirrored = false, zoom = 1, shiftX = 0, shiftY = 0, colour = (rgb) => rgb } = copying;
  const { width, height } = image;
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180) / zoom, Math.sin((angle * Math.PI) / 180) / zoom];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = (mirrored ? -1 : 1) * (x - (width - 1) / 2);
      const v = y - (height - 1) / 2;
      const rgb = sampleRgb(
        image,
        cos * u - sin * v + (width - 1) / 2 + shiftX * width,
        sin * u + cos * v + (height - 1) / 2 + shiftY * height,
      );
      data.set(
        colour(rgb).map((value) => Math.max(0, Math.min(255, Math.round(value)))),
        3 * (y * width + x),
      );
    }
  return rgbImage(width, height, data);
}

function sampleRgb({ width, height, data }: RgbImage, x: number, y: number): [number, number, number] {
  const u = Math.min(Math.max(x, 0), width - 1.001);
  const v = Math.min(Math.max(y, 0), height - 1.001);
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [dx, dy] = [u - left, v - top];
  const at = (row: number, column: number, c: number) => data[3 * (row * width + column) + c]!;
  const value = (c: number) =>
    (at(top, left, c) * (1 - dx) + at(top, left + 1, c) * dx) * (1 - dy) +
    (at(top + 1, left, c) * (1 - dx) + at(top + 1, left + 1, c) * dx) * dy;
  return [value(0), value(1), value(2)];
}

/** Writes a picture (PNG, or JPEG of a quality) and says what a data set would of it. */
export async function storedImage(
  folder: string,
  id: string,
  image: RgbImage,
  parts: Partial<TissueImage> = {},
  quality = 60,
): Promise<TissueImage> {
  const path = join(folder, id);
  const bytes = id.endsWith(".png") ? await encodePng(image) : await encodeJpeg(image, quality);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  const { width, height } = image;
  return imageOf(id, { path, width, height, contentHash: hashBytes(bytes), label: "A", ...parts });
}
