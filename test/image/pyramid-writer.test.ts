// The pyramid writer against libvips and libtiff (through sharp), which share no code with it.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type PyramidOptions,
  type PyramidSource,
  readImageHeader,
  writePyramid,
} from "../../src/image/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { type RgbImage, resampleArea } from "../../src/pixels/index.ts";
import { drawPattern } from "../support/slide-writers/pattern.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lowmag-pyramid-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const image = drawPattern(700, 333);

/** Serves whole rows of an image. */
function sourceOf({ width, height, data }: RgbImage, mpp = 0.265): PyramidSource {
  return {
    width,
    height,
    mpp: { x: mpp, y: mpp },
    read: (_left, top, columns, rows) => ({
      width: columns,
      height: rows,
      data: data.subarray(3 * top * width, 3 * (top + rows) * width),
    }),
  };
}

async function write(options: PyramidOptions = {}, source = sourceOf(image)) {
  const path = join(folder, "slide.tif");
  return { path, summary: await writePyramid(path, source, options) };
}

async function level(path: string, page: number): Promise<RgbImage> {
  const { data, info } = await sharp(path, { page }).raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8Array(data) };
}

/** Mean absolute difference of two images of one size. */
function difference(a: RgbImage, b: RgbImage): number {
  if (a.width !== b.width || a.height !== b.height) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return sum / a.data.length;
}

describe("writePyramid", () => {
  it.each([
    { step: 2, tileSize: 64, bigTiff: false },
    { step: 4, tileSize: 64, bigTiff: false },
    { step: 2, tileSize: 256, bigTiff: true },
  ] as const)("stores every level to the bit with deflate (%o)", async (options) => {
    const { path, summary } = await write({ ...options, compression: { kind: "deflate" } });
    expect((await sharp(path).metadata()).pages).toBe(summary.levels.length);
    let expected = image;
    for (const [page, { width, height }] of summary.levels.entries()) {
      if (page > 0) expected = resampleArea(expected, width, height);
      expect(difference(await level(path, page), expected)).toBe(0);
    }
    expect(Math.max(expected.width, expected.height)).toBeLessThanOrEqual(options.tileSize);
    const magic = (await readFile(path)).readUInt16LE(2);
    expect(magic).toBe(options.bigTiff ? 43 : 42);
  });

  it.each(["4:2:0", "4:4:4"] as const)("stores pictures as JPEG with %s colour", async (chroma) => {
    const { path, summary } = await write({ compression: { kind: "jpeg", quality: 95, chroma } });
    let expected = image;
    for (const [page, { width, height }] of summary.levels.entries()) {
      if (page > 0) expected = resampleArea(expected, width, height);
      expect(difference(await level(path, page), expected)).toBeLessThan(1.2);
    }
  });

  it.each([0.265, 1, 0.123_456_789, 2.5])("states %d µm/px so that it reads back", async (mpp) => {
    const { path } = await write({}, sourceOf(image, mpp));
    const stated = (await readImageHeader(path)).mpp!;
    expect(Math.abs(stated.x / mpp - 1)).toBeLessThan(1e-7);
    expect(stated.y).toBe(stated.x);
  });

  it("states each level's own µm/px", async () => {
    const { path, summary } = await write();
    const metadata = await sharp(path, { page: 1 }).metadata();
    // sharp tells pixels per inch, rounded.
    const perInch = (25_400 / 0.265) * (summary.levels[1]!.width / image.width);
    expect(Math.abs(metadata.density! - perInch)).toBeLessThan(1);
  });

  it("writes the same bytes for the same pixels", async () => {
    const first = hashBytes(await readFile((await write()).path));
    expect(hashBytes(await readFile((await write()).path))).toBe(first);
  });

  it("asks for each row once, in bands of a row of tiles", async () => {
    const asked: number[][] = [];
    const plain = sourceOf(image);
    const read: PyramidSource["read"] = (...box) => {
      asked.push(box);
      return plain.read(...box);
    };
    await write({ tileSize: 128 }, { ...plain, read });
    expect(asked).toEqual([
      [0, 0, 700, 128],
      [0, 128, 700, 128],
      [0, 256, 700, 77],
    ]);
  });

  it("leaves nothing behind, and an old file alone, when the picture cannot be read", async () => {
    await writeFile(join(folder, "slide.tif"), "old");
    const read = (_l: number, top: number, width: number, height: number) => {
      if (top > 0) throw new Error("no more");
      return { width, height, data: new Uint8Array(3 * width * height) };
    };
    await expect(write({}, { ...sourceOf(image), read })).rejects.toThrow("no more");
    expect(await readdir(folder)).toEqual(["slide.tif"]);
    expect(await readFile(join(folder, "slide.tif"), "utf8")).toBe("old");
  });

  it("stops between bands when asked to", async () => {
    const stop = new AbortController();
    const plain = sourceOf(image);
    const read: PyramidSource["read"] = (...box) => {
      stop.abort();
      return plain.read(...box);
    };
    const writing = write({ signal: stop.signal }, { ...plain, read });
    await expect(writing).rejects.toMatchObject({ code: "cancelled" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("says when it cannot write", async () => {
    await writeFile(join(folder, "file"), "");
    const writing = writePyramid(join(folder, "file", "slide.tif"), sourceOf(image));
    await expect(writing).rejects.toMatchObject({ code: "not-writable" });
  });

  it.each<[Partial<PyramidSource>, PyramidOptions, string]>([
    [{ width: 0 }, {}, "width"],
    [{ height: 1.5 }, {}, "height"],
    [{ mpp: { x: 0, y: 1 } }, {}, "mpp"],
    [{ mpp: { x: 1, y: Number.NaN } }, {}, "mpp"],
    [{}, { tileSize: 100 }, "tileSize"],
    [{}, { compression: { kind: "jpeg", quality: 0 } }, "quality"],
  ])("refuses %o %o, naming the parameter", async (source, options, name) => {
    await expect(write(options, { ...sourceOf(image), ...source })).rejects.toMatchObject({
      code: "invalid-argument",
      where: `writePyramid: ${name}`,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
