// LZW, PackBits, deflate and the horizontal predictor, against strips that libtiff wrote.
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeLzw, decodePackBits, inflatePortable, undoPredictor } from "../../src/codec/index.ts";
import { Generator } from "../../src/random/index.ts";
import { projectFile, sha256 } from "./samples.ts";

interface Strip {
  readonly name: string;
  readonly compression: "lzw" | "packbits" | "zip";
  readonly predictor: number;
  readonly width: number;
  readonly height: number;
  readonly samples: number;
  readonly bits: number;
  readonly littleEndian: boolean;
  readonly strip: string;
  readonly sha256: string;
}

const text = new TextDecoder().decode(projectFile("test/golden/codec/tiff.json"));
const { cases } = JSON.parse(text) as { readonly cases: readonly Strip[] };

const bytesOf = (strip: Strip) => new Uint8Array(Buffer.from(strip.strip, "base64"));
const lengthOf = ({ width, height, samples, bits }: Strip) => (width * height * samples * bits) / 8;

async function decode(strip: Strip, maxLength: number): Promise<Uint8Array> {
  const data = bytesOf(strip);
  if (strip.compression === "lzw") return decodeLzw(data, maxLength, strip.name);
  if (strip.compression === "packbits") return decodePackBits(data, maxLength, strip.name);
  return inflatePortable(data, maxLength, strip.name);
}

describe("a TIFF strip", () => {
  it.each(cases)("in $name holds the samples that libtiff put in", async (strip) => {
    const bytes = (await decode(strip, lengthOf(strip))).slice();
    const { width, height, samples, bits, littleEndian } = strip;
    if (strip.predictor === 2) undoPredictor(bytes, width, height, samples, bits, littleEndian);
    expect(bytes.length).toBe(lengthOf(strip));
    expect(sha256(bytes)).toBe(strip.sha256);
  });

  it("with more than its container says is refused, whatever the code", async () => {
    for (const strip of cases.filter(({ compression }) => compression !== "packbits"))
      await expect(decode(strip, lengthOf(strip) - 1)).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it("that is cut off gives the samples before the cut, or a typed error, never others", async () => {
    for (const strip of cases.filter(({ name }) => /RGB$/.test(name))) {
      const whole = await decode(strip, lengthOf(strip));
      for (let i = 0; i < 20; i++) {
        const data = bytesOf(strip);
        const cut = data.subarray(0, Math.floor((i / 20) * data.length));
        const { compression } = strip;
        if (compression === "zip")
          await expect(inflatePortable(cut, whole.length, "cut")).rejects.toMatchObject({
            code: "corrupt-data",
          });
        else if (compression === "lzw") {
          const found = decodeLzw(cut, whole.length, "cut");
          expect(found).toEqual(whole.subarray(0, found.length));
          expect(found.length).toBeLessThan(whole.length);
        }
      }
    }
  });
});

describe("LZW", () => {
  it("names the old style with its bits the other way round as not read", () => {
    const old = new Uint8Array([0, 1, 4, 16]);
    expect(() => decodeLzw(old, 100, "old.tif")).toThrow(/old style/);
  });

  it("refuses a code that is not defined yet", () => {
    // 256 (clear), then 300, nine bits each.
    const bits = [256, 300].map((code) => code.toString(2).padStart(9, "0")).join("");
    const data = Uint8Array.from(bits.padEnd(24, "0").match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
    expect(() => decodeLzw(data, 100, "bad.tif")).toThrow(/300 before it is defined/);
  });
});

describe("PackBits", () => {
  it("reads runs, literals and the byte that means nothing", () => {
    const data = new Uint8Array([0xfe, 7, 0x80, 2, 1, 2, 3]);
    expect([...decodePackBits(data, 6, "x")]).toEqual([7, 7, 7, 1, 2, 3]);
  });

  it("refuses runs that reach beyond what is expected, and literals that are cut off", () => {
    expect(() => decodePackBits(new Uint8Array([0xfe, 7]), 2, "x")).toThrow(/cut off or longer/);
    expect(() => decodePackBits(new Uint8Array([5, 7]), 9, "x")).toThrow(/cut off or longer/);
  });
});

describe("the predictor", () => {
  it("undoes what differences of neighbours did, for any number of samples", () => {
    const random = Generator.derive(5, "predictor");
    for (const samples of [1, 2, 3, 4]) {
      const [width, height] = [1 + random.integer(9), 1 + random.integer(5)];
      const original = Uint8Array.from({ length: width * height * samples }, () => random.integer(256));
      const row = width * samples;
      const differences = original.map((value, i) =>
        i % row < samples ? value : value - original[i - samples]!,
      );
      undoPredictor(differences, width, height, samples, 8);
      expect(differences).toEqual(original);
    }
  });

  it("refuses widths of samples that it does not know, and too few bytes", () => {
    expect(() => undoPredictor(new Uint8Array(8), 1, 1, 1, 32)).toThrow(/8 or 16 bits/);
    expect(() => undoPredictor(new Uint8Array(8), 3, 1, 3, 8)).toThrow(/9 bytes/);
  });
});

describe("the portable inflate", () => {
  it("gives the bytes that zlib gives", async () => {
    for (const strip of cases.filter(({ compression }) => compression === "zip"))
      expect(await decode(strip, lengthOf(strip))).toEqual(new Uint8Array(inflateSync(bytesOf(strip))));
  });

  it("stops a stream that would grow without bounds", async () => {
    const { deflateSync } = await import("node:zlib");
    const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
    await expect(inflatePortable(bomb, 1000, "bomb")).rejects.toMatchObject({ code: "corrupt-data" });
  });
});
