// Small data sets for the tests of this room: images on disk in a folder of their own, and images that only exist as data.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import type { Dataset, TissueImage } from "../../src/dataset/index.ts";
import { encodePng } from "../../src/image/index.ts";
import { type RgbImage, rgbImage } from "../../src/pixels/index.ts";

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** A new empty folder, removed after the tests of the file. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-dataset-"));
  folders.push(folder);
  return folder;
}

/** Pixels that differ from image to image and place to place. */
export function pattern(width: number, height: number, seed: number): RgbImage {
  const value = (_: unknown, i: number) => (i * 31 + seed * 101 + ((i * i) >> 3)) % 256;
  return rgbImage(width, height, Uint8Array.from({ length: 3 * width * height }, value));
}

/** How a test image is drawn; by default 16 x 12 pixels, a content of its own, no µm/px in the file. */
export interface Drawing {
  readonly width?: number;
  readonly height?: number;
  readonly seed?: number;
  readonly mpp?: number;
}

let nextSeed = 0;

/** Writes PNG images (names ending in .png) and texts into a new folder, whose path it returns. */
export async function writeData(files: Readonly<Record<string, Drawing | string>>): Promise<string> {
  const folder = await newFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (typeof content === "string") await writeFile(path, content);
    else {
      const { width = 16, height = 12, seed = nextSeed++, mpp } = content;
      await writeFile(path, await encodePng(pattern(width, height, seed), mpp));
    }
  }
  return folder;
}

/** `count` drawings `<prefix>1.png` …. */
export function drawings(prefix: string, count: number, drawing: Drawing = {}): Record<string, Drawing> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i + 1}.png`, drawing]));
}

/** An image that exists only as data. */
export function imageOf(id: string, parts: Partial<TissueImage> = {}): TissueImage {
  return {
    id,
    path: `/data/${id}`,
    label: null,
    patient: null,
    split: null,
    mpp: 1,
    mppSource: "option",
    width: 64,
    height: 64,
    contentHash: `hash of ${id}`,
    ...parts,
  };
}

/** A data set of images that exist only as data; classes are the labels in lexical order. */
export function datasetOf(images: readonly TissueImage[]): Dataset {
  const labels = images.flatMap(({ label }) => (label === null ? [] : [label]));
  return { classes: [...new Set(labels)].sort(), images };
}

/** `code: message` of the error that an action gives, with `folder` written as `<data>`. */
export async function refusalOf(action: () => unknown, folder = "\0"): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    return `${error.code}: ${error.message}`.replaceAll(folder, "<data>");
  }
  return "no error";
}
