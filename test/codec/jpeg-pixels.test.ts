// Pixels of JPEG tiles: equal to libjpeg-turbo's, whole and in part, in every sampling and kind.
import { describe, expect, it } from "vitest";
import { Generator } from "../../src/random/index.ts";
import { decoders, jpegSamples, part, sha256 } from "./samples.ts";

const samples = jpegSamples();

describe("a JPEG tile", () => {
  it.each(samples)("of $name has the pixels that djpeg gives it", ({ tile, sha256: expected }) => {
    expect(sha256(decoders.jpeg.decode(tile))).toBe(expected);
  });

  it("gives in a window the same pixels as in the whole tile, in every sampling", () => {
    const random = Generator.derive(11, "windows");
    for (const { name, tile } of samples) {
      const whole = decoders.jpeg.decode(tile);
      for (let i = 0; i < 40; i++) {
        const [left, top] = [random.integer(tile.width), random.integer(tile.height)];
        const width = 1 + random.integer(tile.width - left);
        const height = 1 + random.integer(tile.height - top);
        const window = { left, top, width, height };
        const found = decoders.jpeg.decode(tile, window);
        expect(sha256(found), `${name} ${JSON.stringify(window)}`).toBe(
          sha256(part(whole, tile.width, window)),
        );
      }
    }
  });

  it("gives every single column and row of a small 4:2:0 tile like the whole tile", () => {
    for (const { tile } of samples.filter(({ name }) => /^4:[124]:[0124] 67 x 53$/.test(name))) {
      const whole = decoders.jpeg.decode(tile);
      const { width, height } = tile;
      const strips = [
        ...Array.from({ length: width }, (_, left) => ({ left, top: 0, width: 1, height })),
        ...Array.from({ length: height }, (_, top) => ({ left: 0, top, width, height: 1 })),
      ];
      for (const window of strips)
        expect(decoders.jpeg.decode(tile, window)).toEqual(part(whole, width, window));
    }
  });

  it("may have its tables apart, and its bytes anywhere in a buffer", () => {
    for (const { tile, sha256: expected } of samples.filter(({ name }) => /50 x 50/.test(name))) {
      const { tables, data } = split(tile.data);
      const shifted = new Uint8Array([1, 2, 3, ...data, 4, 5]).subarray(3, 3 + data.length);
      expect(sha256(decoders.jpeg.decode({ ...tile, tables, data: shifted }))).toBe(expected);
    }
  });

  it("is decoded although its last marker is missing or more bytes follow it", () => {
    const { tile, sha256: expected } = samples.find(({ name }) => name === "4:2:0 67 x 53")!;
    const shorter = tile.data.subarray(0, tile.data.length - 2);
    const longer = new Uint8Array([...tile.data, 0, 0, 7]);
    expect(sha256(decoders.jpeg.decode({ ...tile, data: shorter }))).toBe(expected);
    expect(sha256(decoders.jpeg.decode({ ...tile, data: longer }))).toBe(expected);
  });
});

/** Moves all tables before the scan into a stream of their own. */
function split(data: Uint8Array): { tables: Uint8Array; data: Uint8Array } {
  const tables: number[] = [0xff, 0xd8];
  const rest: number[] = [0xff, 0xd8];
  for (let at = 2; ; ) {
    const marker = data[at + 1]!;
    const end = marker === 0xda ? data.length : at + 2 + ((data[at + 2]! << 8) | data[at + 3]!);
    (marker === 0xdb || marker === 0xc4 ? tables : rest).push(...data.subarray(at, end));
    if (marker === 0xda) break;
    at = end;
  }
  return { tables: new Uint8Array([...tables, 0xff, 0xd9]), data: new Uint8Array(rest) };
}
