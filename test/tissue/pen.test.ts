// Ink beside little tissue: strokes are one strong hue by themselves, tissue never is; on drawn pictures and on synthetic
// slides, whose pieces are known.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSlide } from "../../src/local/index.ts";
import { readAtMpp } from "../../src/slide/index.ts";
import { synthesizeSlides } from "../../src/synthetic/index.ts";
import { findPen, findPieces, findTissue, TISSUE_MPP } from "../../src/tissue/index.ts";
import { noisy, picture } from "./support.ts";

type Colour = readonly [number, number, number];
type Shape = (x: number, y: number) => boolean;

const GLASS: Colour = [243, 242, 244];
const EOSIN: Colour = [225, 160, 190];
const MPP = 8;

const box =
  (left: number, top: number, width: number, height: number): Shape =>
  (x, y) =>
    x >= left && x < left + width && y >= top && y < top + height;

/** Glass of 240 x 160 pixels with shapes on it, the first one on top. */
const slide = (...shapes: readonly (readonly [Shape, Colour])[]) =>
  picture(240, 160, (x, y) => noisy(shapes.find(([shape]) => shape(x, y))?.[1] ?? GLASS, 4, x, y));

describe("findPen on little tissue", () => {
  const stroke = box(20, 20, 20, 120);
  const tissue = box(100, 60, 30, 30);

  it.each([
    ["red", [165, 55, 65]],
    ["blue", [60, 80, 165]],
    ["green", [60, 130, 90]],
  ] as const)("takes a free %s stroke for ink, though it is most of the colour", (colour, ink) => {
    const image = slide([stroke, ink], [tissue, EOSIN]);
    expect(findPen(image, { mpp: MPP }).colours[colour]).toBeCloseTo((20 * 120) / (240 * 160), 3);
    const pieces = findPieces(findTissue(image, { mpp: MPP }), { minimumArea: 8000 });
    expect(pieces).toHaveLength(1);
    expect(pieces[0]!.tissueBox.left).toBeGreaterThan(90);
  });

  const red: Colour = [165, 55, 65];

  it("leaves an object of two hues alone", () => {
    const image = slide([box(20, 20, 10, 120), [90, 50, 130]], [stroke, red], [tissue, EOSIN]);
    expect(findPen(image, { mpp: MPP }).share).toBe(0);
  });

  it("leaves a pale object alone", () => {
    const image = slide([stroke, [225, 140, 150]], [tissue, [150, 110, 190]]);
    expect(findPen(image, { mpp: MPP }).share).toBe(0);
  });

  it("leaves what is wider than any pen alone", () => {
    const bone = slide([box(20, 20, 100, 120), red], [box(150, 20, 60, 120), EOSIN]);
    expect(findPen(bone, { mpp: 30 }).share).toBe(0);
    expect(findPen(bone, { mpp: MPP }).colours.red).toBeGreaterThan(0.2);
  });

  it("does not call a slide's only colour ink", () => {
    expect(findPen(slide([stroke, red]), { mpp: MPP }).share).toBe(0);
  });

  it("does not call an object ink whose colour the rest of the slide has too", () => {
    const rest = box(100, 20, 100, 120);
    for (const [ink, pale] of [
      [red, [225, 140, 150]],
      [
        [60, 80, 165],
        [150, 165, 225],
      ],
    ] as const) {
      expect(findTissue(slide([stroke, ink], [rest, pale]), { mpp: MPP }).pen?.share).toBe(0);
    }
  });

  it("tells a pool of blood inside tissue from a stroke across it", () => {
    const blood: Colour = [200, 15, 20];
    const field = box(60, 20, 120, 120);
    expect(findPen(slide([box(100, 60, 30, 30), blood], [field, EOSIN]), { mpp: MPP }).share).toBe(0);
    const across = findPen(slide([box(0, 70, 240, 20), blood], [field, EOSIN]), { mpp: MPP });
    expect(across.colours.red).toBeCloseTo((240 * 20) / (240 * 160), 3);
  });
});

describe("synthetic slides of one small piece each, half of them marked with a pen", () => {
  let folder: string;
  let rows: readonly (readonly string[])[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-pen-"));
    const set = { patients: 8, imagesPerPatient: 1, unlabelledPatients: 0, size: 256, mpp: 1, workers: 1 };
    await synthesizeSlides({ ...set, artefacts: 1, seed: 3, out: folder });
    rows = (await readFile(join(folder, "pieces.csv"), "utf8"))
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(","));
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("give that one piece, in its place, and no stroke", async () => {
    expect(rows.filter((row) => row[9] === "1").length).toBeGreaterThanOrEqual(3);
    for (const row of rows) {
      const [left, top, width, height] = row.slice(4, 8).map((value) => Number(value) / TISSUE_MPP) as [
        number,
        number,
        number,
        number,
      ];
      const opened = await openSlide(join(folder, row[0]!));
      const mask = findTissue(await readAtMpp(opened, TISSUE_MPP), { mpp: TISSUE_MPP, objectArea: 8000 });
      await opened.close();
      const pieces = findPieces(mask, { minimumArea: 8000 });
      expect(pieces, row[0]).toHaveLength(1);
      const found = pieces[0]!.tissueBox;
      expect(found.left).toBeGreaterThan(left - 3);
      expect(found.top).toBeGreaterThan(top - 3);
      expect(found.left + found.width).toBeLessThan(left + width + 3);
      expect(found.top + found.height).toBeLessThan(top + height + 3);
      if (row[9] === "1") expect(mask.pen?.share).toBeGreaterThan(0.01);
      else expect(mask.pen?.share).toBe(0);
    }
  });
});
