// Colour profiles as tables: against what colour management does with the same pixels.
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { convertToSrgb } from "../../src/image/index.ts";
import { openSlide, readColourTable } from "../../src/local/index.ts";
import { applyColourTable, type RgbImage } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import { NO_REAL_DATA, realData } from "../support/real-data.ts";
import { matrixProfile } from "./icc-profile.ts";

/** Colours all over the cube, its corners among them. */
function colours(): RgbImage {
  const random = Generator.derive(4, "colours");
  const data = Uint8Array.from({ length: 3 * 4096 }, () => random.integer(256));
  for (let corner = 0; corner < 8; corner++)
    data.set([corner & 1 ? 255 : 0, corner & 2 ? 255 : 0, corner & 4 ? 255 : 0], 3 * corner);
  return { width: 64, height: 64, data };
}

/** Differences of values: the largest, the mean, the share beyond 2. */
function apart(a: RgbImage, b: RgbImage): { most: number; mean: number; far: number } {
  let [most, sum, far] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const difference = Math.abs(a.data[i]! - b.data[i]!);
    most = Math.max(most, difference);
    sum += difference;
    if (difference > 2) far += 1;
  }
  return { most, mean: sum / a.data.length, far: far / a.data.length };
}

/** The sRGB profile that colour management itself writes. */
async function srgbProfile(): Promise<Uint8Array> {
  const raw = { width: 1, height: 1, channels: 3 } as const;
  const png = await sharp(new Uint8Array(3), { raw }).withIccProfile("srgb").png().toBuffer();
  return (await sharp(png).metadata()).icc!;
}

const SRGB = {
  red: [0.436, 0.2225, 0.0139],
  green: [0.3851, 0.7169, 0.0971],
  blue: [0.1431, 0.0606, 0.7139],
} as const;

describe("readColourTable", () => {
  it("leaves colours as they are for the profile of sRGB", async () => {
    const pixels = colours();
    expect(
      apart(applyColourTable(pixels, await readColourTable(await srgbProfile())), pixels).most,
    ).toBeLessThanOrEqual(1);
  });

  it.each([
    [
      "a wider gamut",
      { red: [0.6097, 0.3111, 0.0195], green: [0.2053, 0.6257, 0.0609], blue: [0.1492, 0.0632, 0.7446] },
      2.2,
    ],
    ["another gamma", SRGB, 1.8],
    [
      "channels that are mixed",
      { red: [0.5, 0.3, 0.05], green: [0.35, 0.6, 0.15], blue: [0.11, 0.1, 0.62] },
      2.0,
    ],
  ] as const)("gives the colours that colour management gives, for %s", async (_, primaries, gamma) => {
    const profile = matrixProfile({ ...primaries, gamma });
    const pixels = colours();
    const direct = await convertToSrgb(pixels, profile, "test");
    const { most, mean, far } = apart(applyColourTable(pixels, await readColourTable(profile)), direct);
    expect(apart(direct, pixels).mean).toBeGreaterThan(3);
    // Nodes are whole grey levels; cells bend a little, and more where the edge of the gamut runs through them.
    expect(mean).toBeLessThan(0.5);
    expect(far).toBeLessThan(0.03);
    expect(most).toBeLessThanOrEqual(16);
  });

  it.each<[string, (profile: Uint8Array) => Uint8Array, string]>([
    ["empty", () => new Uint8Array(0), "corrupt-data"],
    ["cut off", (profile) => profile.subarray(0, 200), "corrupt-data"],
    ["a text", () => new TextEncoder().encode("no profile ".repeat(40)), "corrupt-data"],
    [
      "of grey",
      (profile) => profile.map((byte, i) => [0x47, 0x52, 0x41, 0x59][i - 16] ?? byte),
      "unsupported-format",
    ],
    [
      "without its curves",
      (profile) => profile.map((byte, i) => (i >= 128 && i < 300 ? 0 : byte)),
      "corrupt-data",
    ],
  ])("refuses a profile that is %s", async (_, change, code) => {
    const profile = change(matrixProfile({ ...SRGB, gamma: 2.2 }));
    const error: unknown = await readColourTable(profile).catch((reason: unknown) => reason);
    expect(isLowmagError(error) ? error.code : error).toBe(code);
  });

  const slides = realData("slides");
  it.skipIf(slides === null)(
    `reads the profile of a real slide${slides === null ? ` (${NO_REAL_DATA})` : ""}`,
    async () => {
      const slide = await openSlide(`${slides}/tcga-cr-7395-01a-01-ts1.svs`, { backend: "own" });
      const profile = await slide.readIccProfile();
      const region = await slide.readRegion(1, { left: 700, top: 600, width: 256, height: 256 });
      const direct = await convertToSrgb(region, profile!, "test");
      const { most, mean } = apart(applyColourTable(region, await readColourTable(profile!)), direct);
      expect(mean).toBeLessThan(0.6);
      expect(most).toBeLessThanOrEqual(3);
      await slide.close();
    },
  );
});
