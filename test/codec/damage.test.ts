// Damaged streams: a typed error or the right pixels, and the next tile is decoded as if nothing had been.
import { describe, expect, it } from "vitest";
import { decodeLzw, decodePackBits, inflatePortable, readJpegHeader } from "../../src/codec/index.ts";
import { typedOutcome } from "../support/mutate.ts";
import { decoders, jpeg2000Samples, jpegSamples, sampleNamed, sha256 } from "./samples.ts";

const jpeg = sampleNamed(jpegSamples(), "4:2:0 67 x 53");
const jpeg2000 = sampleNamed(jpeg2000Samples(), "irreversible 67 x 53");

describe("a stream that is cut off", () => {
  it("of JPEG is damage, or lacks nothing but its last marker: never other pixels", () => {
    const names = ["4:2:0 67 x 53", "4:4:4 61 x 47, progressive", "4:2:2 50 x 50, restarts"];
    for (const { tile, sha256: expected } of names.map((name) => sampleNamed(jpegSamples(), name))) {
      let read = 0;
      for (let length = 0; length < tile.data.length; length++) {
        const data = tile.data.subarray(0, length);
        const outcome = typedOutcome(`${tile.where} cut to ${length}`, () => {
          expect(sha256(decoders.jpeg.decode({ ...tile, data }))).toBe(expected);
        });
        if (outcome === "read") read++;
        else expect(outcome).toBe("corrupt-data");
      }
      expect(read).toBeLessThan(4);
    }
  });

  it("of JPEG 2000 is damage, or lacks nothing but its last marker: never other pixels", () => {
    const { tile, sha256: expected } = jpeg2000;
    for (let length = 0; length < tile.data.length; length++) {
      const data = tile.data.subarray(0, length);
      const outcome = typedOutcome(`cut to ${length}`, () => {
        expect(sha256(decoders.jpeg2000.decode({ ...tile, data }))).toBe(expected);
      });
      expect(outcome).toBe(length === tile.data.length - 2 ? "read" : "corrupt-data");
    }
  });
});

describe("after a failed decode", () => {
  it("the next tile has its pixels, thousands of times over, and memory does not grow", () => {
    const broken = { ...jpeg.tile, data: jpeg.tile.data.subarray(0, 700) };
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 3000; i++) expect(() => decoders.jpeg.decode(broken)).toThrow(/premature end/);
    expect(sha256(decoders.jpeg.decode(jpeg.tile))).toBe(jpeg.sha256);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
  });

  it("the error says in the decoder's words what is wrong", () => {
    const data = jpeg.tile.data.slice(0, 700);
    expect(() => decoders.jpeg.decode({ ...jpeg.tile, data, where: "a.svs level 0 tile 3, 7" })).toThrow(
      /^a\.svs level 0 tile 3, 7: expected a sound JPEG stream, got "Corrupt JPEG data: premature end of data segment"\./,
    );
  });
});

describe("a tile that needs more memory than the decoder has", () => {
  it("is named as too large, and leaves the decoder as it was", () => {
    const { tile } = jpeg;
    // 8,190 x 8,190 pixels, and a stream that is long although it ends soon.
    const at = readJpegHeader(tile.data, "x").frameOffset;
    const data = new Uint8Array(80 * 2 ** 20);
    data.set(tile.data);
    data.set([0x1f, 0xfe, 0x1f, 0xfe], at + 5);
    const huge = { ...tile, data, width: 8190, height: 8190 };
    expect(() => decoders.jpeg.decode(huge)).toThrow(/can be decoded in 256 MB, got a larger one/);
    expect(sha256(decoders.jpeg.decode(tile))).toBe(jpeg.sha256);
  });
});

describe("noise", () => {
  it("leaves codes without a checksum within the room they were given", async () => {
    const noise = new Uint8Array(5000).map((_, i) => (i * 2654435761) >>> 13);
    expect(() => decodeLzw(noise, 100, "x")).toThrow();
    expect(() => decodePackBits(noise, 100, "x")).toThrow();
    await expect(inflatePortable(noise, 100, "x")).rejects.toMatchObject({ code: "corrupt-data" });
  });
});
