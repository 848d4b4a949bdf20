import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AugmentationParameters,
  DEFAULT_AUGMENTATION,
  drawAugmentation,
  writeAugmented,
} from "../../src/dataset/index.ts";
import { flipImage, resampleArea } from "../../src/pixels/index.ts";
import { Generator } from "../../src/random/index.ts";
import { pattern, refusalOf } from "./make-data.ts";

const draws = (count: number, parameters?: AugmentationParameters) =>
  Array.from({ length: count }, (_, i) => drawAugmentation(Generator.derive(7, "draw", i), parameters));
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const PLAIN = { mean: [0, 0, 0], std: [1, 1, 1] } as const;

describe("drawAugmentation", () => {
  it("follows the published recipe by default", () => {
    const drawn = draws(4000);
    // 4,000 draws: a share of 1/2 has a standard error of 0.008, a uniform of width 1 one of 0.005.
    expect(Math.abs(mean(drawn.map((draw) => Number(draw.flipHorizontal))) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(mean(drawn.map((draw) => Number(draw.flipVertical))) - 0.5)).toBeLessThan(0.04);
    for (const name of ["brightness", "contrast", "saturation"] as const) {
      const factors = drawn.map(({ jitter }) => jitter![name]);
      expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.5);
      expect(Math.min(...factors)).toBeLessThan(0.51);
      expect(Math.max(...factors)).toBeLessThan(1.5);
      expect(Math.abs(mean(factors) - 1)).toBeLessThan(0.025);
    }
    const hues = drawn.map(({ jitter }) => jitter!.hue);
    expect(Math.min(...hues)).toBeGreaterThanOrEqual(-0.2);
    expect(Math.max(...hues)).toBeGreaterThan(0.19);
    const orders = new Map<string, number>();
    for (const { jitter } of drawn) {
      const order = jitter!.order.join();
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(24); // all orders, each about 167 times
    expect(Math.min(...orders.values())).toBeGreaterThan(100);
  });

  it("lets the factor of a strength above 1 start at 0", () => {
    const jitter = { brightness: 2, contrast: 0, saturation: 0, hue: 0 };
    const factors = draws(500, { flips: false, jitter }).map((draw) => draw.jitter!.brightness);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...factors)).toBeGreaterThan(2.9);
  });

  it("can switch each part off without changing the others", () => {
    const whole = draws(20);
    const noFlips = draws(20, { ...DEFAULT_AUGMENTATION, flips: false });
    const noHue = draws(20, { flips: true, jitter: { ...DEFAULT_AUGMENTATION.jitter!, hue: 0 } });
    const flipsOnly = draws(20, { flips: true, jitter: null });
    for (const [i, draw] of whole.entries()) {
      expect(noFlips[i]).toEqual({ ...draw, flipHorizontal: false, flipVertical: false });
      expect(noHue[i]!.jitter).toEqual({ ...draw.jitter, hue: expect.closeTo(0) });
      expect(flipsOnly[i]).toEqual({ ...draw, jitter: null });
    }
  });

  it.each([
    ["brightness", -0.1, "a finite number of at least 0"],
    ["contrast", Number.POSITIVE_INFINITY, "a finite number of at least 0"],
    ["hue", 0.6, "a number from 0 to 0.5"],
  ])("refuses %s %d", async (name, value, expected) => {
    const jitter = { ...DEFAULT_AUGMENTATION.jitter!, [name]: value };
    expect(await refusalOf(() => draws(1, { flips: true, jitter }))).toBe(
      `invalid-argument: augmentation \`${name}\`: expected ${expected}, got ${value}.`,
    );
  });
});

describe("writeAugmented", () => {
  it("keeps a pair aligned: augmenting the small image is shrinking the augmented large one", () => {
    const image = pattern(48, 36, 3);
    const small = resampleArea(image, 12, 9);
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (flipHorizontal, flipVertical) => {
        const flips = { flipHorizontal, flipVertical };
        const planes = new Float32Array(3 * 12 * 9);
        writeAugmented(small, planes, { ...flips, jitter: null }, PLAIN);
        const other = new Float32Array(3 * 12 * 9);
        writeAugmented(resampleArea(flipImage(image, flips), 12, 9), other, null, PLAIN);
        expect(planes).toEqual(other);
      }),
    );
  });

  it("gives the means of both images of a pair the same change of colour", () => {
    const draw = drawAugmentation(Generator.derive(1, "pair"));
    // Colours far from 0 and 1, so that nothing is clamped and brightness, contrast, saturation are linear.
    const jitter = { ...draw.jitter!, brightness: 1.1, contrast: 0.9, saturation: 1.05, hue: 0 };
    const source = pattern(48, 36, 3);
    const large = { ...source, data: source.data.map((value) => 100 + (value >> 2)) };
    const small = resampleArea(large, 12, 9);
    const means = [large, small].map((image) => {
      const planes = new Float32Array(image.data.length);
      writeAugmented(image, planes, { ...draw, jitter }, PLAIN);
      return mean([...planes]);
    });
    expect(Math.abs(means[0]! - means[1]!)).toBeLessThan(1 / 255);
  });

  it("standardises after the jitter", () => {
    const image = pattern(8, 8, 1);
    const draw = drawAugmentation(Generator.derive(2, "x"));
    const plain = new Float32Array(192);
    const scaled = new Float32Array(192);
    writeAugmented(image, plain, draw, PLAIN);
    writeAugmented(image, scaled, draw, { mean: [0.5, 0.6, 0.7], std: [0.1, 0.2, 0.4] });
    for (const [k, value] of plain.entries()) {
      const channel = Math.floor(k / 64);
      expect(scaled[k]).toBeCloseTo((value - [0.5, 0.6, 0.7][channel]!) / [0.1, 0.2, 0.4][channel]!, 5);
    }
  });
});
