// Colour jitter against torchvision (test/golden/image/make_jitter.py), and the conversion to planes.
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  adjustHue,
  type ColourOperation,
  flipImage,
  jitterColours,
  rgbImage,
  standardisePlanes,
  writePlanes,
} from "../../src/pixels/index.ts";

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
      const neutral = { brightness: 1, contrast: 1, saturation: 1, hue: 0 };
      const factors = Object.fromEntries(steps.map(({ name, factor }) => [name, factor]));
      jitterColours(planes, { ...neutral, ...factors, order: steps.map(({ name }) => name) });
      expect(largestDifference(planes, output)).toBeLessThan(TOLERANCE);
    },
  );

  it("leaves an image alone when every factor is neutral", () => {
    const planes = Float32Array.from(golden.input);
    const order = ["hue", "contrast", "brightness", "saturation"] as const;
    jitterColours(planes, { order, brightness: 1, contrast: 1, saturation: 1, hue: 0 });
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
    for (let i = 0; i < 3; i++) adjustHue(planes, 1 / 3);
    expect(largestDifference(planes, golden.input)).toBeLessThan(TOLERANCE);
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

  it("standardises on the way as standardisePlanes does afterwards", () => {
    const statistics = { mean: [0.7, 0.5, 0.6], std: [0.2, 0.3, 0.1] } as const;
    const fused = new Float32Array(12);
    const apart = new Float32Array(12);
    writePlanes(image, fused, undefined, statistics);
    writePlanes(image, apart);
    standardisePlanes(apart, statistics);
    expect(largestDifference(fused, apart)).toBeLessThan(1e-5);
    expect(fused[3]).toBeCloseTo((102 / 255 - 0.7) / 0.2, 6);
  });

  it("refuses planes of another size", () => {
    expect(() => writePlanes(image, new Float32Array(11))).toThrow(
      "writePlanes: expected 12 floats for 2 x 2 pixels, got 11.",
    );
  });
});
