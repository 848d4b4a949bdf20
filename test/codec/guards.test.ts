// What stands before the decoders: streams that are not what their container promises, kinds that are not read, colours.
import { describe, expect, it } from "vitest";
import { jpegColour, readJpeg2000Header, readJpegHeader, type StatedColour } from "../../src/codec/index.ts";
import { decoders, jpeg2000Samples, jpegSamples, sampleNamed } from "./samples.ts";

const jpeg = sampleNamed(jpegSamples(), "4:2:0 67 x 53").tile;
const jpeg2000 = sampleNamed(jpeg2000Samples(), "reversible 67 x 53").tile;

/** A copy with some bytes set, from where `marker` begins. */
function altered(data: Uint8Array, marker: number, offset: number, ...bytes: number[]): Uint8Array {
  const copy = data.slice();
  copy.set(bytes, positionOf(copy, marker) + offset);
  return copy;
}

/** Where a marker stands in the header, found along the segments. */
function positionOf(data: Uint8Array, marker: number): number {
  let at = 2;
  while (data[at + 1] !== marker) at += 2 + ((data[at + 2]! << 8) | data[at + 3]!);
  return at;
}

/** A copy without the segment of a marker. */
function without(data: Uint8Array, marker: number): Uint8Array {
  const at = positionOf(data, marker);
  const end = at + 2 + ((data[at + 2]! << 8) | data[at + 3]!);
  return new Uint8Array([...data.subarray(0, at), ...data.subarray(end)]);
}

describe("the header of a JPEG stream", () => {
  it("says size, components, sampling and kind", () => {
    const header = readJpegHeader(jpeg.data, "a.svs");
    expect(header).toMatchObject({
      process: "baseline",
      width: 67,
      height: 53,
      jfif: true,
      restartInterval: 0,
    });
    expect(header.components.map(({ horizontal, vertical }) => [horizontal, vertical])).toEqual([
      [2, 2],
      [1, 1],
      [1, 1],
    ]);
    expect([...jpeg.data.subarray(header.frameOffset, header.frameOffset + 2)]).toEqual([0xff, 0xc0]);
  });

  it("must promise the size that the slide says, before anything is allocated", () => {
    const lying = altered(jpeg.data, 0xc0, 5, 0xff, 0xdc, 0xff, 0xdc);
    expect(() => decoders.jpeg.decode({ ...jpeg, data: lying })).toThrow(
      /67 x 53, as the slide says, got 65500 x 65500/,
    );
    expect(() => decoders.jpeg.decode({ ...jpeg, width: 64 })).toThrow(
      /64 x 53, as the slide says, got 67 x 53/,
    );
  });

  it.each([
    ["12 bits per sample", altered(jpeg.data, 0xc0, 4, 12), /12 bits/],
    ["arithmetic coding", altered(jpeg.data, 0xc0, 1, 0xc9), /SOF9/],
    ["lossless coding", altered(jpeg.data, 0xc0, 1, 0xc3), /SOF3/],
    ["four components", altered(jpeg.data, 0xc0, 9, 4), /4 components/],
  ])("names %s as not read", (_, data, message) => {
    expect(() => readJpegHeader(data, "a.svs")).toThrow(message);
    expect(() => readJpegHeader(data, "a.svs")).toThrowError(
      expect.objectContaining({ code: "unsupported-format" }),
    );
  });

  it.each([
    ["no JPEG at all", new TextEncoder().encode("<html>"), /do not begin like one/],
    ["an empty stream", new Uint8Array(0), /do not begin like one/],
    ["no Huffman table", without(jpeg.data, 0xc4), /all tables that the scan needs/],
    ["no quantisation table", without(jpeg.data, 0xdb), /all tables that the scan needs/],
    ["no frame", without(jpeg.data, 0xc0), /a frame before the first scan/],
    ["a scan of a component that is not there", altered(jpeg.data, 0xda, 5, 77), /number 77/],
    ["a sampling of 0", altered(jpeg.data, 0xc0, 11, 0), /sampling factors of 1 to 4/],
    ["one component number twice", altered(jpeg.data, 0xc0, 13, 1), /one number twice/],
  ])("with %s is damage", (_, data, message) => {
    expect(() => decoders.jpeg.decode({ ...jpeg, data })).toThrow(message);
    expect(() => decoders.jpeg.decode({ ...jpeg, data })).toThrowError(
      expect.objectContaining({ code: "corrupt-data" }),
    );
  });

  it("of tables that hold an image is refused", () => {
    expect(() => readJpegHeader(jpeg.data, "a.svs", jpeg.data)).toThrow(/tables alone/);
  });

  it("that lost the scans of two of its three components is damage, though a decoder would show a picture", () => {
    const { tile } = sampleNamed(jpegSamples(), "1x1, a scan for each component");
    const second = readJpegHeader(tile.data, "x").scanOffset;
    const next = tile.data.findIndex((byte, i) => i > second && byte === 0xff && tile.data[i + 1] === 0xda);
    const cut = new Uint8Array([...tile.data.subarray(0, next), 0xff, 0xd9]);
    expect(() => decoders.jpeg.decode({ ...tile, data: cut })).toThrow(
      /a scan of every component, got 1 of 3/,
    );
  });
});

describe("the colours of a JPEG stream", () => {
  const colourOf = (data: Uint8Array, stated: StatedColour) => jpegColour(readJpegHeader(data, "x"), stated);
  const marked = sampleNamed(jpegSamples(), "4:4:4 67 x 53").tile.data;
  const unmarked = without(marked, 0xe0);
  const unmarkedSubsampled = without(jpeg.data, 0xe0);

  it("are the stream's own where it carries a mark or coarser components, whatever the container says", () => {
    expect(colourOf(marked, "rgb")).toBe("ycbcr");
    expect(colourOf(unmarkedSubsampled, "rgb")).toBe("ycbcr");
    const adobe = sampleNamed(jpegSamples(), "RGB with an Adobe marker").tile.data;
    expect(colourOf(adobe, "ycbcr")).toBe("rgb");
  });

  it("are the container's where the stream carries none", () => {
    expect(colourOf(unmarked, "rgb")).toBe("rgb");
    expect(colourOf(unmarked, "ycbcr")).toBe("ycbcr");
    expect(colourOf(unmarked, "unknown")).toBe("ycbcr");
    const named = altered(altered(altered(unmarked, 0xc0, 10, 82), 0xc0, 13, 71), 0xc0, 16, 66);
    const scanned = altered(altered(altered(named, 0xda, 5, 82), 0xda, 7, 71), 0xda, 9, 66);
    expect(colourOf(scanned, "unknown")).toBe("rgb");
  });

  it("that the container decides reach the pixels", () => {
    const tile = { ...sampleNamed(jpegSamples(), "4:4:4 67 x 53").tile, data: unmarked };
    const rgb = decoders.jpeg.decode({ ...tile, colour: "rgb" });
    const ycbcr = decoders.jpeg.decode({ ...tile, colour: "ycbcr" });
    for (let i = 0; i < rgb.length; i += 3) {
      const [y, cb, cr] = [rgb[i]!, rgb[i + 1]! - 128, rgb[i + 2]! - 128];
      const red = Math.min(255, Math.max(0, Math.round(y + 1.402 * cr)));
      const blue = Math.min(255, Math.max(0, Math.round(y + 1.772 * cb)));
      expect(Math.abs(red - ycbcr[i]!)).toBeLessThanOrEqual(1);
      expect(Math.abs(blue - ycbcr[i + 2]!)).toBeLessThanOrEqual(1);
    }
  });
});

describe("a window", () => {
  it.each([
    { left: -1, top: 0, width: 4, height: 4 },
    { left: 0, top: 0, width: 0, height: 4 },
    { left: 64, top: 0, width: 4, height: 4 },
    { left: 0, top: 0.5, width: 4, height: 4 },
    { left: 0, top: 0, width: 4, height: Number.NaN },
  ])("$left, $top of $width x $height outside the tile is the caller's mistake", (window) => {
    for (const [decoder, tile] of [
      [decoders.jpeg, jpeg],
      [decoders.jpeg2000, jpeg2000],
    ] as const)
      expect(() => decoder.decode(tile, window)).toThrowError(
        expect.objectContaining({ code: "invalid-argument" }),
      );
  });
});

describe("room for the pixels that the caller gives", () => {
  const window = { left: 5, top: 6, width: 30, height: 20 };
  const sorts = [
    [decoders.jpeg, jpeg],
    [decoders.jpeg2000, jpeg2000],
  ] as const;

  it("is filled and returned", () => {
    for (const [decoder, tile] of sorts) {
      const into = new Uint8Array(3 * 30 * 20);
      expect(decoder.decode(tile, window, into)).toBe(into);
      expect(into).toEqual(decoder.decode(tile, window));
    }
  });

  it("of another length is the caller's mistake", () => {
    for (const [decoder, tile] of sorts)
      for (const length of [0, 1799, 1801])
        expect(() => decoder.decode(tile, window, new Uint8Array(length))).toThrow(
          /exactly 1800 bytes of pixels/,
        );
  });
});

describe("the header of a JPEG 2000 codestream", () => {
  const { data } = jpeg2000;
  /** Offsets in the size segment, which begins at 2, and in the coding style behind it. */
  const style = positionOf(data, 0x52);
  const set = (at: number, ...bytes: number[]) => {
    const copy = data.slice();
    copy.set(bytes, at);
    return copy;
  };

  it("says size and components", () => {
    expect(readJpeg2000Header(data, "a.svs")).toMatchObject({ width: 67, height: 53, ended: true });
  });

  it.each([
    ["a JP2 file", new Uint8Array([0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20, 13, 10, 0x87, 10]), /JP2 file/],
    ["16 bits", set(42, 15), /16 bits/],
    ["signed samples", set(42, 0x87), /signed/],
    ["an image that begins elsewhere", set(17, 1), /begin at 0, 0/],
    ["an unusual sampling", set(46, 3), /unusual sampling/],
    ["high-throughput coding", set(style + 12, 0x40), /high-throughput/],
  ])("names %s as not read", (_, bytes, message) => {
    expect(() => readJpeg2000Header(bytes, "a.svs")).toThrow(message);
    expect(() => readJpeg2000Header(bytes, "a.svs")).toThrowError(
      expect.objectContaining({ code: "unsupported-format" }),
    );
  });

  it.each([
    ["no codestream", new TextEncoder().encode("hello"), /JPEG 2000 codestream/],
    ["a gigantic image", set(8, 0x7f, 0xff, 0xff, 0xff), /at most 4194304 pixels/],
    ["tiles of one pixel", set(24, 0, 0, 0, 1, 0, 0, 0, 1), /at most 1024 tiles/],
    ["tiles of no width", set(24, 0, 0, 0, 0), /at most 1024 tiles/],
    ["65,535 layers", set(style + 6, 0xff, 0xff), /quality layers/],
    ["40 resolutions", set(style + 9, 40), /resolutions/],
    ["gigantic code blocks", set(style + 10, 9, 9), /code blocks/],
    ["a cut", data.subarray(0, 60), /whole marker segments/],
  ])("with %s is damage", (_, bytes, message) => {
    expect(() => decoders.jpeg2000.decode({ ...jpeg2000, data: bytes })).toThrow(message);
    expect(() => decoders.jpeg2000.decode({ ...jpeg2000, data: bytes })).toThrowError(
      expect.objectContaining({ code: "corrupt-data" }),
    );
  });

  it("must promise the size that the slide says", () => {
    expect(() => decoders.jpeg2000.decode({ ...jpeg2000, height: 60 })).toThrow(/67 x 60, as the slide says/);
  });
});
