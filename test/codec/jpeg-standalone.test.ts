// A tile's JPEG stream made complete without decoding: the same pixels for anybody, nothing that decoding does not need,
// and nothing at all of a stream that is not what its container promised.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { type CompressedTile, standaloneJpeg } from "../../src/codec/index.ts";
import { mutants } from "../support/mutate.ts";
import { encodeBaselineJpeg, jpegTables } from "../support/slide-writers/jpeg.ts";
import { decoders, jpegSamples, sampleNamed, sha256 } from "./samples.ts";

/** Coarse tables make a stream "extended", which is one step from what every program shows. */
const isExtended = (name: string) => name.endsWith("coarse");
const samples = jpegSamples().filter(({ name }) => !isExtended(name));
const extended = jpegSamples().filter(({ name }) => isExtended(name));
const baseline = sampleNamed(samples, "4:2:0 67 x 53").tile;
const progressive = sampleNamed(samples, "4:2:0 61 x 47, progressive").tile;
const scans = sampleNamed(samples, "2x2, a scan for each component").tile;
const CANARY = "CANARY Erika Mustermann";

/** The stream alone, as someone sees it who knows nothing of the slide. */
const alone = (data: Uint8Array, { width, height }: CompressedTile): CompressedTile => ({
  ...{ data, width, height, colour: "unknown", where: "alone" },
});
const join = (...parts: (Uint8Array | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const segment = (marker: number, bytes: readonly number[]) => [0xff, marker, 0, bytes.length + 2, ...bytes];

/** Where each marker segment begins, from the first to the end of the image; compressed data have none. */
function segmentsOf(data: Uint8Array): { readonly marker: number; readonly at: number }[] {
  const found: { marker: number; at: number }[] = [];
  for (let at = 2; at < data.length; ) {
    const marker = data[at + 1]!;
    if (data[at] !== 0xff || marker === 0 || (marker >= 0xd0 && marker <= 0xd7)) {
      at++;
      continue;
    }
    found.push({ marker, at });
    if (marker === 0xd9) break;
    at += 2 + ((data[at + 2]! << 8) | data[at + 3]!);
  }
  return found;
}

/** A copy with bytes put in before the segment of a marker, the n-th of its kind. */
function placedBefore(data: Uint8Array, marker: number, bytes: readonly number[], n = 0): Uint8Array {
  const at = segmentsOf(data).filter((one) => one.marker === marker)[n]!.at;
  return join(data.subarray(0, at), bytes, data.subarray(at));
}

describe("a tile's JPEG made complete", () => {
  it.each(samples)("has the pixels of the tile to the bit: $name", ({ tile, sha256: expected }) => {
    const whole = standaloneJpeg(tile);
    expect(sha256(decoders.jpeg.decode(alone(whole!, tile)))).toBe(expected);
  });

  it("is seen by another decoder (sharp) within one step of a sample, mean, and in its colours", async () => {
    for (const { name, tile } of samples) {
      const own = decoders.jpeg.decode(tile);
      const other = await sharp(standaloneJpeg(tile)!).toColourspace("srgb").raw().toBuffer();
      const near = other.length === own.length ? own : own.filter((_, i) => i % 3 === 0); // grey
      expect(other.length, name).toBe(near.length);
      const off = near.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / near.length;
      expect(off, name).toBeLessThan(1);
    }
  });

  it("holds its colours where the stream has no mark and the container has to tell them", () => {
    const data = Uint8Array.from({ length: 3 * 32 * 24 }, (_, i) => (i * 37) & 0xff);
    const image = { width: 32, height: 24, data };
    for (const colour of ["rgb", "ycbcr"] as const) {
      const stream = encodeBaselineJpeg(image, { colour, withoutTables: true });
      const tile = {
        ...alone(stream, baseline),
        ...image,
        data: stream,
        tables: jpegTables({ colour }),
        colour,
      };
      const whole = standaloneJpeg(tile)!;
      expect(segmentsOf(whole)[0]!.marker).toBe(0xee);
      expect(decoders.jpeg.decode(alone(whole, tile))).toEqual(decoders.jpeg.decode(tile));
    }
  });

  it("holds no metadata: no EXIF, no comment, no bytes between, behind or inside of scans", () => {
    const telling = segment(0xfe, letters(CANARY));
    const exif = segment(0xe1, letters(`Exif\0\0${CANARY}`));
    for (const tile of [baseline, progressive, scans]) {
      const clean = standaloneJpeg(tile)!;
      const last = segmentsOf(tile.data).filter(({ marker }) => marker === 0xda).length - 1;
      let data = placedBefore(tile.data, 0xd9, telling);
      if (last > 0) data = placedBefore(data, 0xda, [...exif, ...letters(CANARY), ...telling], last);
      data = placedBefore(data, 0xda, [...telling, ...letters(CANARY)]);
      data = placedBefore(data, 0xdb, [...exif, ...segment(0xe2, letters(CANARY)), 0xff, 0xff]);
      data = join(data, letters(CANARY));
      const whole = standaloneJpeg({ ...tile, data })!;
      expect(Buffer.from(data).toString("latin1")).toContain(CANARY);
      expect(Buffer.from(whole).toString("latin1")).not.toContain("Mustermann");
      expect(whole).toEqual(clean);
      const kinds = new Set(segmentsOf(whole).map(({ marker }) => marker));
      for (const kind of kinds) expect([0xee, 0xdb, 0xc4, 0xc0, 0xc2, 0xda, 0xd9, 0xdd]).toContain(kind);
    }
  });
});

describe("a stream that is not handed on", () => {
  it.each<[string, CompressedTile]>([
    ["of another size than the slide says", { ...baseline, width: 64 }],
    ["without its end", { ...baseline, data: baseline.data.subarray(0, -2) }],
    ["that stops in its header", { ...baseline, data: baseline.data.subarray(0, 200) }],
    ["that is none", { ...baseline, data: Uint8Array.from(letters("<script>alert(1)</script>")) }],
    ["with a second frame", { ...baseline, data: placedBefore(baseline.data, 0xda, frameOf(baseline.data)) }],
    [
      "with a second image in it",
      { ...baseline, data: placedBefore(baseline.data, 0xd9, [...baseline.data]) },
    ],
    [
      "with a second scan of everything",
      { ...baseline, data: placedBefore(baseline.data, 0xd9, scanOf(baseline.data)) },
    ],
    [
      "with text in a restart interval",
      { ...baseline, data: placedBefore(baseline.data, 0xda, segment(0xdd, [0, 0, 65, 66])) },
    ],
    ["whose tables are an image", { ...baseline, tables: baseline.data }],
    ["that lacks a scan", { ...scans, data: placedBefore(scans.data, 0xda, [0xff, 0xd9], 2) }],
    ["larger than its pixels", { ...baseline, data: join(baseline.data, new Uint8Array(80_000)) }],
  ])("%s", (_, tile) => {
    expect(standaloneJpeg(tile)).toBeNull();
  });

  it("is one of the extended process", () => {
    expect(extended.map(({ tile }) => standaloneJpeg(tile))).toEqual(extended.map(() => null));
    expect(extended.length).toBeGreaterThan(0);
  });

  it("is any that the decoder's own check refuses; any other keeps its pixels, whatever was damaged", () => {
    let passed = 0;
    for (const tile of [baseline, progressive, scans])
      for (const { bytes, recipe } of mutants(tile.data, { seed: 5, count: 120 })) {
        const damaged = { ...tile, data: bytes };
        const whole = standaloneJpeg(damaged);
        if (whole === null) continue;
        passed++;
        const [there, here] = [decoded(damaged), decoded(alone(whole, tile))];
        if (there !== null) expect(here !== null && sha256(here), recipe).toBe(sha256(there));
      }
    expect(passed).toBeGreaterThan(60);
  });
});

function decoded(tile: CompressedTile): Uint8Array | null {
  try {
    return decoders.jpeg.decode(tile);
  } catch {
    return null;
  }
}

function frameOf(data: Uint8Array): number[] {
  const segments = segmentsOf(data);
  const i = segments.findIndex(({ marker }) => marker === 0xc0);
  return [...data.subarray(segments[i]!.at, segments[i + 1]!.at)];
}

function scanOf(data: Uint8Array): number[] {
  const { at } = segmentsOf(data).find(({ marker }) => marker === 0xda)!;
  return [...data.subarray(at, data.length - 2)];
}
