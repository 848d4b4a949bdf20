import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { PixelCache, readImages, type TissueImage, viewSize } from "../../src/dataset/index.ts";
import { resampleArea } from "../../src/pixels/index.ts";
import { imageOf, newFolder, pattern, refusalOf, writeData } from "./make-data.ts";

let folder: string;
let image: TissueImage;
let cache: PixelCache;

beforeEach(async () => {
  const data = await writeData({ "a.png": { width: 40, height: 30, seed: 5 } });
  image = (await readImages([join(data, "a.png")], { mpp: 1 }))[0]!;
  folder = await newFolder();
  cache = new PixelCache(folder);
});

/** Every entry below the folder. */
async function entries(): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(".rgb")).sort();
}

describe("PixelCache", () => {
  it("gives the decoded pixels, and their area mean at a coarser µm/px", async () => {
    expect(await cache.pixels(image, 1)).toEqual(pattern(40, 30, 5));
    expect(await cache.pixels(image, 2)).toEqual(resampleArea(pattern(40, 30, 5), 20, 15));
    expect(await cache.pixels(image, 3)).toEqual(resampleArea(pattern(40, 30, 5), 13, 10));
  });

  it("never opens the file again once a view is stored", async () => {
    const first = await cache.views(image, [1, 2]);
    const gone = { ...image, path: "/nowhere.png" };
    expect(await cache.views(gone, [2, 1])).toEqual([...first].reverse());
    // A new scale is made from the stored full size, without the file.
    expect(await cache.pixels(gone, 4)).toEqual(resampleArea(pattern(40, 30, 5), 10, 8));
    await expect(new PixelCache(await newFolder()).pixels(gone, 4)).rejects.toThrow("/nowhere.png");
  });

  it("stores one entry per size, named by content, and only the sizes asked for", async () => {
    await cache.views(image, [2, 4]);
    expect((await entries()).map((name) => name.split("/").slice(1).join("/"))).toEqual([
      `${image.contentHash.slice(0, 2)}/${image.contentHash}-10x8.rgb`,
      `${image.contentHash.slice(0, 2)}/${image.contentHash}-20x15.rgb`,
    ]);
  });

  const damages: Record<string, (path: string) => Promise<void>> = {
    "cut short": async (path) => await truncate(path, 200),
    empty: async (path) => await writeFile(path, ""),
    "changed in one byte": async (path) => {
      const bytes = await readFile(path);
      bytes[500]! ^= 1;
      await writeFile(path, bytes);
    },
    "of another size": async (path) => {
      const bytes = await readFile(path);
      bytes.writeUInt32LE(30, 4);
      bytes.writeUInt32LE(40, 8);
      await writeFile(path, bytes);
    },
  };
  it.each(Object.entries(damages))("makes an entry that is %s again", async (_, damage) => {
    const pixels = await cache.pixels(image, 2);
    const path = join(folder, (await entries())[0]!);
    const whole = await readFile(path);
    await damage(path);
    expect(await cache.pixels(image, 2)).toEqual(pixels);
    expect(await readFile(path)).toEqual(whole);
  });

  it("is safe when many make the same entry at once", async () => {
    const caches = Array.from({ length: 8 }, () => new PixelCache(folder));
    const views = await Promise.all(caches.map((each) => each.pixels(image, 2)));
    for (const view of views) expect(view).toEqual(views[0]);
    expect(await entries()).toHaveLength(1);
  });

  it("puts pixels into shared memory when asked", async () => {
    const shared = new PixelCache(folder, { shared: true });
    for (const turn of ["made", "read"]) {
      const view = await shared.pixels(image, 2);
      expect(view.data.buffer, turn).toBeInstanceOf(SharedArrayBuffer);
      expect([...view.data]).toEqual([...resampleArea(pattern(40, 30, 5), 20, 15).data]);
    }
  });

  it("refuses a file that is not the one it was", async () => {
    await writeFile(image.path, Buffer.concat([await readFile(image.path), Buffer.from("x")]));
    expect(await refusalOf(() => cache.pixels(image, 2), image.path)).toBe(
      "corrupt-data: <data>: expected the bytes it had when the data set was read, got other bytes. Files must not change while they are used; run the command again.",
    );
    expect(await entries()).toEqual([]);
  });

  it("names an image that turns out to be truncated", async () => {
    const bytes = (await readFile(image.path)).subarray(0, 900);
    await writeFile(image.path, bytes);
    const cut = (await readImages([image.path], { mpp: 1 }))[0]!;
    expect(await refusalOf(() => cache.pixels(cut, 2), image.path)).toMatch(
      /^corrupt-data: <data>: expected a whole image, got a damaged or truncated one \(.+\)\. Copy or export the file again\.$/,
    );
  });

  it("says when its folder cannot be written", async () => {
    const file = join(folder, "a-file");
    await writeFile(file, "");
    expect(await refusalOf(() => new PixelCache(join(file, "cache")).pixels(image, 2))).toMatch(
      /^not-writable: .*a file where a folder should be \(ENOTDIR\)\. Choose another path\.$/,
    );
  });
});

describe("viewSize", () => {
  const stored = imageOf("a.png", { width: 1000, height: 333, mpp: 0.5 });

  it("rounds the sides, and keeps them at the stored scale", () => {
    expect(viewSize(stored, 0.5)).toEqual([1000, 333]);
    expect(viewSize(stored, 0.5 * (1 - 5e-7))).toEqual([1000, 333]);
    expect(viewSize(stored, 1)).toEqual([500, 167]);
    expect(viewSize(stored, 8)).toEqual([63, 21]);
  });

  it("refuses a view finer than the image", async () => {
    expect(await refusalOf(() => viewSize(stored, 0.25))).toBe(
      "invalid-argument: /data/a.png: expected a view no finer than the image, 0.5 µm/px, got 0.25 µm/px. Neither teacher nor student can be finer than the data: detail that was not scanned cannot be made up. Choose a larger --mpp.",
    );
    expect(await refusalOf(() => viewSize(stored, 0.49999))).toContain(
      "expected a view no finer than the image",
    );
  });

  it("takes a side of 8 pixels, below the network's stride, and refuses 7", async () => {
    expect(viewSize(imageOf("b.png", { width: 64, height: 64 }), 8)).toEqual([8, 8]);
    expect(await refusalOf(() => viewSize(imageOf("b.png", { width: 600, height: 59 }), 8))).toBe(
      "invalid-argument: /data/b.png: expected at least 8 x 8 pixels at 8 µm/px, got 75 x 7 (600 x 59 pixels of 1 µm). Leave the image out, choose a smaller --mpp, or check the stored µm/px (--data-mpp).",
    );
    expect(await refusalOf(() => viewSize(imageOf("dot.png", { width: 1, height: 1 }), 1))).toBe(
      "invalid-argument: /data/dot.png: expected at least 8 x 8 pixels at 1 µm/px, got 1 x 1 (1 x 1 pixels of 1 µm). Leave the image out, choose a smaller --mpp, or check the stored µm/px (--data-mpp).",
    );
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the µm/px %d", async (mpp) => {
    expect(await refusalOf(() => viewSize(stored, mpp))).toBe(
      `invalid-argument: view: expected mpp above 0 µm/px, got ${mpp}.`,
    );
  });
});
