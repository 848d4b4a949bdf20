// DICOM files that mean harm: each ends soon, in bounded memory, in a typed error or in a slide.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { bytesSource, openDicomSlide } from "../../src/slide/index.ts";
import { testDecoders } from "../support/open-bytes.ts";
import { encodeBaselineJpeg } from "../support/slide-writers/jpeg.ts";
import { bare, type DicomFile, dicomFile, encode, JPEG, join, plainFrame } from "./dicom-file.ts";

/** Opens a file and reads every tile, as far as there are few. */
async function readAll(bytes: Uint8Array): Promise<number> {
  const slide = await openDicomSlide([bytesSource("a.dcm", bytes)], await testDecoders());
  let read = 0;
  for (const level of slide.levels)
    for (let row = 0; row * level.tileHeight < level.height && row < 8; row++)
      for (let column = 0; column * level.tileWidth < level.width && column < 8; column++)
        if ((await level.readTile(column, row)) !== null) read += 1;
  await slide.readIccProfile();
  return read;
}

const refusalOf = (bytes: Uint8Array) =>
  readAll(bytes).then(
    () => "read",
    (error: unknown) => (isLowmagError(error) ? `${error.code}: ${error.message}` : `not typed: ${error}`),
  );

const jpeg = (file: DicomFile = {}) => {
  const frames = [0, 1, 2, 3, 4, 5].map((f) =>
    encodeBaselineJpeg({ width: 16, height: 16, data: plainFrame(20 * f, 16) }, { marker: "jfif" }),
  );
  return dicomFile({ tile: 16, width: 40, height: 28, syntax: JPEG, frames, ...file });
};
const EXPLICIT = { implicit: false, delimited: false };
const headerOnly = (...parts: Uint8Array[]) => join([dicomFile({ headerOnly: true }), ...parts]);

describe("a hostile DICOM file", () => {
  it("may nest sequences without end", async () => {
    const levels = Array.from({ length: 200_000 }, () => {
      const sequence = encode(0x52009230, ["OB", new Uint8Array(0)], EXPLICIT);
      sequence.set([0x53, 0x51], 4);
      sequence.set([0xff, 0xff, 0xff, 0xff], 8);
      return join([sequence, bare(0xfffee000, 0xffffffff)]);
    });
    expect(await refusalOf(headerOnly(join(levels)))).toContain(
      "corrupt-data: a.dcm: expected at most 24 sequences inside each other, got more.",
    );
  });

  it("may hold a place for each of 200,000 frames: the header passes through a small window", async () => {
    const frame = 0x52009230;
    const groups = Array.from({ length: 200_000 }, (_, i) => ({
      2134289: ["SQ", [{ 2134359: ["UL", i] }]] as const,
      4719130: [
        "SQ",
        [{ 4719134: ["SL", 1 + (i % 500) * 4], 4719135: ["SL", 1 + Math.floor(i / 500) * 4] }],
      ] as const,
    }));
    const file = headerOnly(encode(frame, ["SQ", groups], EXPLICIT));
    groups.length = 0;
    const before = process.memoryUsage().heapUsed;
    const started = performance.now();
    expect(await refusalOf(file)).toContain("expected pixels, got a header alone: the copy is incomplete");
    expect((performance.now() - started) / 1000).toBeLessThan(5);
    expect((process.memoryUsage().heapUsed - before) / 2 ** 20).toBeLessThan(200);
  });

  it("may fill its header with items that would have to be kept", async () => {
    const items = Array.from({ length: 150_000 }, () => ({}));
    expect(await refusalOf(headerOnly(encode(0x52009229, ["SQ", items], EXPLICIT)))).toContain(
      "corrupt-data: a.dcm: expected a header of sensible size, got too many items or values.",
    );
  });

  it.each<[string, () => Uint8Array, string]>([
    [
      "an element beyond the end",
      () => headerOnly(encode(0x00091001, ["OB", new Uint8Array(8)], EXPLICIT).subarray(0, 14)),
      "corrupt-data: a.dcm: expected (0009,1001) to end by byte",
    ],
    [
      "an item beyond its sequence",
      () =>
        headerOnly(
          encode(0x52009230, ["OB", bare(0xfffee000, 500)], EXPLICIT).map((b, i) =>
            i === 4 ? 0x53 : i === 5 ? 0x51 : b,
          ),
        ),
      "corrupt-data: a.dcm: expected (fffe,e000) to end by byte",
    ],
    ["a stray delimiter", () => headerOnly(bare(0xfffee00d, 0)), "got a stray delimiter (fffe,e00d)"],
    [
      "no such value representation",
      () => headerOnly(Uint8Array.of(9, 0, 1, 0, 0x7a, 0x7a, 0, 0, 0, 0, 0, 0)),
      "expected a value representation for (0009,0001), got 0x7a7a",
    ],
    [
      "no transfer syntax",
      () => dicomFile().slice(0, 132),
      "expected a transfer syntax in the DICOM file's meta group, got none",
    ],
    [
      "frames that are no JPEG",
      () => jpeg({ frames: Array.from({ length: 6 }, () => new Uint8Array(50).fill(255)) }),
      "corrupt-data: a.dcm level 0 tile 0, 0: ",
    ],
    [
      "frames of another size",
      () =>
        jpeg({
          tile: 16,
          frames: Array.from({ length: 6 }, () =>
            encodeBaselineJpeg({ width: 8, height: 8, data: plainFrame(1, 8) }),
          ),
        }),
      "expected a JPEG stream of 16 x 16, as the slide says, got 8 x 8",
    ],
    [
      "sides of 2^31",
      () => dicomFile({ elements: { 4718598: ["UL", -2147483648] } }),
      "expected (0048,0006) from 1 to 4000000, got 2147483648",
    ],
    [
      "a matrix without columns",
      () => dicomFile({ elements: { 4718598: null } }),
      "expected (0048,0006) from 1 to 4000000, got none",
    ],
  ])("may have %s", async (_, file, message) => {
    expect(await refusalOf(file())).toContain(message);
  });

  it("may be cut off at any byte", async () => {
    const file = jpeg({ delimited: true });
    const codes = new Set<string>();
    for (let length = 0; length < file.length - 8; length++)
      codes.add((await refusalOf(file.subarray(0, length))).split(":")[0]!);
    expect([...codes].sort()).toEqual(["corrupt-data", "unsupported-format"]);
  });
});
