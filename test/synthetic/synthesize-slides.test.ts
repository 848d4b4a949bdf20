// Synthetic slides read back the way `prepare` reads them: by the slide reader, the tissue finder, the annotation reader.
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AnnotationSet, polygonBounds, readAnnotations } from "../../src/annotation/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { readAtMpp, type Slide } from "../../src/slide/index.ts";
import { synthesizeSlides } from "../../src/synthetic/index.ts";
import type { SynthesisRun } from "../../src/synthetic/run-synthesis.ts";
import { findPieces, findTissue, TISSUE_MPP } from "../../src/tissue/index.ts";

const SMALL = {
  patients: 2,
  imagesPerPatient: 3,
  unlabelledPatients: 1,
  size: 256,
  mpp: 2,
  seed: 5,
  workers: 1,
} as const;

type Row = Record<string, string>;

async function table(folder: string, file: string): Promise<Row[]> {
  const [head, ...rows] = (await readFile(join(folder, file), "utf8")).trimEnd().split("\n");
  const columns = head!.split(",");
  return rows.map((row) => Object.fromEntries(row.split(",").map((value, i) => [columns[i]!, value])));
}

async function annotationsOf(folder: string, row: Row): Promise<AnnotationSet> {
  return readAnnotations(await readFile(join(folder, row.annotation!), "utf8"), row.annotation!);
}

describe("a set of synthetic slides", () => {
  let folder: string;
  let rows: Row[];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-slides-"));
    const summary = await synthesizeSlides({ ...SMALL, artefacts: 1, patients: 6, out: folder });
    expect(summary).toMatchObject({ slides: 6, unlabelledSlides: 1, pieces: 21, drawn: 7, kept: 0 });
    expect(summary.classCounts).toEqual({ Abnormal: 2, Normal: 2, Sprue: 2 });
    rows = await table(folder, "slides.csv");
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function withSlides(look: (slide: Slide, row: Row) => Promise<void>): Promise<void> {
    for (const row of rows) {
      const slide = await openSlide(join(folder, row.slide!));
      await look(slide, row);
      await slide.close();
    }
  }

  it("is of pyramids that state their µm per pixel", async () => {
    expect(rows.map(({ slide }) => slide)).toEqual(rows.map(({ patient }) => `slides/${patient}.tif`));
    await withSlides(async ({ mpp, mppSource, levels, format }) => {
      expect({ mpp, mppSource, format }).toEqual({
        mpp: { x: 2, y: 2 },
        mppSource: "resolution-tag",
        format: "tiff",
      });
      expect(levels.length).toBeGreaterThan(1);
    });
  });

  it("holds as many pieces of tissue as planned, found one by one inside their outlines", async () => {
    await withSlides(async (slide, row) => {
      const mask = findTissue(await readAtMpp(slide, TISSUE_MPP), { mpp: TISSUE_MPP });
      const pieces = findPieces(mask, { minimumArea: 20_000 });
      expect(pieces).toHaveLength(SMALL.imagesPerPatient);
      const bounds = (await annotationsOf(folder, row)).regions.map(({ polygons }) =>
        polygonBounds(polygons),
      );
      // One mask pixel of level 0 and the mask's smoothing.
      const slack = (TISSUE_MPP + 24) / 2;
      const scale = TISSUE_MPP / 2;
      for (const { tissueBox } of pieces) {
        const inside = bounds.filter(
          ({ left, top, right, bottom }) =>
            tissueBox.left * scale > left - slack &&
            tissueBox.top * scale > top - slack &&
            (tissueBox.left + tissueBox.width) * scale < right + slack &&
            (tissueBox.top + tissueBox.height) * scale < bottom + slack,
        );
        expect(inside).toHaveLength(1);
      }
    });
  });

  it("has outlines with the slide's class, and a table with the boxes that they lie in", async () => {
    const boxes = await table(folder, "pieces.csv");
    for (const row of rows) {
      const { regions, format } = await annotationsOf(folder, row);
      expect(format).toBe("geojson");
      const own = boxes.filter(({ slide }) => slide === row.slide);
      expect(own).toHaveLength(regions.length);
      regions.forEach(({ label, polygons }, i) => {
        expect(label).toBe(row.label);
        const [left, top] = [Number(own[i]!.left), Number(own[i]!.top)];
        const bounds = polygonBounds(polygons);
        expect(bounds.left).toBeGreaterThan(left - 1);
        expect(bounds.top).toBeGreaterThan(top - 1);
        expect(bounds.right).toBeLessThan(left + Number(own[i]!.width) + 1);
        expect(bounds.bottom).toBeLessThan(top + Number(own[i]!.height) + 1);
        expect(Number(own[i]!.villusHeight)).toBeGreaterThan(0);
      });
    }
  });

  it("marks glass with a pen on some slides, never the tissue", async () => {
    const boxes = await table(folder, "pieces.csv");
    const marked = new Set(boxes.filter(({ pen }) => pen === "1").map(({ slide }) => slide));
    expect(marked.size).toBeGreaterThan(0);
    expect(marked.size).toBeLessThan(rows.length);
    await withSlides(async (slide, row) => {
      const mask = findTissue(await readAtMpp(slide, TISSUE_MPP), { mpp: TISSUE_MPP });
      expect((mask.pen?.share ?? 0) > 0, row.slide!).toBe(marked.has(row.slide!));
    });
  });

  it("tells nothing of unlabelled slides but the patient", async () => {
    const [row, ...others] = await table(folder, "unlabelled-slides.csv");
    expect(others).toEqual([]);
    expect(row).toEqual({
      slide: "unlabelled-slides/U0001.tif",
      patient: "U0001",
      label: "",
      annotation: "",
      mpp: "",
    });
    expect(await readdir(join(folder, "annotations"))).toHaveLength(6);
    const truth = await table(folder, "pieces.csv");
    expect(truth.some(({ patient }) => patient === "U0001")).toBe(false);
  });
});

describe("synthesizeSlides", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lowmag-slides-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const make = (name: string, more: Partial<SynthesisRun> = {}) =>
    synthesizeSlides({ ...SMALL, size: 96, ...more, out: join(folder, name) });

  /** Path and hash of every file but the journal, whose lines stand in the order of completion. */
  async function contents(name: string): Promise<Record<string, string>> {
    const root = join(folder, name);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
    const hashed: Record<string, string> = {};
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      hashed[path.slice(root.length + 1)] = hashBytes(await readFile(path));
    }
    return hashed;
  }

  it("writes the same bytes whatever the number of workers", async () => {
    await make("one", { workers: 1 });
    await make("two", { workers: 2 });
    expect(await contents("two")).toEqual(await contents("one"));
  });

  it("begins a larger set with the smaller one of the same seed", async () => {
    await make("small");
    await make("large", { patients: 4 });
    const large = await contents("large");
    for (const [file, hash] of Object.entries(await contents("small")))
      if (/\.(tif|geojson)$/.test(file)) expect(large[file]).toBe(hash);
  });

  it.each([1, 2])("finishes an interrupted run to the same bytes (%i workers)", async (workers) => {
    await make("whole");
    const stop = new AbortController();
    const interrupted = make("broken", { workers, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(interrupted).rejects.toMatchObject({ code: "cancelled" });
    const { kept, drawn } = await make("broken", { workers });
    expect(kept).toBeGreaterThanOrEqual(1);
    expect(kept + drawn).toBe(3);
    expect(await contents("broken")).toEqual(await contents("whole"));
  });

  it("leaves whole slides alone and draws again where the slide or its outlines are damaged", async () => {
    await make("a");
    const before = await contents("a");
    expect(await make("a")).toMatchObject({ drawn: 0, kept: 3 });
    await truncate(join(folder, "a/slides/P0001.tif"), 100);
    await writeFile(join(folder, "a/annotations/P0002.geojson"), "{}");
    expect(await make("a")).toMatchObject({ drawn: 2, kept: 1 });
    expect(await contents("a")).toEqual(before);
  });

  it("refuses a folder of images made with the same parameters", async () => {
    await make("a");
    await writeFile(
      join(folder, "a/synthesis.json"),
      (await readFile(join(folder, "a/synthesis.json"), "utf8")).replace(
        '"kind": "slides"',
        '"kind": "images"',
      ),
    );
    await expect(make("a")).rejects.toThrow(
      /expected a data set with kind "slides", got one with kind "images"/,
    );
  });
});
