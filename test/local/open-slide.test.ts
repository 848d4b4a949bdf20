// Opening by content: what a path holds decides, and every refusal says which kind it is.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { encodeJpeg, encodePng } from "../../src/image/index.ts";
import { openSlide } from "../../src/local/index.ts";
import { dicomFile } from "../slide/dicom-file.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { folderOf, refusalOf, removeFolders } from "./folders.ts";

afterAll(removeFolders);

const picture = {
  width: 700,
  height: 530,
  data: Uint8Array.from({ length: 3 * 700 * 530 }, (_, i) => (i * 7) % 256),
};
const own = { backend: "own" } as const;

describe("openSlide", () => {
  it("knows files by their content, whatever they are called", async () => {
    const folder = folderOf({
      "a.svs": await encodePng(picture, 0.5),
      "b.png": dicomFile(),
      "c.tif": await encodeJpeg(picture),
    });
    const png = await openSlide(join(folder, "a.svs"), own);
    expect([png.format, png.levels[0]!.compression, png.mpp, png.mppSource]).toEqual([
      "image",
      "PNG",
      { x: 0.5, y: 0.5 },
      "resolution-tag",
    ]);
    const part = await png.readRegion(0, { left: 500, top: 500, width: 30, height: 40 });
    expect(part.data[0]).toBe(picture.data[3 * (500 * 700 + 500)]);
    expect(part.data.subarray(3 * 30 * 30).every((value) => value === 255)).toBe(true);
    expect((await openSlide(join(folder, "b.png"), own)).format).toBe("dicom");
    expect((await openSlide(join(folder, "c.tif"), own)).levels[0]!.compression).toBe("JPEG");
  });

  it("takes a folder of DICOM files for one slide, and leaves other files in it alone", async () => {
    const folder = folderOf({
      "1": dicomFile({ width: 5, height: 4 }),
      "2.dcm": dicomFile(),
      "notes.txt": "x",
      "DICOMDIR.txt": "y",
    });
    const slide = await openSlide(folder, own);
    expect(slide.levels.map(({ width }) => width)).toEqual([10, 5]);
    expect(slide.name).toBe(folder);
    await slide.close();
  });

  it("uses the caller's µm/px, and refuses one that no microscope has without leaving the file open", async () => {
    const path = join(folderOf({ "a.dcm": dicomFile() }), "a.dcm");
    const slide = await openSlide(path, { ...own, mpp: 0.3 });
    expect([slide.mpp, slide.mppSource]).toEqual([{ x: 0.3, y: 0.3 }, "option"]);
    expect(await refusalOf(() => openSlide(path, { ...own, mpp: 500 }))).toContain("invalid-argument: mpp");
  });

  it.each<[string, Record<string, string | Uint8Array>, string, string]>([
    ["nothing", {}, "nothing.svs", "not-found: "],
    ["an empty file", { "a.svs": "" }, "a.svs", "unsupported-format: "],
    ["a web page", { "a.svs": "<!doctype html><title>Not found</title>" }, "a.svs", "unsupported-format: "],
    ["a text", { "a.svs": "hello, this is no slide" }, "a.svs", "unsupported-format: "],
    ["a folder of texts", { "a/b.txt": "x" }, "a", "got a folder without DICOM files"],
    [
      "a truncated TIFF",
      { "a.svs": Uint8Array.of(0x49, 0x49, 42, 0, 200, 0, 0, 0, 1) },
      "a.svs",
      "corrupt-data: ",
    ],
    ["a truncated DICOM", { "a.dcm": dicomFile().subarray(0, 600) }, "a.dcm", "corrupt-data: "],
    [
      "an unsupported compression",
      { "a.dcm": dicomFile({ syntax: "1.2.840.10008.1.2.5" }) },
      "a.dcm",
      "got run-length encoding (RLE)",
    ],
    [
      "a MIRAX slide",
      { "a.mrxs": Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) },
      "a.mrxs",
      "got a MIRAX slide, which only OpenSlide reads",
    ],
    [
      "two Deep Zoom images",
      { "a.dzi": "<Image/>", "b.dzi": "<Image/>" },
      "",
      "got a folder of 2 Deep Zoom images",
    ],
  ])("tells what is wrong with %s", async (_, files, name, message) => {
    expect(await refusalOf(() => openSlide(join(folderOf(files), name), own))).toContain(message);
  });

  const slides = realData("slides");
  it.skipIf(slides === null)(
    `tells truncation of a real slide from damage elsewhere${slides === null ? ` (${NO_REAL_DATA})` : ""}`,
    async () => {
      const bytes = readFileSync(`${slides}/CMU-1-Small-Region.svs`);
      const path = join(folderOf(), "a.svs");
      writeFileSync(path, bytes.subarray(0, bytes.length / 2));
      expect(await refusalOf(() => openSlide(path, own))).toMatch(/^corrupt-data: .*truncated/);
    },
  );
});
