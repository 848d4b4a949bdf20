// Colour jitter against torchvision (test/golden/image/make_jitter.py), and the conversion to planes.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ColourJitter,
  type ColourOperation,
  flipImage,
  jitterColours,
  rgbImage,
  writeJittered,
  writePlanes,
} from "../../src/pixels/index.ts";
import { JITTER_KERNEL } from "../../src/pixels/jitter-kernel-bytes.ts";
import { plainJitter } from "./plain-jitter.ts";

interface Golden {
  readonly input: readonly number[];
  readonly cases: readonly {
    readonly steps: readonly { readonly name: ColourOperation; readonly factor: number }[];
    readonly output: readonly number[];
  }[];
}

const golden = JSON.parse(
  await readFile(new URL("../golden/image/jitter.json", import.meta.url), "utf8"),
) as Golden;
const TOLERANCE = 2e-6;
const STATISTICS = { mean: [0.7, 0.5, 0.6], std: [0.2, 0.3, 0.1] } as const;
const NEUTRAL = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

describe("jitterColours", () => {
  it.each(golden.cases.map(({ steps, output }) => ({ steps, output, name: JSON.stringify(steps) })))(
    "equals torchvision for $name",
    ({ steps, output }) => {
      const planes = Float32Array.from(golden.input);
      const factors = Object.fromEntries(steps.map(({ name, factor }) => [name, factor]));
      jitterColours(planes, { ...NEUTRAL, ...factors, order: steps.map(({ name }) => name) });
      expect(largestDifference(planes, output)).toBeLessThan(TOLERANCE);
    },
  );

  it("leaves an image alone when every factor is neutral", () => {
    const planes = Float32Array.from(golden.input);
    const order = ["hue", "contrast", "brightness", "saturation"] as const;
    jitterColours(planes, { ...NEUTRAL, order });
    expect(planes).toEqual(Float32Array.from(golden.input));
  });

  it("keeps values in 0..1, whatever the factors", () => {
    const factor = fc.double({ min: 0, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 }),
        factor,
        factor,
        factor,
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        (values, brightness, contrast, saturation, hue) => {
          const planes = Float32Array.from(values);
          const order = ["saturation", "hue", "contrast", "brightness"] as const;
          jitterColours(planes, { order, brightness, contrast, saturation, hue });
          expect(planes.every((value) => value >= 0 && value <= 1)).toBe(true);
        },
      ),
    );
  });

  it("three thirds of a turn of the hue give the image back", () => {
    const planes = Float32Array.from(golden.input);
    for (let i = 0; i < 3; i++) jitterColours(planes, { ...NEUTRAL, order: ["hue"], hue: 1 / 3 });
    expect(largestDifference(planes, golden.input)).toBeLessThan(TOLERANCE);
  });
});

const jitters: fc.Arbitrary<ColourJitter> = fc.record({
  order: fc.shuffledSubarray(["brightness", "contrast", "saturation", "hue"] as const),
  brightness: fc.double({ min: 0, max: 2, noNaN: true }),
  contrast: fc.double({ min: 0, max: 2, noNaN: true }),
  saturation: fc.double({ min: 0, max: 2, noNaN: true }),
  hue: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
});

describe("writeJittered", () => {
  // Widths around the four pixels that are worked on at a time, and images of one strip and of several.
  const sides = fc.oneof(
    fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    fc.tuple(fc.integer({ min: 60, max: 70 }), fc.integer({ min: 60, max: 70 })),
    fc.tuple(fc.integer({ min: 2040, max: 2060 }), fc.integer({ min: 1, max: 3 })),
  );

  it("equals flips, the definition's jitter and standardisation, one after another", () => {
    fc.assert(
      fc.property(
        sides,
        fc.boolean(),
        fc.boolean(),
        jitters,
        fc.integer(),
        ([width, height], flipHorizontal, flipVertical, jitter, salt) => {
          const data = Uint8Array.from(
            { length: 3 * width * height },
            (_, k) => (k * 77 + (k >> 3) * salt) & 255,
          );
          const picture = rgbImage(width, height, data);
          const flips = { flipHorizontal, flipVertical };
          const planes = new Float32Array(data.length);
          writeJittered(picture, planes, flips, jitter, STATISTICS);
          const want = new Float32Array(data.length);
          writePlanes(flipImage(picture, flips), want);
          plainJitter(want, jitter);
          const { mean, std } = STATISTICS;
          const pixels = width * height;
          const raw = planes.map(
            (value, k) => value * std[Math.floor(k / pixels)]! + mean[Math.floor(k / pixels)]!,
          );
          expect(largestDifference(raw, want)).toBeLessThan(TOLERANCE);
        },
      ),
      { numRuns: 150, seed: 3 },
    );
  });

  it("does not depend on what was worked on before", () => {
    const picture = rgbImage(
      5,
      3,
      Uint8Array.from({ length: 45 }, (_, k) => 5 * k),
    );
    const jitter: ColourJitter = { order: ["hue", "contrast"], ...NEUTRAL, contrast: 0.6, hue: 0.1 };
    const flips = { flipHorizontal: true, flipVertical: false };
    const once = new Float32Array(45);
    writeJittered(picture, once, flips, jitter, STATISTICS);
    jitterColours(new Float32Array(9000).fill(0.9), jitter);
    const again = new Float32Array(45);
    writeJittered(picture, again, flips, jitter, STATISTICS);
    expect(again).toEqual(once);
  });

  it("refuses planes of another size", () => {
    const picture = rgbImage(2, 2, new Uint8Array(12));
    const flips = { flipHorizontal: false, flipVertical: false };
    expect(() =>
      writeJittered(picture, new Float32Array(13), flips, { ...NEUTRAL, order: [] }, STATISTICS),
    ).toThrow("writeJittered: expected 12 floats for 2 x 2 pixels, got 13.");
  });

  it("works with the module whose size and sha256 stand in the papers", async () => {
    const bytes = Buffer.from(JITTER_KERNEL, "base64");
    const readme = await readFile(new URL("../../wasm/README.md", import.meta.url), "utf8");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(readme).toContain(`${bytes.length.toLocaleString("en")} bytes, sha256 of it: \`${sha256}\``);
  });
});

describe("writePlanes", () => {
  const image = rgbImage(2, 2, Uint8Array.from([0, 51, 255, 1, 2, 3, 4, 5, 6, 102, 153, 204]));

  it("puts the channels one after another, scaled to 0..1", () => {
    const planes = new Float32Array(12);
    writePlanes(image, planes);
    const want = [0, 1, 4, 102, 51, 2, 5, 153, 255, 3, 6, 204].map((value) => value / 255);
    expect(planes).toEqual(Float32Array.from(want));
  });

  it("flips as flipImage does", () => {
    for (const flipHorizontal of [false, true]) {
      for (const flipVertical of [false, true]) {
        const planes = new Float32Array(12);
        const reference = new Float32Array(12);
        writePlanes(image, planes, { flipHorizontal, flipVertical });
        writePlanes(flipImage(image, { flipHorizontal, flipVertical }), reference);
        expect(planes).toEqual(reference);
      }
    }
    const mirrored = flipImage(image, { flipHorizontal: true, flipVertical: false });
    expect([...mirrored.data]).toEqual([1, 2, 3, 0, 51, 255, 102, 153, 204, 4, 5, 6]);
  });

  it("standardises on the way", () => {
    const { mean, std } = STATISTICS;
    const fused = new Float32Array(12);
    const apart = new Float32Array(12);
    writePlanes(image, fused, undefined, STATISTICS);
    writePlanes(image, apart);
    const want = apart.map((value, k) => (value - mean[Math.floor(k / 4)]!) / std[Math.floor(k / 4)]!);
    expect(largestDifference(fused, want)).toBeLessThan(1e-6);
    expect(fused[3]).toBeCloseTo((102 / 255 - 0.7) / 0.2, 6);
  });

  it("refuses planes of another size", () => {
    expect(() => writePlanes(image, new Float32Array(11))).toThrow(
      "writePlanes: expected 12 floats for 2 x 2 pixels, got 11.",
    );
  });
});
