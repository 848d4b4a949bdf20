// Directories of TIFF and BigTIFF: values of every type in both byte orders, and files that lie about themselves.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { bytesSource } from "../../src/slide/index.ts";
import { readTiffImage } from "../../src/slide/tiff/image.ts";
import { readTiff } from "../../src/slide/tiff/read-tiff.ts";
import { openBytes } from "../support/open-bytes.ts";
import { type Directory, type TiffLayout, writeTiff } from "../support/slide-writers/tiff-file.ts";
import { entryAt, patched } from "../support/tiff-patch.ts";

const open = (bytes: Uint8Array) => readTiff(bytesSource("a.tif", bytes));

/** A grey picture of 64 x 48 in uncompressed tiles of 16. */
function picture(more: Directory["tags"] = [], children: readonly Directory[] = []): Directory {
  return {
    tiled: true,
    segments: Array.from({ length: 12 }, (_, k) => new Uint8Array(256).fill(10 * k)),
    children,
    tags: [
      { tag: 256, type: "long", values: [64] },
      { tag: 257, type: "long", values: [48] },
      { tag: 258, type: "short", values: [8] },
      { tag: 259, type: "short", values: [1] },
      { tag: 262, type: "short", values: [1] },
      { tag: 277, type: "short", values: [1] },
      { tag: 322, type: "short", values: [16] },
      { tag: 323, type: "short", values: [16] },
      ...more,
    ],
  };
}

const LAYOUTS: readonly TiffLayout[] = [
  {},
  { bigEndian: true },
  { bigTiff: true },
  { bigTiff: true, bigEndian: true },
];

describe.each(LAYOUTS)("a file laid out as %o", (layout) => {
  it("gives up its values, texts and tables", async () => {
    const bytes = writeTiff(
      [
        picture([
          { tag: 270, type: "ascii", values: "a picture of µm" },
          { tag: 282, type: "rational", values: [377.35] },
          { tag: 40_000, type: "double", values: [0.1, -2] },
          { tag: 40_001, type: "slong", values: [-70_000] },
          { tag: 40_002, type: "float", values: [0.5] },
        ]),
        picture([], [picture()]),
      ],
      layout,
    );
    const { directories } = await open(bytes);
    const [first, second] = directories;
    expect(directories.length).toBe(2);
    expect(second!.subDirectories.map(({ label }) => label)).toEqual(["1.0"]);
    expect(await first!.text(270)).toBe("a picture of µm");
    expect(await first!.number(282, undefined)).toBe(377.35);
    expect([...(await first!.numbers(40_000))!]).toEqual([0.1, -2]);
    expect(await first!.number(40_001, undefined)).toBe(-70_000);
    expect(await first!.number(40_002, undefined)).toBe(0.5);
    expect(await first!.number(40_003, undefined)).toBeUndefined();
    const image = await readTiffImage(first!);
    expect([image.columns, image.rows, image.offsets.length]).toEqual([4, 3, 12]);
    expect(await image.byteCounts.at(11)).toBe(256);
    expect(() => image.byteCounts.at(12)).toThrow(/expected a number at 12/);
  });

  it("shows its pixels", async () => {
    const slide = await openBytes(writeTiff([picture()], layout));
    const { data } = await slide.readRegion(0, { left: 15, top: 15, width: 2, height: 2 });
    expect([...data].filter((_, k) => k % 3 === 0)).toEqual([0, 10, 40, 50]);
  });

  it("is told to be truncated wherever it is cut", async () => {
    const bytes = writeTiff([picture([{ tag: 270, type: "ascii", values: "longer than four" }])], layout);
    for (let length = 0; length < bytes.length; length += length < 32 ? 1 : 37) {
      const error = await openBytes(bytes.subarray(0, length)).catch((thrown: unknown) => thrown);
      expect(isLowmagError(error)).toBe(true);
      if (length >= 16) expect((error as Error).message).toMatch(/truncated|incomplete/);
    }
  });
});

describe("a file that means harm", () => {
  const small = picture();
  const whole = writeTiff([
    picture(),
    { ...small, tags: small.tags.map((tag) => (tag.tag === 256 ? { ...tag, values: [40] } : tag)) },
  ]);
  const code = async (bytes: Uint8Array) => {
    const error = await openBytes(bytes).catch((thrown: unknown) => thrown);
    return isLowmagError(error) ? `${error.code}: ${error.message}` : String(error);
  };
  const patch = (tag: number, change: Parameters<typeof patched>[2]) => code(patched(whole, tag, change));

  it("cannot send the reader in circles", async () => {
    const chain = entryAt(whole, 1).end;
    const loop = whole.slice();
    new DataView(loop.buffer).setUint32(chain, new DataView(whole.buffer).getUint32(4, true), true);
    expect(await code(loop)).toMatch(/^corrupt-data.*a circle at byte/);
    const self = whole.slice();
    const first = new DataView(whole.buffer).getUint32(4, true);
    new DataView(self.buffer).setUint32(entryAt(whole, 0).end, first, true);
    expect(await code(self)).toMatch(/a circle/);
    const children = writeTiff([picture([], [picture()])]);
    const view = new DataView(children.buffer);
    view.setUint32(entryAt(children, 0, 330).value, view.getUint32(4, true), true);
    expect(await code(children)).toMatch(/a circle/);
  });

  it("cannot ask for the impossible", async () => {
    expect(await patch(256, { value: 2 ** 31 })).toMatch(/^corrupt-data.*ImageWidth from 1 to 4000000/);
    expect(await patch(257, { value: 0 })).toMatch(/^corrupt-data.*ImageLength/);
    expect(await patch(322, { value: 0xffff })).toMatch(/^corrupt-data.*TileWidth from 8 to 4096/);
    expect(await patch(256, { value: 3_999_999 })).toMatch(/^corrupt-data.*tag 324 to list 750000 tiles/);
    expect(await patch(277, { value: 65_535 })).toMatch(/^corrupt-data.*SamplesPerPixel from 1 to 64/);
    expect(await patch(258, { value: 0 })).toMatch(/^corrupt-data/);
    expect(await patch(324, { count: 0xffff_ffff })).toMatch(/^corrupt-data.*at most 268435456 bytes/);
    expect(await patch(324, { count: 50_000_000 })).toMatch(/^corrupt-data.*truncated/);
    expect(await patch(324, { value: 0xffff_fff0 })).toMatch(/^corrupt-data.*truncated/);
  });

  it("is refused by the name of what is not read", async () => {
    expect(await patch(259, { value: 6 })).toMatch(/^unsupported-format.*old-style JPEG/);
    expect(await patch(259, { value: 50_000 })).toMatch(/^unsupported-format.*Zstandard/);
    expect(await patch(259, { value: 4242 })).toMatch(/^unsupported-format.*compression 4242/);
    expect(await patch(262, { value: 5 })).toMatch(/^unsupported-format.*CMYK/);
    expect(await patch(262, { value: 3 })).toMatch(/^unsupported-format.*palette/);
    expect(await patch(258, { value: 1 })).toMatch(/^unsupported-format.*1 bits per sample/);
    expect(await patch(277, { value: 2 })).toMatch(/^unsupported-format.*2 samples per pixel/);
  });

  it("names the tile that lies beyond the end or is too short", async () => {
    const [{ value: offsets }, { value: counts }] = [entryAt(whole, 0, 324), entryAt(whole, 0, 325)];
    const view = new DataView(whole.buffer);
    const far = whole.slice();
    new DataView(far.buffer).setUint32(view.getUint32(offsets, true), 0x7fff_ffff, true);
    const slide = await openBytes(far);
    const corner = { left: 0, top: 0, width: 4, height: 4 };
    await expect(slide.readRegion(0, corner)).rejects.toThrow(/truncated/);
    await expect(slide.readRegion(0, { ...corner, left: 20 })).resolves.toBeDefined();
    const short = whole.slice();
    new DataView(short.buffer).setUint32(view.getUint32(counts, true), 255, true);
    await expect((await openBytes(short)).readRegion(0, corner)).rejects.toThrow(
      /level 0 tile 0, 0: expected 256 bytes of samples, got 255/,
    );
    const huge = whole.slice();
    new DataView(huge.buffer).setUint32(view.getUint32(counts, true), 0xffff_ffff, true);
    await expect((await openBytes(huge)).readRegion(0, corner)).rejects.toThrow(/at most 1049600 bytes/);
  });

  it("loses a damaged picture beside the slide, and says so", async () => {
    const bytes = patched(whole, 257, { value: 0 }, 1);
    const slide = await openBytes(bytes);
    expect(slide.associated).toEqual([]);
    expect(slide.notes.join()).toMatch(/directory 1 is left out.*ImageLength/);
  });

  it("loses the SubIFDs of such a picture, and says so; those of the slide it cannot do without", async () => {
    const [main, beside] = [picture(), { ...small, tags: small.tags.slice(1) }];
    const width = { tag: 256, type: "long" as const, values: [40] };
    const parent = { ...beside, tags: [width, ...beside.tags], children: [picture()] };
    const bytes = writeTiff([main, parent]);
    new DataView(bytes.buffer).setUint32(entryAt(bytes, 1, 330).value, 0x7fff_ffff, true);
    const slide = await openBytes(bytes);
    expect(slide.notes.join()).toMatch(/truncated/);
    const broken = writeTiff([{ ...main, children: [picture()] }]);
    new DataView(broken.buffer).setUint32(entryAt(broken, 0, 330).value, 0x7fff_ffff, true);
    expect(await code(broken)).toMatch(/^corrupt-data.*truncated/);
  });

  it("is not a slide when it is something else", async () => {
    expect(await code(new Uint8Array(0))).toMatch(/^unsupported-format.*an empty file/);
    expect(await code(new TextEncoder().encode("<!DOCTYPE html><html>404"))).toMatch(/a web page/);
    expect(await code(new Uint8Array(500).fill(7))).toMatch(/^unsupported-format.*another kind/);
    expect(await code(whole.subarray(0, 4))).toMatch(/^corrupt-data.*truncated/);
  });
});

describe("an open slide of very many tiles", () => {
  it("leaves their tables in the file", async () => {
    // 244 million tiles would need 2 GB of table; a limit refuses that. 500,000 are read a page at a time.
    const columns = 1000;
    const segments: Uint8Array[] = [new Uint8Array(256).fill(77)];
    for (let k = 1; k < columns * 500; k++) segments.push(new Uint8Array(0));
    const directory = picture();
    const tags = directory.tags.map((tag) =>
      tag.tag === 256 ? { ...tag, values: [16_000] } : tag.tag === 257 ? { ...tag, values: [8000] } : tag,
    );
    const bytes = writeTiff([{ ...directory, tags, segments }]);
    let read = 0;
    const source = bytesSource("many.tif", bytes);
    const counting = {
      ...source,
      read(offset: number, length: number) {
        read += length;
        return source.read(offset, length);
      },
    };
    const { directories } = await readTiff(counting);
    const image = await readTiffImage(directories[0]!);
    expect(read).toBeLessThan(2000);
    expect(await image.byteCounts.at(0)).toBe(256);
    expect(await image.offsets.at(499_999)).toBe(0);
    expect(read).toBeLessThan(150_000);
  });
});
