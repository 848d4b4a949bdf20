// DICOM whole-slide images: encodings, frames, series, refusals.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseDicom } from "dicom-parser";
import { describe, expect, it } from "vitest";
import { readHeader } from "../../src/slide/dicom/read-header.ts";
import { bytesSource, openDicomSlide, type SlideContent } from "../../src/slide/index.ts";
import { testDecoders } from "../support/open-bytes.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import { type DicomFile, dicomFile, type Element, JPEG, plainFrame } from "./dicom-file.ts";

async function open(...files: readonly (DicomFile | Uint8Array)[]): Promise<SlideContent> {
  const sources = files.map((file, i) =>
    bytesSource(`${"abcdefgh"[i]}.dcm`, file instanceof Uint8Array ? file : dicomFile(file)),
  );
  return await openDicomSlide(sources, await testDecoders(), { name: "slide" });
}

/** "code: message" of the refusal. */
async function refusalOf(...files: readonly (DicomFile | Uint8Array)[]): Promise<string> {
  return await open(...files).then(
    () => "opened",
    (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
  );
}

/** The first red value of every tile of level 0, row by row; -1 for a missing one. */
async function reds({ levels }: SlideContent): Promise<number[]> {
  const [level] = levels;
  const found: number[] = [];
  for (let row = 0; row * level!.tileHeight < level!.height; row++)
    for (let column = 0; column * level!.tileWidth < level!.width; column++)
      found.push((await level!.readTile(column, row))?.[0] ?? -1);
  return found;
}

/** Frames of 16 x 16 in JPEG, each plain. */
const jpegFrames = (count: number) =>
  Array.from({ length: count }, (_, f) => {
    const data = plainFrame(10 * f, 16);
    return encodeBaselineJpeg({ width: 16, height: 16, data }, { marker: "jfif", quality: 95 });
  });

const SIX = [1, 2, 3, 4, 5, 6];

describe("the header of a DICOM file", () => {
  it.each<[string, DicomFile]>([
    ["explicit, with lengths", {}],
    ["explicit, with delimiters", { delimited: true }],
    ["implicit, with lengths", { implicit: true }],
    ["implicit, with delimiters", { implicit: true, delimited: true }],
  ])("is read %s", async (_, file) => {
    const slide = await open(file);
    expect(slide.levels.map(({ width, height, tileWidth }) => [width, height, tileWidth])).toEqual([
      [10, 7, 4],
    ]);
    expect([slide.mpp, slide.mppSource]).toEqual([{ x: 0.5, y: 0.25 }, "dicom"]);
    expect(await reds(slide)).toEqual(SIX);
  });

  it("may hold long values, private sequences of unknown length and compressed icons, which are stepped over", async () => {
    const icon: Element = ["SQ", [{ 593922: ["LO", "x"], 593923: ["SQ", []] }]];
    const elements = {
      593921: icon,
      593924: ["OB", new Uint8Array(300_000)] as Element,
      4718853: ["SQ", [{ 2629632: ["OB", new Uint8Array(9000).fill(7)], 4718866: ["DS", "40"] }]] as Element,
    };
    const slide = await open({ elements, delimited: true });
    expect(await reds(slide)).toEqual(SIX);
    expect(slide.objective).toBe(40);
    expect((await slide.readIccProfile())?.length).toBe(9000);
  });

  it("takes µm/px from the first frame, or from the imaged volume when both sides agree, and says so", async () => {
    const measures = { 2658576: ["SQ", [{ 2621488: ["DS", "0.001\\0.001"] }]] as Element };
    const perFrame = await open({
      elements: { 1375769129: null, 1375769136: ["SQ", SIX.map(() => measures)] },
    });
    expect([perFrame.mpp, perFrame.notes]).toEqual([{ x: 1, y: 1 }, []]);
    const volume = (width: number, height: number) => ({
      elements: { 1375769129: null, 4718593: ["FL", width] as Element, 4718594: ["FL", height] as Element },
    });
    const fitting = await open(volume(0.005, 0.0035));
    expect(fitting.mpp!.x).toBeCloseTo(0.5, 6);
    expect(fitting.notes).toEqual([
      "No Pixel Spacing; µm/px is taken from the Imaged Volume of 0.005 x 0.0035 mm.",
    ]);
    const slip = {
      1375769129: ["SQ", [{ 2658576: ["SQ", [{ 2621488: ["DS", "0.00025\\0.005"] }]] }]] as Element,
    };
    const long = await open({ elements: slip });
    expect([long.mpp, long.notes]).toEqual([null, ["Pixel Spacing of 0.00025 x 0.005 mm is not believed."]]);
    const square = await open(volume(0.005, 0.005));
    expect([square.mpp, square.mppSource]).toEqual([null, null]);
    expect(square.notes[0]).toContain("is not believed: 0.50 x 0.71 µm/px");
  });

  it("gives no value away that is not on the list of technical facts", async () => {
    const secret = "DOE^JANE";
    const elements: Record<number, Element> = {
      1048592: ["PN", secret],
      1048608: ["LO", secret],
      524320: ["DA", "20260101"],
      524400: ["LO", "Maker"],
      4195602: ["LO", secret],
      528528: ["LO", "Model\u0007 1"],
    };
    const slide = await open({ elements });
    expect(JSON.stringify(slide)).not.toMatch(/DOE|20260101|1\.2\.3/);
    expect(slide.vendor).toBe("Maker");
    expect(slide.properties["dicom.ManufacturerModelName"]).toBe("Model 1");
  });
});

describe("frames", () => {
  const size = { tile: 16, width: 40, height: 28, syntax: JPEG };

  it.each<[string, DicomFile]>([
    ["by the basic offset table", {}],
    ["without a table", { table: "empty" }],
    ["by the extended offset table", { table: "extended" }],
    ["in pieces, by the basic offset table", { pieces: 3 }],
    ["in pieces, without a table", { table: "empty", pieces: 3 }],
  ])("are found %s", async (_, file) => {
    const slide = await open({ ...size, frames: jpegFrames(6), ...file });
    const found = await reds(slide);
    const apart = [1, 11, 21, 31, 41, 51].map((red, i) => Math.abs(found[i]! - red));
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
  });

  it("are refused one by one where the table is wrong", async () => {
    const slide = await open({ ...size, frames: jpegFrames(6), table: "wrong" });
    await expect(slide.levels[0]!.readTile(0, 0)).rejects.toThrow(
      /a\.dcm frame 1: expected pieces of a frame/,
    );
  });

  it("lie beyond 4 GB where the extended offset table says so", async () => {
    const file = dicomFile({ ...size, frames: jpegFrames(6), table: "extended" });
    // The pixels begin at the head of the first item behind the (empty) basic table; the file is pulled apart there.
    const table = file.length - frameBytes(jpegFrames(6)) - 8;
    const gap = 5 * 2 ** 30;
    const moved = file.slice();
    const offsets = indexOfTag(moved, 0x7fe00001) + 12;
    const view = new DataView(moved.buffer);
    for (let i = 0; i < 6; i++)
      view.setBigUint64(offsets + 8 * i, view.getBigUint64(offsets + 8 * i, true) + BigInt(gap), true);
    const read = (offset: number, length: number) => {
      const bytes = new Uint8Array(length);
      const part = (from: number, start: number, end: number) => {
        const low = Math.max(offset, start);
        const high = Math.min(offset + length, end);
        if (low < high) bytes.set(moved.subarray(low - start + from, high - start + from), low - offset);
      };
      part(0, 0, table);
      part(table, table + gap, moved.length + gap);
      return bytes;
    };
    const source = { name: "huge.dcm", size: moved.length + gap, read, close: async () => undefined };
    const slide = await openDicomSlide([source], await testDecoders());
    const last = await slide.levels[0]!.readTile(2, 1);
    expect(Math.abs(last![0]! - 51)).toBeLessThanOrEqual(2);
  });

  it("may have samples a plane each, and grey ones are shown as grey", async () => {
    const planar = Uint8Array.from({ length: 48 }, (_, i) => (i < 16 ? 9 : i < 32 ? 8 : 7));
    const one = { tile: 4, width: 4, height: 4 };
    const slide = await open({ ...one, frames: [planar], elements: { 2621446: ["US", 1] } });
    expect([...(await slide.levels[0]!.readTile(0, 0))!.subarray(0, 6)]).toEqual([9, 8, 7, 9, 8, 7]);
    const grey = Uint8Array.from({ length: 16 }, (_, i) => i);
    const elements: Record<number, Element> = { 2621442: ["US", 1], 2621444: ["CS", "MONOCHROME2"] };
    const shown = await open({ ...one, frames: [grey], elements });
    const window = { left: 1, top: 1, width: 2, height: 1 };
    expect([...(await shown.levels[0]!.readTile(0, 0, window))!]).toEqual([5, 5, 5, 6, 6, 6]);
  });

  it("stand where TILED_SPARSE puts them, and may be missing", async () => {
    const slide = await open({
      places: [
        [5, 5],
        [1, 1],
        [9, 1],
      ],
    });
    expect(await reds(slide)).toEqual([2, -1, 3, -1, 1, -1]);
    expect(await slide.levels[0]!.readTile(1, 0)).toBeNull();
  });

  it("of several focal planes are the middle one's", async () => {
    const frames = Array.from({ length: 18 }, (_, f) => plainFrame(f, 4));
    const slide = await open({ frames, elements: { 4719363: ["UL", 3] } });
    expect(await reds(slide)).toEqual([7, 8, 9, 10, 11, 12]);
    expect(slide.notes).toEqual(["Of 3 focal planes the middle one is read."]);
  });

  it.each<[string, DicomFile, string]>([
    [
      "off the grid",
      { places: [[3, 1]] },
      "unsupported-format: a.dcm: expected frames on a grid of 4 pixels, got frame 1 at pixel 3.",
    ],
    [
      "outside the image",
      { places: [[13, 1]] },
      "corrupt-data: a.dcm: expected frame 1 inside the image, got pixel 13.",
    ],
    [
      "at one place twice",
      {
        places: [
          [1, 1],
          [1, 1],
        ],
      },
      "unsupported-format: a.dcm: expected one frame for each tile, got two frames for tile 0, 0.",
    ],
    [
      "without a place",
      { elements: { 2134801: ["CS", "TILED_SPARSE"] } },
      "corrupt-data: a.dcm: expected a place for each of 6 frames, got 0.",
    ],
    [
      "too few",
      { elements: { 2621448: ["IS", "5"] } },
      "corrupt-data: a.dcm: expected 3 x 2 tiles in 1 focal planes, got 5 frames.",
    ],
    [
      "of several optical paths",
      { elements: { 4719362: ["UL", 2] } },
      "unsupported-format: a.dcm: expected one frame for each tile, got 2 optical paths.",
    ],
    [
      "far more than the file holds",
      { elements: { 2621448: ["IS", "4000000"] } },
      "corrupt-data: a.dcm: expected 192000000 bytes of pixels for 4000000 frames, got 288.",
    ],
    [
      "as a text",
      { elements: { 2621448: ["IS", "6e"] } },
      'corrupt-data: a.dcm: expected (0028,0008) to hold numbers, got "6e".',
    ],
    [
      "that are too large",
      { elements: { 2621456: ["US", 65_000], 2621457: ["US", 65_000] } },
      "unsupported-format: a.dcm: expected frames of up to 16777216 pixels, got frames of 65000 x 65000.",
    ],
  ])("%s are refused", async (_, file, message) => {
    expect(await refusalOf(file)).toContain(message);
  });
});

/** Bytes of the frames' items and the end of their sequence. */
function frameBytes(frames: readonly Uint8Array[]): number {
  return frames.reduce((sum, { length }) => sum + 8 + length + (length % 2), 0);
}

function indexOfTag(file: Uint8Array, tag: number): number {
  const pattern = [(tag >>> 16) & 0xff, tag >>> 24, tag & 0xff, (tag >>> 8) & 0xff];
  return file.findIndex((_, at) => pattern.every((byte, i) => file[at + i] === byte));
}

describe("a series", () => {
  const level = (width: number, height: number, elements: DicomFile["elements"] = {}): DicomFile => ({
    width,
    height,
    elements,
  });
  const flavour = (name: string): DicomFile["elements"] => ({
    524296: ["CS", `ORIGINAL\\PRIMARY\\${name}\\NONE`],
  });

  it("is sorted by size, whatever the order of the files, with its pictures by kind", async () => {
    const files = [
      level(5, 4),
      level(9, 9, flavour("LABEL")),
      level(20, 14),
      level(8, 3, flavour("OVERVIEW")),
      level(10, 7),
      level(4, 3, flavour("THUMBNAIL")),
      level(3, 3, flavour("LABEL")),
    ];
    const slide = await open(...files);
    expect(slide.levels.map(({ width, height }) => [width, height])).toEqual([
      [20, 14],
      [10, 7],
      [5, 4],
    ]);
    expect(slide.associated).toEqual([
      { name: "label", kind: "label", width: 9, height: 9 },
      { name: "macro", kind: "macro", width: 8, height: 3 },
      { name: "thumbnail", kind: "thumbnail", width: 4, height: 3 },
      { name: "label 2", kind: "label", width: 3, height: 3 },
    ]);
    const macro = await slide.readAssociated("macro");
    expect([macro.width, macro.height, macro.data[0], macro.data[3 * 4]]).toEqual([8, 3, 1, 2]);
    await expect(slide.readAssociated("map")).rejects.toThrow("one of label, macro, thumbnail, label 2");
  });

  it.each<[string, DicomFile[], string]>([
    [
      "of two series",
      [level(10, 7), level(5, 4, { 2097166: ["UI", "9.9"] })],
      "unsupported-format: slide: expected files of one slide (one of series), got 2 series, for example in a.dcm and b.dcm.",
    ],
    [
      "of two pyramids",
      [level(10, 7, { 524313: ["UI", "1.1"] }), level(5, 4, { 524313: ["UI", "1.2"] })],
      "got 2 pyramids",
    ],
    [
      "with one level twice",
      [level(10, 7), level(10, 7)],
      "unsupported-format: slide: expected levels of different sizes, got two of 10 x 7: a.dcm and b.dcm.",
    ],
    [
      "with a level of another shape",
      [level(100, 70), level(50, 20)],
      "corrupt-data: slide: expected a level of about 50 x 35 in b.dcm, got 50 x 20, another part of the slide.",
    ],
    [
      "of labels alone",
      [level(10, 7, flavour("LABEL"))],
      "unsupported-format: slide: expected an image of the tissue (VOLUME), got only label.",
    ],
    [
      "with a part of a concatenation",
      [level(10, 7, { 2134369: ["UI", "7.7"], 2134371: ["US", 3] })],
      "unsupported-format: a.dcm: expected an image in one file, got a part of a concatenation of 3 files.",
    ],
    [
      "of another kind of DICOM",
      [level(10, 7, { 524310: ["UI", "1.2.840.10008.5.1.4.1.1.2"] })],
      "unsupported-format: slide: expected a whole-slide microscopy image, got DICOM of another kind.",
    ],
  ])("%s is refused by name", async (_, files, message) => {
    expect(await refusalOf(...files)).toContain(message);
  });

  it("leaves files of another kind alone, with a note", async () => {
    const slide = await open(level(10, 7), level(5, 4, { 524310: ["UI", "1.2.840.10008.5.1.4.1.1.91.1"] }));
    expect(slide.levels.length).toBe(1);
    expect(slide.notes).toEqual(["1 DICOM files of another kind were left alone."]);
  });
});

describe("pixels of a kind that is not read", () => {
  it.each<[string, DicomFile, string]>([
    [
      "16 bits",
      { elements: { 2621696: ["US", 16], 2621697: ["US", 12] } },
      "expected 8-bit unsigned samples, got 12 of 16 bits",
    ],
    ["signed", { elements: { 2621699: ["US", 1] } }, "got 8 of 8 bits, signed"],
    [
      "a palette",
      { elements: { 2621444: ["CS", "PALETTE COLOR"], 2621442: ["US", 1] } },
      'got photometric interpretation "PALETTE COLOR" in 1 samples',
    ],
    [
      "uncompressed YBR",
      { elements: { 2621444: ["CS", "YBR_FULL_422"] } },
      'got photometric interpretation "YBR_FULL_422" in 3 samples',
    ],
    [
      "deflated",
      { syntax: "1.2.840.10008.1.2.1.99" },
      "got deflated headers (Deflated Explicit VR Little Endian) (transfer syntax 1.2.840.10008.1.2.1.99)",
    ],
    ["big endian", { syntax: "1.2.840.10008.1.2.2" }, "got big-endian numbers"],
    ["JPEG-LS", { syntax: "1.2.840.10008.1.2.4.80" }, "got JPEG-LS"],
    ["JPEG XL", { syntax: "1.2.840.10008.1.2.4.110" }, "got JPEG XL"],
    ["RLE", { syntax: "1.2.840.10008.1.2.5" }, "got run-length encoding"],
    ["HTJ2K", { syntax: "1.2.840.10008.1.2.4.201" }, "got high-throughput JPEG 2000"],
    [
      "unheard of",
      { syntax: "1.9.9" },
      "got a compression that lowmag does not know (transfer syntax 1.9.9)",
    ],
    [
      "floating-point",
      { headerOnly: true, elements: { 2145386504: ["OB", new Uint8Array(8)] } },
      "expected whole-number pixels, got floating-point pixels",
    ],
  ])("is refused: %s", async (_, file, message) => {
    expect(await refusalOf(file)).toMatch(/^unsupported-format: /);
    expect(await refusalOf(file)).toContain(message);
  });
});

const folder = realData("slides");

describe.skipIf(folder === null)(`real DICOM slides${folder === null ? ` (${NO_REAL_DATA})` : ""}`, () => {
  const goldens = JSON.parse(
    readFileSync(fileURLToPath(new URL("../golden/slide/dicom-pixels.json", import.meta.url)), "utf8"),
  ) as Record<
    string,
    { width: number; height: number; tile: number[]; spacing: number[] | null; sha256: string }
  >;

  it("that do not say where their frames lie are refused (this one's lie column by column)", async () => {
    const bytes = readFileSync(`${folder}/small_dicom.dcm`);
    await expect(open(bytes)).rejects.toMatchObject({
      code: "unsupported-format",
      message: expect.stringContaining("42 frames without a word on their order"),
    });
  });

  const readable = Object.entries(goldens).filter(([name]) => name !== "small_dicom.dcm");
  it.each(readable)("%s has the pixels that pydicom and Pillow see", async (name, golden) => {
    const slide = await open(readFileSync(`${folder}/${name}`));
    const [level] = slide.levels;
    expect([level!.width, level!.height]).toEqual([golden.width, golden.height]);
    expect([level!.tileWidth, level!.tileHeight]).toEqual(golden.tile);
    if (golden.spacing === null) expect(slide.mpp).toBeNull();
    else
      expect([slide.mpp!.y, slide.mpp!.x]).toEqual(
        golden.spacing.map((mm) => Number((1000 * mm).toPrecision(9))),
      );
    const { readWhole } = await import("../../src/slide/dicom/instance-level.ts");
    const { data } = await readWhole(level!, name);
    expect(createHash("sha256").update(data).digest("hex")).toBe(golden.sha256);
  });

  it.each(Object.keys(goldens))("%s has the elements that dicom-parser sees", async (name) => {
    const bytes = readFileSync(`${folder}/${name}`);
    const { dataSet } = await readHeader(bytesSource(name, bytes), () => undefined);
    const expected = parseDicom(bytes, { untilTag: "x7fe00010" }).elements;
    let compared = 0;
    for (const [tag, element] of dataSet.elements) {
      const other = expected[`x${tag.toString(16).padStart(8, "0")}`];
      if (element.bytes === null) continue;
      expect(other?.dataOffset).toBe(element.offset);
      expect(other?.length).toBe(element.length);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });
});
