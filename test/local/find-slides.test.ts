import { symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findSlides, openSlide } from "../../src/local/index.ts";
import { dicomFile } from "../slide/dicom-file.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

/** SeriesInstanceUID. */
const SERIES = 0x0020000e;

const folder = folderOf({
  "s10.svs": "",
  "s2.SVS": "",
  "notes.txt": "",
  ".hidden.svs": "",
  "deep/er/a.ndpi": "",
  "deep/b.tiff": "",
  "zoom/z.dzi": "",
  "zoom/z_files/3/0_0.tif": "",
  "series/1.dcm": "",
  "series/2.dcm": "",
  "single/only.dcm": "",
  "plain/IM0001": dicomFile(),
  "plain/IM0002": dicomFile({ width: 5, height: 4 }),
  "mixed/a.dcm": dicomFile({ elements: { [SERIES]: ["UI", "1.2.1"] } }),
  "mixed/b.dcm": dicomFile({ elements: { [SERIES]: ["UI", "1.2.2"] } }),
  "mixed/c.dcm": dicomFile({ elements: { [SERIES]: ["UI", "1.2.1"] }, width: 5, height: 4 }),
  "mixed/damaged.dcm": "no DICOM",
  "mirax/m.mrxs": "",
  "mirax/m/Data0001.tif": "",
  "pictures/p2.png": "",
  "pictures/p1.png": "",
});
symlinkSync(folder, join(folder, "deep", "loop"));

const names = async (...patterns: string[]) =>
  (await findSlides(patterns.map((pattern) => join(folder, pattern)))).map((path) => relative(folder, path));

describe("findSlides", () => {
  it("looks into folders, in natural order, each slide once, without following links in circles", async () => {
    expect(await names("")).toEqual([
      "deep/b.tiff",
      "deep/er/a.ndpi",
      "mirax/m.mrxs",
      "mixed/a.dcm",
      "mixed/b.dcm",
      "mixed/damaged.dcm",
      "plain",
      "s2.SVS",
      "s10.svs",
      "series",
      "single/only.dcm",
      "zoom/z.dzi",
    ]);
    expect(await names("", "s10.svs", "*.svs", "deep")).toEqual(await names(""));
  });

  it("takes files as they are named and globs by their ending", async () => {
    expect(await names("notes.txt")).toEqual(["notes.txt"]);
    expect(await names("pictures/*.png")).toEqual(["pictures/p1.png", "pictures/p2.png"]);
    expect(await names("**/*.{tiff,ndpi}")).toEqual(["deep/b.tiff", "deep/er/a.ndpi"]);
    expect(await names("ser*")).toEqual(["series"]);
    expect(await names("series/*.dcm")).toEqual(["series"]);
    expect(await names("zoom/**")).toEqual(["zoom/z.dzi"]);
  });

  it("opens a file of a series with the files of the series beside it", async () => {
    const levels = async (name: string) => {
      const slide = await openSlide(join(folder, "mixed", name), { backend: "own" });
      await slide.close();
      return slide.levels.map(({ width, height }) => `${width} x ${height}`);
    };
    expect(await levels("c.dcm")).toEqual(await levels("a.dcm"));
    expect((await levels("a.dcm")).length).toBe(2);
    expect((await levels("b.dcm")).length).toBe(1);
  });

  it("refuses a pattern that names nothing", async () => {
    expect(await refusalOf(() => names("none.svs"))).toContain("not-found: ");
    expect(await refusalOf(() => names("*.scn"))).toContain("not-found: ");
  });
});
