// The decoders of this machine: whichever is asked for, the pixels and the errors are the same.
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import type { Decoders, TileDecoder } from "../../src/codec/index.ts";
import { fileSource, loadDecoders } from "../../src/local/index.ts";
import { inflateZlib } from "../../src/machine/index.ts";
import { Generator } from "../../src/random/index.ts";
import { openTiffSlide } from "../../src/slide/index.ts";
import { jpegSamples, part, sampleNamed, sha256 } from "../codec/samples.ts";
import { mutants, mutationCount } from "../support/mutate.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";

const wasm = await loadDecoders("wasm");
const native = await loadDecoders("native").catch((error: unknown) => {
  if (isLowmagError(error, "not-found")) return null;
  throw error;
});
const withNative = native === null ? it.skip : it;

/** What a decoder makes of a tile: the hash of its pixels, or the error. */
function outcome(decoder: TileDecoder, ...call: Parameters<TileDecoder["decode"]>): string {
  try {
    return sha256(decoder.decode(...call));
  } catch (error) {
    return String(error);
  }
}

describe("the libjpeg-turbo of this machine (skipped where it is not installed)", () => {
  withNative("gives every kind of stream the pixels that djpeg gives it, whole and in part", () => {
    const random = Generator.derive(2, "windows");
    for (const { tile, sha256: expected } of jpegSamples()) {
      const whole = native!.jpeg.decode(tile);
      expect(sha256(whole)).toBe(expected);
      const [left, top] = [random.integer(tile.width), random.integer(tile.height)];
      const size = {
        width: 1 + random.integer(tile.width - left),
        height: 1 + random.integer(tile.height - top),
      };
      const window = { left, top, ...size };
      expect(native!.jpeg.decode(tile, window)).toEqual(part(whole, tile.width, window));
    }
  });

  withNative("reads tables that stand apart and colours that only the container tells", () => {
    const { tile } = sampleNamed(jpegSamples(), "4:4:4 67 x 53");
    // Without its JFIF marker, which lies between bytes 2 and 20.
    const data = new Uint8Array([0xff, 0xd8, ...tile.data.subarray(20)]);
    for (const colour of ["rgb", "ycbcr", "grey", "unknown"] as const)
      expect(native!.jpeg.decode({ ...tile, data, colour })).toEqual(
        wasm.jpeg.decode({ ...tile, data, colour }),
      );
    expect(sha256(native!.jpeg.decode({ ...tile, data, colour: "rgb" }))).not.toBe(
      sha256(native!.jpeg.decode(tile)),
    );
  });

  withNative("ends damaged streams in the same pixels or the same words as the package's own decoder", () => {
    for (const name of ["4:2:0 67 x 53", "4:2:2 50 x 50, restarts", "4:4:4 61 x 47, progressive"]) {
      const { tile } = sampleNamed(jpegSamples(), name);
      for (const { bytes, recipe } of mutants(tile.data, { seed: 4, count: mutationCount(), header: 640 })) {
        const damaged = { ...tile, data: bytes };
        expect(outcome(native!.jpeg, damaged), recipe).toBe(outcome(wasm.jpeg, damaged));
      }
    }
  });

  withNative("writes to the room that the caller gives, and never beyond it", () => {
    const { tile, sha256: expected } = sampleNamed(jpegSamples(), "4:2:0 67 x 53");
    const into = new Uint8Array(3 * 67 * 53);
    expect(native!.jpeg.decode(tile, undefined, into)).toBe(into);
    expect(sha256(into)).toBe(expected);
    for (const window of [
      { left: 1, top: 1, width: 66, height: 52 },
      { left: 9, top: 7, width: 20, height: 11 },
    ]) {
      const part = new Uint8Array(3 * window.width * window.height);
      expect(native!.jpeg.decode(tile, window, part)).toBe(part);
      expect(part).toEqual(wasm.jpeg.decode(tile, window));
      const short = part.subarray(1);
      expect(() => native!.jpeg.decode(tile, window, short)).toThrow(/exactly \d+ bytes of pixels/);
    }
    expect(() => native!.jpeg.decode(tile, undefined, into.subarray(3))).toThrow(/exactly 10653 bytes/);
  });

  withNative("says in its description what decodes", () => {
    expect(native!.jpeg.description).toMatch(/^libjpeg-turbo of this machine \(.*turbojpeg.*\)$/);
    expect(native!.jpeg2000.description).toBe(wasm.jpeg2000.description);
  });

  it("is missed with a typed error that says how to install it, or passed over", async () => {
    const nowhere = ["libnothing-of-this-name.so"];
    await expect(loadDecoders("native", nowhere)).rejects.toMatchObject({
      code: "not-found",
      fix: expect.stringMatching(/install/),
    });
    expect((await loadDecoders("auto", nowhere)).jpeg.description).toBe(wasm.jpeg.description);
  });
});

describe("zlib's inflate", () => {
  const plain = new Uint8Array(1000).fill(7);
  const packed = new Uint8Array(deflateSync(plain));

  it("gives the bytes, also with padding behind the stream", async () => {
    expect(new Uint8Array(await inflateZlib(packed, 1000, "x"))).toEqual(plain);
    expect(new Uint8Array(await inflateZlib(new Uint8Array([...packed, 0]), 1000, "x"))).toEqual(plain);
  });

  it("refuses more than its container says, cut and damaged streams", () => {
    expect(() => inflateZlib(packed, 999, "a.tif")).toThrow(/^a\.tif: .*deflate/);
    expect(() => inflateZlib(packed.subarray(0, 9), 1000, "a.tif")).toThrow(/^a\.tif: .*deflate/);
    expect(() => inflateZlib(packed.fill(0, 0, 1), 1000, "a.tif")).toThrow(/^a\.tif: .*deflate/);
  });
});

describe("real slides", () => {
  const slides = ["CMU-1-Small-Region.svs", "skin-10x-mpp1.172-11264x11264.tif", "OS-1-detail.ome.tif"];
  const folder = realData("slides");

  (folder === null || native === null ? it.skip : it)(
    `have the same pixels by either decoder (${folder === null ? NO_REAL_DATA : "every tile of a sample"})`,
    async () => {
      for (const slide of slides) {
        const [own, machine] = await Promise.all(
          [wasm, native!].map((all) => hashes(`${folder}/${slide}`, all)),
        );
        expect(own!.length).toBeGreaterThan(3);
        expect(machine).toEqual(own);
      }
    },
  );

  async function hashes(path: string, decoders: Decoders): Promise<string[]> {
    const content = await openTiffSlide(fileSource(path), decoders);
    const [level] = content.levels;
    const columns = Math.ceil(level!.width / level!.tileWidth);
    const count = columns * Math.ceil(level!.height / level!.tileHeight);
    const step = Math.ceil(count / 60);
    const found: string[] = [];
    for (let i = 0; i < count; i += step) {
      const pixels = await level!.readTile(i % columns, Math.floor(i / columns));
      found.push(pixels === null ? "none" : sha256(pixels));
    }
    await content.close();
    return found;
  }
});
