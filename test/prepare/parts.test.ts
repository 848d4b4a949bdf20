// The parts of preparing, one by one: names, lists, journals, areas, grids, white fill, memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fail } from "../../src/base/index.ts";
import { AreaTable } from "../../src/cutting/area-table.ts";
import { failureReason, withReason } from "../../src/cutting/failure-reason.ts";
import { fillWhite } from "../../src/cutting/white-fill.ts";
import { readSlideList } from "../../src/jobs/index.ts";
import { shareMemory } from "../../src/jobs/memory-share.ts";
import { readableNames, safeStem } from "../../src/jobs/slide-names.ts";
import { hashBytes } from "../../src/machine/index.ts";
import { rgbImage } from "../../src/pixels/index.ts";
import { PieceJournal } from "../../src/prepare/piece-journal.ts";
import type { ImageRecord } from "../../src/prepare/types.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-prepare-parts-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("names of slides", () => {
  it("are file names without ending, safe on every system", () => {
    expect(safeStem("/a/Biopsy 12 (µ).svs")).toBe("Biopsy_12");
    expect(safeStem("/a/x.ome.tif")).toBe("x");
    expect(safeStem("/a/TCGA-05-4244-01Z.5f2b.svs")).toBe("TCGA-05-4244-01Z.5f2b");
    expect(safeStem("/a/..svs")).toBe("slide");
    expect(safeStem("/a/été.tif")).toBe("ete");
  });

  it("never meet, whatever the paths are", () => {
    const paths = fc.uniqueArray(
      fc
        .tuple(fc.constantFrom("a", "b", "B", "é"), fc.string({ maxLength: 6 }))
        .map((parts) => parts.join("/")),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(paths, (all) => {
        const names = readableNames(all).map((name) => name.toLowerCase());
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
      }),
    );
  });
});

describe("a list of slides", () => {
  const list = (text: string): string => {
    const path = join(folder, `${hashBytes(text).slice(0, 8)}.csv`);
    writeFileSync(path, text);
    return path;
  };

  it("gives paths relative to itself, labels, patients, splits, µm/px, and rules for single slides", async () => {
    writeFileSync(join(folder, "a.geojson"), "{}");
    const path = list(
      "Slide,patient,label,split,annotation,mpp,min_area,Tissue-Method\nx/a.svs,P1,Sprue,Train,a.geojson,0.5,2,grey\nb.svs,,,,,,,\n",
    );
    const { slides, notes } = await readSlideList(path, { overridable: ["minArea", "tissueMethod"] });
    expect(notes).toEqual([]);
    expect(slides).toEqual([
      {
        path: join(folder, "x/a.svs"),
        patient: "P1",
        label: "Sprue",
        split: "train",
        annotation: join(folder, "a.geojson"),
        mpp: 0.5,
        overrides: { minArea: "2", tissueMethod: "grey" },
        where: `${path} line 2`,
      },
      expect.objectContaining({ path: join(folder, "b.svs"), patient: null, mpp: null, overrides: {} }),
    ]);
  });

  it("notes columns that it does not know and suggests the right ones", async () => {
    const { notes } = await readSlideList(list("slide,pateint,remarks\na,b,c\n"), {
      overridable: ["margin"],
    });
    expect(notes.map((note) => note.replace(/^.*csv: /, ""))).toEqual([
      "column ignored: pateint (did you mean patient?)",
      "column ignored: remarks",
    ]);
  });

  it.each([
    ["slide,mpp\na,1\nb,fine\n", /line 3: expected mpp to be .+ got `fine`/],
    ["slide,mpp\na,-1\n", /line 2: expected mpp/],
    ["slide\na\n./a\n", /line 3: expected each slide once, got \.\/a again \(first on line 2\)/],
    ["slide,label\n,x\n", /line 2: expected a path under `slide`/],
    ["slide,annotation\na,none.xml\n", /line 2: expected an annotation file, got no file at/],
    ["slide,split\na,tran\n", /line 2: .+ Did you mean `train`\?/],
    ["path\na\n", /expected a column `slide`/],
    ["slide\n", /expected a row for each slide, got no rows/],
  ])("refuses %j and names the line", async (text, message) => {
    await expect(readSlideList(list(text), { overridable: [] })).rejects.toThrow(message);
  });
});

describe("the journal of a slide", () => {
  const record = (number: number, sha256: string): ImageRecord => ({
    mpp: 1,
    file: `images/s/s-p0${number}.png`,
    bytes: 1,
    sha256,
    width: 1,
    height: 1,
    number,
    box: { left: 0, top: 0, width: 1, height: 1 },
    label: null,
    tissue: 1,
    blur: null,
    blurred: false,
    pen: 0,
  });

  it("remembers what is whole: not what has other bytes, is missing, or was cut off", async () => {
    const out = mkdtempSync(join(folder, "journal-"));
    const path = join(out, "journal.jsonl");
    const first = await PieceJournal.open(path, "f", out);
    for (const number of [1, 2, 3]) {
      const file = join(out, "mpp-1", record(number, "").file);
      rmSync(file, { force: true });
      const { mkdirSync } = await import("node:fs");
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, `image ${number}`);
      await first.add({ image: record(number, hashBytes(`image ${number}`)) });
    }
    writeFileSync(join(out, "mpp-1/images/s/s-p02.png"), "image 2, damaged");
    rmSync(join(out, "mpp-1/images/s/s-p03.png"));
    writeFileSync(path, `${readFileSync(path, "utf8")}{"image":{"mpp":1,"numb`);
    const second = await PieceJournal.open(path, "f", out);
    expect([1, 2, 3].map((number) => second.entry(1, number) !== undefined)).toEqual([true, false, false]);
    await second.add({ dropped: { mpp: 1, number: 4, reason: "blurred" } });
    const third = await PieceJournal.open(path, "f", out);
    expect(third.entry(1, 4)).toEqual({ dropped: { mpp: 1, number: 4, reason: "blurred" } });
    expect(third.entry(1, 1)).toBeDefined();
  });

  it("of other rules is begun anew", async () => {
    const out = mkdtempSync(join(folder, "journal-"));
    const path = join(out, "journal.jsonl");
    await (await PieceJournal.open(path, "f", out)).add({
      dropped: { mpp: 1, number: 1, reason: "blurred" },
    });
    expect((await PieceJournal.open(path, "g", out)).entry(1, 1)).toBeUndefined();
  });
});

describe("a table of areas", () => {
  it("agrees with adding up, also for fractional rectangles", () => {
    const [width, height] = [7, 5];
    const coordinate = fc.double({ min: -1, max: 9, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 35, maxLength: 35 }),
        fc.tuple(coordinate, coordinate, coordinate, coordinate),
        (mask, [left, top, w, h]) => {
          const table = new AreaTable(width, height, (k) => mask[k]!);
          const overlap = (a: number, length: number, cell: number) =>
            Math.max(0, Math.min(a + length, cell + 1) - Math.max(a, cell));
          let sum = 0;
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
              if (mask[y * width + x]) sum += overlap(left, Math.abs(w), x) * overlap(top, Math.abs(h), y);
          expect(table.sum(left, top, Math.abs(w), Math.abs(h))).toBeCloseTo(sum, 9);
        },
      ),
    );
  });
});

describe("white outside a piece", () => {
  it("follows the mask between its pixels, not in stairs", () => {
    // A mask of 4 x 4 pixels whose left half is kept, on an image of 32 x 32: the edge lies between pixels 15 and 16.
    const kept = {
      left: 0,
      top: 0,
      width: 4,
      height: 4,
      data: Uint8Array.from({ length: 16 }, (_, k) => (k % 4 < 2 ? 1 : 0)),
    };
    const image = rgbImage(32, 32, new Uint8Array(3 * 32 * 32).fill(7));
    fillWhite(image, kept, { left: 0, top: 0, width: 32, height: 32 }, { x: 1, y: 1 }, { x: 8, y: 8 });
    for (let k = 0; k < 32 * 32; k++) expect(image.data[3 * k]).toBe(k % 32 < 16 ? 7 : 255);
  });

  it("cuts a diagonal edge as a line", () => {
    const side = 8;
    const data = Uint8Array.from({ length: side * side }, (_, k) =>
      k % side <= Math.floor(k / side) ? 1 : 0,
    );
    const image = rgbImage(64, 64, new Uint8Array(3 * 64 * 64));
    const box = { left: 0, top: 0, width: 64, height: 64 };
    fillWhite(
      image,
      { left: 0, top: 0, width: side, height: side, data },
      box,
      { x: 1, y: 1 },
      { x: 8, y: 8 },
    );
    for (let y = 12; y < 52; y++) {
      let edge = 0;
      while (image.data[3 * (64 * y + edge)] === 0) edge++;
      expect(Math.abs(edge - (y + 4)), `row ${y}`).toBeLessThanOrEqual(3);
    }
  });
});

describe("the memory limit", () => {
  it("bounds processes and images, and leaves at least one process that can do something", () => {
    const needs = { processBytes: 320e6, pixelBytes: 13, usualPixels: 16e6 };
    expect(shareMemory(4e9, 2, needs)).toMatchObject({ processes: 2 });
    expect(shareMemory(4e9, 64, needs).processes).toBeLessThan(9);
    expect(shareMemory(0.5e9, 8, needs)).toMatchObject({ processes: 1 });
    fc.assert(
      fc.property(
        fc.double({ min: 0.5e9, max: 64e9, noNaN: true }),
        fc.integer({ min: 1, max: 64 }),
        (limit, wanted) => {
          const { processes, pixelLimit } = shareMemory(limit, wanted, needs);
          expect(processes).toBeLessThanOrEqual(wanted);
          expect(pixelLimit).toBeGreaterThanOrEqual(1e6);
          expect(shareMemory(limit, 1, needs).pixelLimit).toBeGreaterThanOrEqual(pixelLimit);
        },
      ),
    );
  });
});

describe("reasons", () => {
  it("are told apart by code and words, or by the mark of who knew", () => {
    const error = (code: Parameters<typeof fail>[0], got: string) =>
      fail(code, { where: "a.svs", expected: "x", got });
    expect(failureReason(error("corrupt-data", "the copy is incomplete (truncated)"))).toBe("truncated");
    expect(failureReason(error("corrupt-data", "a cyclic chain"))).toBe("damaged");
    expect(failureReason(error("missing-metadata", "none"))).toBe("no-pixel-size");
    expect(failureReason(error("out-of-memory", "signal SIGKILL"))).toBe("out-of-memory");
    expect(failureReason(withReason(error("invalid-argument", "x"), "too-coarse"))).toBe("too-coarse");
    expect(failureReason(new Error("x"))).toBe("other");
  });
});
