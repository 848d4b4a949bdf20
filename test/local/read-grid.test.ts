// Grids on worker threads: every piece once, with the pixels of a single read, whatever the number of threads.
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type GridPiece, type GridRequest, openSlide, readGrid } from "../../src/local/index.ts";
import type { RgbImage } from "../../src/pixels/index.ts";
import { readAtMpp } from "../../src/slide/index.ts";
import { writeGenericTiff } from "../support/slide-writers/generic-tiff.ts";
import { drawPattern, PATTERN_MPP } from "../support/slide-writers/pattern.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

const PATTERN = drawPattern();

const path = join(
  folderOf({
    "a.tif": await writeGenericTiff({
      image: PATTERN,
      mpp: { x: PATTERN_MPP, y: PATTERN_MPP },
      downsamples: [1, 2],
      segmentation: { tileWidth: 128, tileHeight: 128 },
      storage: { compression: "deflate" },
    }),
  }),
  "a.tif",
);

async function piecesOf(
  request: GridRequest,
): Promise<{ shape: { columns: number; rows: number }; pieces: GridPiece[] }> {
  const pieces: GridPiece[] = [];
  const shape = await readGrid(path, { decoder: "wasm", backend: "own", ...request }, (piece) => {
    pieces.push(piece);
  });
  return { shape, pieces };
}

const equal = (a: RgbImage, b: RgbImage) =>
  a.width === b.width && a.height === b.height && Buffer.compare(a.data, b.data) === 0;

const level0 = { level: 0, size: 100, stride: 90 };

describe("readGrid", () => {
  it.each([1, 2, 3])("gives every whole piece of a level once, with %i threads", async (workers) => {
    const { shape, pieces } = await piecesOf({ ...level0, workers });
    expect(shape).toEqual({
      columns: 1 + Math.floor((PATTERN.width - 100) / 90),
      rows: 1 + Math.floor((PATTERN.height - 100) / 90),
    });
    expect(new Set(pieces.map(({ column, row }) => row * shape.columns + column)).size).toBe(
      shape.columns * shape.rows,
    );
    expect(pieces.length).toBe(shape.columns * shape.rows);
    const slide = await openSlide(path, { backend: "own" });
    for (const { column, row, box, image } of pieces) {
      expect(box).toEqual({ left: column * 90, top: row * 90, width: 100, height: 100 });
      expect(equal(image, await slide.readRegion(0, box))).toBe(true);
    }
    await slide.close();
  });

  it("gives the rows of a band in order", async () => {
    const { pieces } = await piecesOf({ ...level0, workers: 2 });
    const half = Math.round(Math.max(...pieces.map(({ row }) => row + 1)) / 2);
    for (const band of [pieces.filter(({ row }) => row < half), pieces.filter(({ row }) => row >= half)]) {
      const order = band.map(({ column, row }) => 1000 * row + column);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
  });

  it("reads at a µm/px as readAtMpp does", async () => {
    const mpp = 3.3 * PATTERN_MPP;
    const { shape, pieces } = await piecesOf({ mpp, size: 40, stride: 40, workers: 2 });
    expect(shape.columns).toBe(Math.floor(Math.round(PATTERN.width / 3.3) / 40));
    const slide = await openSlide(path, { backend: "own" });
    for (const { box, image } of pieces) {
      expect(box.width).toBeCloseTo(132, 9);
      expect(equal(image, await readAtMpp(slide, mpp, box))).toBe(true);
    }
    await slide.close();
  });

  it.each([{ level: 0 }, { mpp: 2.7 * PATTERN_MPP }])(
    "uses the memory of pieces again where the receiver allows it: the same pixels, and nothing to mistake for them ($level, $mpp)",
    async (plane) => {
      const request = { ...plane, size: 30, stride: 25, workers: 2 };
      const place = ({ column, row }: GridPiece) => `${column},${row}`;
      const own = new Map((await piecesOf(request)).pieces.map((piece) => [place(piece), piece.image]));
      const kept: RgbImage[] = [];
      const used = new Set<unknown>();
      await readGrid(path, { ...request, decoder: "wasm", backend: "own", reuse: true }, (piece) => {
        expect(equal(piece.image, own.get(place(piece))!)).toBe(true);
        own.delete(place(piece));
        kept.push(piece.image);
        used.add(piece.image.data.buffer);
      });
      expect(own.size).toBe(0);
      expect(used.size).toBeLessThan(kept.length / 2);
      expect(kept.filter(({ data }) => data.length === 0).length).toBeGreaterThan(kept.length / 2);
    },
  );

  it("stops when asked, and passes on what the receiver throws", async () => {
    const controller = new AbortController();
    let seen = 0;
    const request = { ...level0, workers: 2, decoder: "wasm", signal: controller.signal } as const;
    const stopped = refusalOf(() => readGrid(path, request, () => void (++seen === 3 && controller.abort())));
    expect(await stopped).toMatch(/^cancelled: /);
    expect(seen).toBeLessThan(10);
    const thrown = refusalOf(() =>
      readGrid(path, { ...level0, workers: 2 }, () => Promise.reject(new Error("full"))),
    );
    expect(await thrown).toBe("not typed: Error: full");
  });

  it.each<[string, Partial<GridRequest>, string]>([
    ["no threads", { workers: 0 }, "expected 1 to 256 workers, got 0"],
    ["a level that is not there", { level: 7 }, "expected a level from 0 to 1, got 7"],
    ["both a level and a µm/px", { mpp: 1 }, "expected either a level or a µm/px, got both"],
    ["neither of them", { level: undefined }, "expected either a level or a µm/px, got neither"],
    [
      "half a pixel",
      { stride: 0.5 },
      "readGrid stride: expected a whole number of pixels from 1 to 16384, got 0.5",
    ],
  ])("refuses %s before threads start", async (_, request, message) => {
    const refusal = await refusalOf(() =>
      readGrid(path, { ...level0, workers: 1, ...request }, () => undefined),
    );
    expect(refusal).toMatch(/^invalid-argument: /);
    expect(refusal).toContain(message);
  });

  it("passes on what is wrong with a slide from its threads", async () => {
    expect(
      await refusalOf(() => readGrid(`${path}.none`, { ...level0, workers: 2 }, () => undefined)),
    ).toMatch(/^not-found: /);
  });

  it("gives nothing for a slide smaller than a piece", async () => {
    const { shape, pieces } = await piecesOf({ level: 0, size: 16_000, stride: 1, workers: 2 });
    expect([shape, pieces]).toEqual([{ columns: 0, rows: 0 }, []]);
  });
});
