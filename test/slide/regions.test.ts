// Regions out of tiles: right pixels for any window, and no more work than a bounded cache and one decode per tile need.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSlide } from "../../src/slide/index.ts";
import { TileCache } from "../../src/slide/tile-cache.ts";
import { crop, imageOf, memoryContent, noise } from "../support/memory-slide.ts";

const window = (left: number, top: number, width: number, height: number) => ({ left, top, width, height });

describe("a region", () => {
  it("equals that part of the level, for any window, tiling, cache and way of answering", async () => {
    const cases = fc.record({
      width: fc.integer({ min: 1, max: 90 }),
      height: fc.integer({ min: 1, max: 70 }),
      tileWidth: fc.integer({ min: 1, max: 40 }),
      tileHeight: fc.integer({ min: 1, max: 40 }),
      cacheBytes: fc.constantFrom(0, 2000, 100_000),
      waits: fc.boolean(),
      writesInto: fc.boolean(),
      ownBuffers: fc.boolean(),
      rounds: fc.integer({ min: 1, max: 3 }),
      windows: fc.array(
        fc.record({
          left: fc.integer({ min: -30, max: 90 }),
          top: fc.integer({ min: -30, max: 90 }),
          width: fc.integer({ min: 1, max: 60 }),
          height: fc.integer({ min: 1, max: 60 }),
        }),
        { minLength: 1, maxLength: 6 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(cases, async (c) => {
        const image = noise(c.width, c.height);
        const slide = createSlide(memoryContent([image], c).content, c);
        const wanted = c.windows.map(({ left, top, width, height }) => {
          const right = crop(image, left, top, { width, height });
          return {
            window: { left, top, width, height },
            right,
            into: c.ownBuffers ? right.map((v) => 255 - v) : undefined,
          };
        });
        // More than once: what is kept must stay what it was, whoever reads meanwhile.
        for (let round = 0; round < c.rounds; round++) {
          const regions = await Promise.all(
            wanted.map(({ window, into }) => slide.readRegion(0, window, { into })),
          );
          for (const [k, { right, into }] of wanted.entries()) {
            expect(Buffer.compare(regions[k]!.data, right)).toBe(0);
            if (into !== undefined) expect(regions[k]!.data).toBe(into);
            regions[k]!.data.fill(round); // the reader's own, to do with what he wants
          }
        }
      }),
      { numRuns: 250, seed: 2 },
    );
  });

  it("is white where the slide holds no tile", async () => {
    const image = imageOf(32, 32, () => 7);
    const { content } = memoryContent([image], { missing: (column) => column === 1 });
    const { data } = await createSlide(content).readRegion(0, window(14, 3, 4, 1));
    expect([...data].filter((_, k) => k % 3 === 0)).toEqual([7, 7, 255, 255]);
    const tile = await createSlide(content).readRegion(0, window(16, 0, 16, 16));
    expect(tile.data.every((value) => value === 255)).toBe(true);
  });

  it("belongs to its reader: writing into it changes no later read", async () => {
    const image = noise(64, 64);
    const slide = createSlide(memoryContent([image]).content);
    for (const wanted of [window(16, 16, 16, 16), window(8, 8, 30, 30)])
      for (let again = 0; again < 3; again++) {
        const { data } = await slide.readRegion(0, wanted);
        expect(data).toEqual(crop(image, wanted.left, wanted.top, wanted));
        data.fill(0);
      }
  });

  it.each([false, true])(
    "is written to the buffer of a caller who brings one (waiting: %s)",
    async (waits) => {
      const image = noise(64, 64);
      const { content, requests } = memoryContent([image], { waits, writesInto: true });
      const slide = createSlide(content);
      // A whole tile, twice (the second time it may be kept); one that is kept for sure; several; one partly outside.
      const windows = [window(16, 16, 16, 16), window(16, 16, 16, 16), window(16, 16, 16, 16)];
      for (const wanted of [...windows, window(8, 8, 30, 30), window(-4, 50, 20, 20)]) {
        const into = new Uint8Array(3 * wanted.width * wanted.height).fill(99);
        const { data } = await slide.readRegion(0, wanted, { into });
        expect(data).toBe(into);
        expect(data).toEqual(crop(image, wanted.left, wanted.top, wanted));
        into.fill(0); // changes nothing that is kept
      }
      expect(requests.length).toBeLessThan(16);
    },
  );

  it("is not written to a buffer of another size", async () => {
    const slide = createSlide(memoryContent([noise(8, 8)]).content);
    const read = (length: number) =>
      slide.readRegion(0, window(0, 0, 4, 4), { into: new Uint8Array(length) });
    await expect(read(47)).rejects.toThrow(/a buffer of 48 bytes to write to, got 47/);
    await expect(read(49)).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("is refused when it cannot be, with what would do", async () => {
    const slide = createSlide(memoryContent([noise(8, 8)]).content);
    await expect(slide.readRegion(1, window(0, 0, 1, 1))).rejects.toThrow(/a level from 0 to 0, got 1/);
    await expect(slide.readRegion(0, window(0.5, 0, 1, 1))).rejects.toThrow(/whole pixels/);
    await expect(slide.readRegion(0, window(0, 0, 0, 1))).rejects.toThrow(/at least 1 x 1/);
    await expect(slide.readRegion(0, window(0, 0, 100_000, 100_000))).rejects.toThrow(/piece by piece/);
  });
});

describe("a walk over a slide", () => {
  it("decodes whole tiles once; single looks decode no more than they show", async () => {
    const { content, requests } = memoryContent([noise(160, 160)]);
    const slide = createSlide(content);
    await slide.readRegion(0, window(10, 10, 4, 4));
    expect(requests).toEqual([{ level: 0, column: 0, row: 0, window: window(10, 10, 4, 4) }]);
    requests.length = 0;
    const walk = createSlide(content);
    for (let top = 0; top + 14 <= 160; top += 14)
      for (let left = 0; left + 14 <= 160; left += 14) await walk.readRegion(0, window(left, top, 14, 14));
    // 100 tiles; the outermost column and row of tiles can be met at less than half of them.
    expect(requests.length).toBeLessThan(115);
  });

  it("hands a walk from tile to tile the decoder's own buffers", async () => {
    const buffers: Uint8Array[] = [];
    const { content } = memoryContent([noise(64, 64)]);
    const level = content.levels[0]!;
    const spied = {
      ...level,
      readTile: (column: number, row: number) => {
        buffers.push(level.readTile(column, row) as Uint8Array);
        return buffers.at(-1)!;
      },
    };
    const slide = createSlide({ ...content, levels: [spied] });
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++) {
        const { data } = await slide.readRegion(0, window(16 * column, 16 * row, 16, 16));
        expect(data).toBe(buffers.at(-1));
      }
  });

  it("decodes a tile once for readers at the same time", async () => {
    const { content, requests } = memoryContent([noise(64, 64)], { waits: true });
    const slide = createSlide(content);
    await Promise.all(Array.from({ length: 5 }, () => slide.readRegion(0, window(0, 0, 30, 30))));
    expect(requests.length).toBe(4);
  });
});

describe("the cache", () => {
  it("keeps the tiles used last within its limit", () => {
    const cache = new TileCache(1000);
    for (let key = 0; key < 50; key++) cache.set(key, new Uint8Array(100));
    expect(cache.bytes).toBe(1000);
    expect(cache.get(39)).toBeUndefined();
    expect(cache.get(40)).toBeDefined();
    cache.set(50, new Uint8Array(100));
    expect(cache.get(41)).toBeUndefined(); // 40 was used since
    expect(cache.get(40)).toBeDefined();
    cache.set(51, new Uint8Array(1001));
    expect(cache.get(51)).toBeUndefined();
    cache.clear();
    expect(cache.bytes).toBe(0);
  });

  it("hands out the buffer of a tile that left, once, if nobody else holds it", () => {
    const cache = new TileCache(200);
    const [mine, shared] = [new Uint8Array(100), new Uint8Array(100)];
    cache.set(0, mine, true);
    cache.set(1, shared);
    expect(cache.takeSpare(100)).toBeUndefined();
    cache.set(2, new Uint8Array(100));
    expect(cache.takeSpare(99)).toBeUndefined();
    expect(cache.takeSpare(100)).toBe(mine);
    expect(cache.takeSpare(100)).toBeUndefined();
    cache.set(3, new Uint8Array(100));
    expect(cache.takeSpare(100)).toBeUndefined(); // readers may wait for the shared one
  });

  it("makes no new buffer for a tile once it is full, where nobody waits", async () => {
    const { content } = memoryContent([noise(160, 160)], { writesInto: true });
    const level = content.levels[0]!;
    const buffers = new Set<unknown>();
    const readTile: typeof level.readTile = (...request) => {
      const tile = level.readTile(...request) as Uint8Array;
      buffers.add(tile.buffer);
      return tile;
    };
    const slide = createSlide({ ...content, levels: [{ ...level, readTile }] }, { cacheBytes: 12 * 768 });
    for (let top = 0; top + 24 <= 160; top += 24)
      for (let left = 0; left + 24 <= 160; left += 24) await slide.readRegion(0, window(left, top, 24, 24));
    expect(buffers.size).toBeLessThan(20); // of 100 tiles
  });

  it("of no size keeps nothing, and a negative one is refused", async () => {
    const { content, requests } = memoryContent([noise(16, 16)]);
    const slide = createSlide(content, { cacheBytes: 0 });
    for (let k = 0; k < 3; k++) await slide.readRegion(0, window(0, 0, 15, 15));
    expect(requests.length).toBe(3);
    expect(() => createSlide(content, { cacheBytes: -1 })).toThrow(/expected 0 or more/);
  });
});

describe("a read that is called off", () => {
  it("stops between tiles and leaves nothing running behind its error", async () => {
    const controller = new AbortController();
    const { content, requests } = memoryContent([noise(512, 512)], {
      waits: true,
      onTile: ({ column }) => {
        if (column === 20) controller.abort();
      },
    });
    const slide = createSlide(content);
    const read = slide.readRegion(0, window(0, 0, 512, 512), { signal: controller.signal });
    await expect(read).rejects.toMatchObject({ code: "cancelled" });
    const asked = requests.length;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(asked).toBeLessThan(100);
    expect(requests.length).toBe(asked);
  });

  it("does not begin when it was called off before", async () => {
    const { content, requests } = memoryContent([noise(16, 16)]);
    const read = createSlide(content).readRegion(0, window(0, 0, 9, 9), { signal: AbortSignal.abort() });
    await expect(read).rejects.toMatchObject({ code: "cancelled" });
    expect(requests.length).toBe(0);
  });
});

describe("a tile that cannot be decoded", () => {
  it.each([true, false])(
    "fails the read with its own error, and later reads may succeed (waiting: %s)",
    async (waits) => {
      let broken = true;
      const { content } = memoryContent([noise(64, 64)], {
        waits,
        onTile: ({ column }) => {
          if (broken && column === 2) throw new Error("tile 2 is damaged");
        },
      });
      const slide = createSlide(content);
      await expect(slide.readRegion(0, window(0, 0, 64, 64))).rejects.toThrow("tile 2 is damaged");
      broken = false;
      await expect(slide.readRegion(0, window(0, 0, 64, 64))).resolves.toBeDefined();
    },
  );
});

describe("the stated µm/px", () => {
  it("comes before the file's, and must be one that a microscope has", () => {
    const { content } = memoryContent([noise(4, 4)]);
    expect(createSlide(content)).toMatchObject({ mpp: { x: 0.5, y: 0.5 }, mppSource: "vendor" });
    expect(createSlide(content, { mpp: 0.3 })).toMatchObject({
      mpp: { x: 0.3, y: 0.3 },
      mppSource: "option",
    });
    expect(createSlide(content, { mpp: { x: 0.3, y: 0.4 } }).mpp).toEqual({ x: 0.3, y: 0.4 });
    expect(() => createSlide(content, { mpp: 250 })).toThrow(/from 0.05 to 20/);
  });
});
