// Stains against scikit-image and NumPy (test/golden/stain/make_stain.py), and what follows from the definitions.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RgbImage } from "../../src/pixels/index.ts";
import { COLOUR_SPACES } from "../../src/stain/colour-spaces.ts";
import {
  applyTemplate,
  type ColourSpaceName,
  estimateStain,
  jitterStains,
  normaliseStain,
  STAIN_TARGETS,
  TEMPLATE_SPACES,
  TemplateCollector,
  type TemplateStatistics,
  templateOf,
  tissueMoments,
} from "../../src/stain/index.ts";

type Numbers = readonly number[];

interface Golden {
  readonly normalisation: {
    readonly size: number;
    readonly first: string;
    readonly second: string;
    readonly mask: string;
    readonly macenko: Readonly<
      Record<
        "first" | "masked" | "second",
        { readonly stains: readonly Numbers[]; readonly maximum: Numbers }
      >
    > & { readonly toReference: string; readonly toSecond: string };
    readonly reinhard: Readonly<
      Record<"first" | "masked" | "second", { readonly mean: Numbers; readonly std: Numbers }>
    > & { readonly toSecond: string };
  };
  readonly spaces: {
    readonly colours: Numbers;
    readonly lab: readonly Numbers[];
    readonly hsv: readonly Numbers[];
    readonly hed: readonly Numbers[];
    readonly fromLab: string;
    readonly fromHsv: string;
  };
  readonly jitter: {
    readonly image: string;
    readonly pixels: number;
    readonly alpha: Numbers;
    readonly beta: Numbers;
    readonly output: string;
  };
  readonly templates: {
    readonly images: readonly { readonly size: number; readonly data: string }[];
    readonly statistics: TemplateStatistics;
  };
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/stain/stain.json", import.meta.url), "utf8"),
) as Golden;

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "base64"));
const picture = (text: string, width: number, height = width): RgbImage => ({
  width,
  height,
  data: bytes(text),
});
const triple = (values: Numbers) => values as unknown as readonly [number, number, number];

/** Largest difference of two images in grey levels. */
function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let k = 0; k < a.length; k++) largest = Math.max(largest, Math.abs(a[k]! - b[k]!));
  return largest;
}

function expectNear(actual: unknown, expected: unknown, digits = 8): void {
  const flat = (value: unknown): number[] =>
    typeof value === "number"
      ? [value]
      : typeof value === "string"
        ? []
        : Object.values(value as object).flatMap(flat);
  const [found, wanted] = [flat(actual), flat(expected)];
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, digits);
}

const { normalisation, spaces } = golden;
const first = picture(normalisation.first, normalisation.size);
const second = picture(normalisation.second, normalisation.size);
const mask = bytes(normalisation.mask);

/** Channels of every golden colour. */
function channelsOf(space: ColourSpaceName): number[][] {
  const out = new Float64Array(3);
  return spaces[space].map((_, i) => {
    const [red, green, blue] = spaces.colours.slice(3 * i, 3 * i + 3) as [number, number, number];
    COLOUR_SPACES[space].fromRgb(red, green, blue, out);
    return [...out];
  });
}

describe("colour spaces", () => {
  it("equal scikit-image's L*a*b*", () => {
    // Its a* and b* of greys carry the rounding of its matrix.
    for (const [i, channels] of channelsOf("lab").entries()) expectNear(channels, spaces.lab[i]!, 6);
  });

  it("equal scikit-image's HSV, with the hue counted from green and none for greys", () => {
    for (const [i, [hue, saturation, value]] of channelsOf("hsv").entries()) {
      const [expectedHue, ...rest] = spaces.hsv[i]!;
      expectNear([saturation, value], rest);
      if (saturation === 0) expect(hue).toBeNaN();
      else expect(Math.cos(2 * Math.PI * (hue! + 1 / 3 - expectedHue!))).toBeCloseTo(1, 10);
    }
  });

  it("equal scikit-image's HED where it does not cut negative amounts off", () => {
    for (const [i, channels] of channelsOf("hed").entries())
      expectNear(
        channels.map((amount) => Math.max(0, amount)),
        spaces.hed[i]!,
      );
  });

  it("lead back as scikit-image's do, outside the screen's colours too", () => {
    const move = (space: ColourSpaceName, change: (channels: Float64Array) => void) => {
      const out = new Uint8Array(spaces.colours.length);
      for (const [i, channels] of channelsOf(space).entries()) {
        const moved = Float64Array.from(channels, (value) => (Number.isNaN(value) ? 2 / 3 : value));
        change(moved);
        COLOUR_SPACES[space].toRgb(moved, out, 3 * i);
      }
      return out;
    };
    const lab = move("lab", (c) => {
      c.set([c[0]! + 3, c[1]! - 4, c[2]! + 5]);
    });
    expect(apart(lab, bytes(spaces.fromLab))).toBeLessThanOrEqual(1);
    const hsv = move("hsv", (c) => {
      c.set([c[0]!, 0.9 * c[1]! + 0.02, 0.95 * c[2]! + 0.01]);
    });
    expect(apart(hsv, bytes(spaces.fromHsv))).toBeLessThanOrEqual(1);
  });

  it.each(TEMPLATE_SPACES)("give every colour back from %s", (space) => {
    const channels = new Float64Array(3);
    const out = new Uint8Array(3);
    const level = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(level, level, level, (red, green, blue) => {
        COLOUR_SPACES[space].fromRgb(red, green, blue, channels);
        if (Number.isNaN(channels[0]!)) channels[0] = 0;
        COLOUR_SPACES[space].toRgb(channels, out, 0);
        expect([...out]).toEqual([red, green, blue]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("Macenko's method", () => {
  it("finds the stains that the paper's algorithm finds", () => {
    expectNear(estimateStain(first, "macenko"), normalisation.macenko.first);
    expectNear(estimateStain(first, "macenko", mask), normalisation.macenko.masked);
  });

  it("finds the stains that the tissue was drawn with", () => {
    const { stains } = estimateStain(first, "macenko", mask);
    const cosine = (a: Numbers, b: Numbers) =>
      a.reduce((sum, value, i) => sum + value * b[i]!, 0) / Math.hypot(...a) / Math.hypot(...b);
    expect(cosine(stains[0], [0.6, 0.7, 0.38])).toBeGreaterThan(0.995);
    expect(cosine(stains[1], [0.18, 0.85, 0.48])).toBeGreaterThan(0.995);
  });

  it("normalises to the reference, or to another slide", () => {
    const estimate = estimateStain(first, "macenko");
    const reference = normaliseStain(first, estimate);
    expect(apart(reference.data, bytes(normalisation.macenko.toReference))).toBeLessThanOrEqual(1);
    const other = normaliseStain(first, estimate, estimateStain(second, "macenko"));
    expect(apart(other.data, bytes(normalisation.macenko.toSecond))).toBeLessThanOrEqual(1);
  });

  it("brings two slides of one tissue, stained unlike, close together", () => {
    const stains = [first, second].map((image) =>
      estimateStain(normaliseStain(image, estimateStain(image, "macenko")), "macenko"),
    );
    // Not exactly: with the strengths the choice of stained pixels changes.
    for (const { stains: found, maximum } of stains) {
      for (const [i, most] of STAIN_TARGETS.macenko.maximum.entries())
        expect(Math.abs(maximum[i]! / most - 1)).toBeLessThan(0.1);
      expectNear(found, STAIN_TARGETS.macenko.stains, 1);
    }
  });

  it("changes all parts of a slide alike", () => {
    const estimate = estimateStain(first, "macenko");
    const whole = normaliseStain(first, estimate).data;
    const row = first.data.slice(3 * 56 * 20, 3 * 56 * 21);
    const part = normaliseStain({ width: 56, height: 1, data: row }, estimate).data;
    expect(part).toEqual(whole.slice(3 * 56 * 20, 3 * 56 * 21));
  });

  it("keeps glass glass", () => {
    const glass = { width: 1, height: 1, data: Uint8Array.of(239, 239, 239) };
    const { data } = normaliseStain(glass, estimateStain(first, "macenko"));
    expect(apart(data, [239, 239, 239])).toBeLessThanOrEqual(1);
  });
});

describe("Reinhard's method", () => {
  it("equals scikit-image's means and deviations", () => {
    expectNear(estimateStain(first, "reinhard"), normalisation.reinhard.first, 6);
    expectNear(estimateStain(first, "reinhard", mask), normalisation.reinhard.masked, 6);
  });

  it("moves a slide to another as NumPy does, and so gives it the other's moments", () => {
    const estimate = estimateStain(first, "reinhard", mask);
    const target = estimateStain(second, "reinhard");
    const moved = normaliseStain(first, estimate, target);
    expect(apart(moved.data, bytes(normalisation.reinhard.toSecond))).toBeLessThanOrEqual(1);
    const after = estimateStain(moved, "reinhard", mask);
    for (let c = 0; c < 3; c++) expect(Math.abs(after.mean[c]! - target.mean[c]!)).toBeLessThan(1.5); // clipping
  });
});

describe("a slide without enough stain", () => {
  const plain = (width: number, colour: Numbers): RgbImage => ({
    width,
    height: 40,
    data: Uint8Array.from({ length: 3 * 40 * width }, (_, k) => colour[k % 3]! - (Math.floor(k / 3) % 7)),
  });

  it.each(["macenko", "reinhard"] as const)("is refused by %s when nothing is stained", (method) => {
    expect(() => estimateStain(plain(40, [244, 243, 245]), method, new Uint8Array(1600))).toThrow(
      /estimateStain: expected at least 500 stained pixels, got 0\. Look at the slide's thumbnail/,
    );
  });

  it("is refused by Macenko when bare glass is all there is", () => {
    expect(() => estimateStain(plain(40, [244, 243, 245]), "macenko")).toThrow("at least 500 stained pixels");
  });

  it("is refused by Macenko when it has one hue", () => {
    const one = plain(40, [0, 0, 0]);
    for (let p = 0; p < 1600; p++) {
      const amount = 0.5 + (p % 97) / 60;
      for (const [c, part] of [0.6, 0.7, 0.39].entries())
        one.data[3 * p + c] = Math.round(240 * Math.exp(-amount * part));
    }
    expect(() => estimateStain(one, "macenko")).toThrow("expected tissue in two stains, got one hue");
  });

  it("is told apart from a wrong mask and a wrong target", () => {
    expect(() => estimateStain(first, "macenko", new Uint8Array(3))).toThrow("a mask of 56 x 56 pixels");
    expect(() => normaliseStain(first, estimateStain(first, "macenko"), STAIN_TARGETS.reinhard)).toThrow(
      "expected a target of the estimate's method, macenko, got reinhard.",
    );
  });
});

describe("jitterStains", () => {
  it("equals scikit-image's deconvolution, change and composition", () => {
    const { image, pixels, alpha, beta, output } = golden.jitter;
    expect(pixels).toBeGreaterThan(200);
    const jittered = jitterStains(picture(image, pixels, 1), triple(alpha), triple(beta));
    expect(apart(jittered.data, bytes(output))).toBeLessThanOrEqual(1);
  });

  it("changes nothing with factors of 1 and shifts of 0", () => {
    expect(jitterStains(first, [1, 1, 1], [0, 0, 0]).data).toEqual(first.data);
  });

  it("darkens with more stain", () => {
    const sum = (image: RgbImage) => image.data.reduce((total, value) => total + value, 0);
    expect(sum(jitterStains(first, [1.2, 1.2, 1.2], [0, 0, 0]))).toBeLessThan(sum(first));
    expect(sum(jitterStains(first, [1, 1, 1], [-0.05, -0.05, -0.05]))).toBeGreaterThan(sum(first));
  });

  it("refuses what is no number", () => {
    expect(() => jitterStains(first, [1, Number.NaN, 1], [0, 0, 0])).toThrow("finite factors and shifts");
  });
});

describe("virtual templates", () => {
  const images = golden.templates.images.map(({ size, data }) => picture(data, size));
  const collector = new TemplateCollector();
  for (const image of images) collector.add(image);
  const statistics = collector.statistics();

  it("are drawn from the statistics that NumPy finds", () => {
    expect(collector.images).toBe(3);
    expectNear(statistics, golden.templates.statistics, 6);
  });

  it("leave images of bare glass out", () => {
    const more = new TemplateCollector();
    more.add({ width: 20, height: 20, data: new Uint8Array(1200).fill(243) });
    expect(more.images).toBe(0);
    for (const image of images) more.add(image);
    expect(more.statistics()).toEqual(statistics);
  });

  it.each(TEMPLATE_SPACES)("give an image's tissue the template's moments in %s", (space) => {
    const none = { mean: [0, 0, 0], std: [0, 0, 0] } as const;
    const template = templateOf(statistics, space, 1, none);
    expect(template).toEqual({
      space,
      mean: statistics[space].mean.centre,
      std: statistics[space].std.centre,
    });
    const image = images[0]!;
    const own = tissueMoments(image, space)!;
    const same = applyTemplate(image, own, { space, ...own });
    expect(apart(same.data, image.data)).toBeLessThanOrEqual(1);
    const moved = tissueMoments(applyTemplate(image, own, template), space)!;
    // Clipping at black and white keeps the moments from being met exactly.
    const scale = statistics[space].std.centre;
    for (let c = 0; c < 3; c++)
      expect(Math.abs(moved.mean[c]! - template.mean[c]!) / scale[c]!).toBeLessThan(0.25);
  });

  it("spread with the strength, and are never flat", () => {
    const low = templateOf(statistics, "lab", 2, { mean: [1, -1, 0], std: [-99, 0, 1] });
    const { mean, std } = statistics.lab;
    expect(low.mean[0]).toBeCloseTo(mean.centre[0] + 2 * mean.spread[0], 12);
    expect(low.mean[1]).toBeCloseTo(mean.centre[1] - 2 * mean.spread[1], 12);
    expect(low.std[0]).toBeCloseTo(0.1 * std.centre[0], 12);
    expect(low.std[2]).toBeCloseTo(std.centre[2] + 2 * std.spread[2], 12);
  });

  it("leave an image without tissue as it is", () => {
    const glass = { width: 20, height: 20, data: new Uint8Array(1200).fill(243) };
    expect(tissueMoments(glass, "lab")).toBeNull();
    const template = templateOf(statistics, "lab", 1, { mean: [1, 1, 1], std: [1, 1, 1] });
    expect(applyTemplate(glass, null, template)).toBe(glass);
  });
});
