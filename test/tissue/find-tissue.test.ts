// Tissue, ink, borders and empty glass on drawn thumbnails, where the truth is known.
import { describe, expect, it } from "vitest";
import type { RgbImage } from "../../src/pixels/index.ts";
import {
  drawOverlay,
  findPen,
  findPieces,
  findTissue,
  TISSUE_METHODS,
  type TissueMethod,
} from "../../src/tissue/index.ts";
import { noisy, picture } from "./support.ts";

const GLASS = [243, 242, 244] as const;
const EOSIN = [225, 160, 190] as const;
const PALE = [236, 214, 226] as const;
const MPP = 8;

const disc = (x: number, y: number, cx: number, cy: number, radius: number): boolean =>
  Math.hypot(x - cx, y - cy) <= radius;

/** Glass with noise, and whatever else is drawn on it. */
function slide(
  at: (x: number, y: number) => readonly [number, number, number] | null,
  glass: readonly [number, number, number] = GLASS,
): RgbImage {
  return picture(160, 120, (x, y) => noisy(at(x, y) ?? glass, 4, x, y));
}

/** Share of pixels where the mask differs from the truth. */
function wrong(data: Uint8Array, truth: (x: number, y: number) => boolean): number {
  let count = 0;
  for (const [k, value] of data.entries()) if ((value === 1) !== truth(k % 160, Math.floor(k / 160))) count++;
  return count / data.length;
}

/** Coarse texture, as stained tissue has it. */
const textured =
  (base: readonly [number, number, number]) =>
  (x: number, y: number): readonly [number, number, number] =>
    noisy(base, 14, x, y);

describe("findTissue", () => {
  const inside = (x: number, y: number) => disc(x, y, 60, 60, 35);
  const stained = (base: readonly [number, number, number]) =>
    slide((x, y) => (inside(x, y) ? textured(base)(x, y) : null));

  it.each(TISSUE_METHODS)("finds stained tissue on glass by %s", (method) => {
    const mask = findTissue(stained(EOSIN), { mpp: MPP, method });
    expect(wrong(mask.data, inside)).toBeLessThan(method === "texture" ? 0.06 : 0.02);
    expect(mask.tissueShare).toBeCloseTo((Math.PI * 35 ** 2) / (160 * 120), 1);
    expect(mask.method).toBe(method);
    expect(mask.pen?.share).toBe(0);
  });

  it.each(TISSUE_METHODS)("gives an empty mask for glass alone by %s", (method) => {
    for (const glass of [GLASS, [255, 255, 255], [228, 226, 224], [250, 246, 238]] as const) {
      const mask = findTissue(
        slide(() => null, glass),
        { mpp: MPP, method },
      );
      expect(mask.data.includes(1)).toBe(false);
      expect(findPieces(mask)).toEqual([]);
    }
  });

  it("gives an empty mask for glass that gets darker towards the corners", () => {
    const vignette = picture(160, 120, (x, y) => {
      const fall = 1 - 0.12 * (((x - 80) ** 2 + (y - 60) ** 2) / 10_000);
      return noisy([243 * fall, 241 * fall, 240 * fall], 3, x, y);
    });
    expect(findTissue(vignette, { mpp: MPP }).data.includes(1)).toBe(false);
  });

  it("takes a picture full of tissue as tissue, not its darker half", () => {
    const full = slide((x, y) => textured(x < 80 ? PALE : [150, 90, 160])(x, y));
    expect(findTissue(full, { mpp: MPP }).tissueShare).toBeGreaterThan(0.99);
  });

  it("keeps pale tissue beside dark", () => {
    const pale = (x: number, y: number) => disc(x, y, 110, 60, 30);
    const mask = findTissue(
      slide((x, y) => (disc(x, y, 40, 60, 30) ? [120, 60, 140] : pale(x, y) ? textured(PALE)(x, y) : null)),
      { mpp: MPP },
    );
    expect(mask.otsu).toBeGreaterThan(mask.threshold);
    expect(mask.data[60 * 160 + 110]).toBe(1);
    expect(findPieces(mask, { joinGap: 40 })).toHaveLength(2);
  });

  it("is not misled by glass that a lamp has tinted", () => {
    const mask = findTissue(
      slide((x, y) => (inside(x, y) ? [222, 150, 170] : null), [250, 246, 236]),
      { mpp: MPP },
    );
    expect(wrong(mask.data, inside)).toBeLessThan(0.02);
  });

  it("sets a black border aside, and white gaps of stitching too", () => {
    const framed = slide((x, y) => {
      if (x >= 140 || y >= 105) return [4, 5, 3];
      if (x >= 58 && x < 61) return [255, 255, 255];
      return inside(x, y) ? [...EOSIN] : null;
    });
    const mask = findTissue(framed, { mpp: MPP });
    expect(mask.borderShare).toBeCloseTo(1 - (140 * 105) / (160 * 120), 2);
    expect(wrong(mask.data, (x, y) => inside(x, y))).toBeLessThan(0.03);
    expect(mask.pen?.share).toBe(0);
    expect(findPieces(mask)).toHaveLength(1);
  });

  it("fills holes and removes crumbs by their areas in µm²", () => {
    const holed = slide((x, y) => {
      if (disc(x, y, 60, 60, 8)) return null; // 201 pixels, 12,868 µm²
      if (disc(x, y, 140, 20, 6)) return [...EOSIN]; // 113 pixels, 7,232 µm²
      return inside(x, y) ? [...EOSIN] : null;
    });
    const at = (area: number) => {
      const { data } = findTissue(holed, { mpp: MPP, holeArea: area, objectArea: area });
      return [data[60 * 160 + 60], data[20 * 160 + 140]];
    };
    expect(at(40_000)).toEqual([1, 0]);
    expect(at(0)).toEqual([0, 1]);
    expect(findTissue(holed, { mpp: 4 }).data[60 * 160 + 60]).toBe(1); // the same pixels, a smaller hole
  });

  it("takes a threshold in place of Otsu's", () => {
    const mask = findTissue(stained(EOSIN), { mpp: MPP, threshold: 100 });
    expect([mask.threshold, mask.tissueShare]).toEqual([100, 0]);
  });

  it("refuses a dark picture of fluorescence", () => {
    const dark = picture(160, 120, (x, y) => (disc(x, y, 60, 60, 20) ? [0, 0, 180] : [2, 1, 6]));
    expect(() => findTissue(dark, { mpp: MPP })).toThrow(
      /^findTissue: expected a bright-field slide, bright where there is no tissue, got a dark picture .*Leave fluorescence slides out: tissue is found on bright-field slides only\.$/s,
    );
  });

  it.each([
    [{ mpp: 0 }, "findTissue: expected µm per pixel above 0, got 0."],
    [{ mpp: 8, holeArea: -1 }, "findTissue `holeArea`: expected a finite number of at least 0, got -1."],
    [{ mpp: 8, threshold: 300 }, "findTissue `threshold`: expected a number from 0 to below 255, got 300."],
    [
      { mpp: 8, method: "entropy" as TissueMethod },
      "findTissue `method`: expected one of saturation, grey, optical-density, texture, got entropy.",
    ],
  ])("refuses %o", (options, message) => {
    expect(() =>
      findTissue(
        slide(() => null),
        options,
      ),
    ).toThrow(message);
  });
});

describe("findPen", () => {
  const tissue = (x: number, y: number) => disc(x, y, 60, 60, 35);
  const stroke = (x: number, y: number) => y >= 20 && y < 32 && x >= 20 && x < 150;
  const marked = (ink: readonly [number, number, number]) =>
    slide((x, y) => (stroke(x, y) ? ink : tissue(x, y) ? EOSIN : null));

  it.each([
    ["green", [40, 150, 110]],
    ["blue", [40, 70, 160]],
    ["red", [215, 25, 45]],
    ["black", [25, 22, 28]],
  ] as const)("finds %s ink, which is no tissue", (colour, ink) => {
    const pen = findPen(marked(ink), { mpp: MPP });
    expect(pen.colours[colour]).toBeCloseTo((130 * 12) / (160 * 120), 2);
    expect(Object.values(pen.colours).filter((share) => share > 0)).toHaveLength(1);
    expect(pen.share).toBeGreaterThan(pen.colours[colour]); // its blurred edge
    const mask = findTissue(marked(ink), { mpp: MPP });
    expect(mask.pen?.share).toBe(pen.share);
    expect(mask.data[26 * 160 + 60]).toBe(0);
    expect(mask.data[60 * 160 + 60]).toBe(1);
    if (colour !== "black")
      expect(findTissue(marked(ink), { mpp: MPP, excludePen: false }).data[26 * 160 + 60]).toBe(1);
  });

  it.each([
    ["eosin", [225, 120, 160]],
    ["haematoxylin", [70, 55, 130]],
    ["blood", [185, 45, 65]],
    ["DAB", [110, 70, 40]],
    ["a fold", [60, 25, 85]],
  ] as const)("leaves %s alone", (_, colour) => {
    expect(findPen(marked(colour), { mpp: MPP }).share).toBe(0);
  });

  it("knows a blue stain by how much of the slide it covers", () => {
    const giemsa = slide((x, y) =>
      x < 120 ? (disc(x, y, 60, 60, 20) ? [90, 200, 210] : [60, 90, 190]) : null,
    );
    expect(findPen(giemsa, { mpp: MPP }).share).toBe(0);
    expect(findTissue(giemsa, { mpp: MPP }).tissueShare).toBeGreaterThan(0.7);
  });

  it("ignores specks", () => {
    const speck = slide((x, y) => (disc(x, y, 40, 40, 4) ? [40, 150, 110] : null));
    expect(findPen(speck, { mpp: MPP }).share).toBe(0);
    expect(findPen(speck, { mpp: MPP, minimumArea: 1000 }).share).toBeGreaterThan(0);
  });
});

describe("drawOverlay", () => {
  const image = slide((x, y) => (disc(x, y, 60, 60, 35) || disc(x, y, 140, 20, 13) ? EOSIN : null));
  const mask = findTissue(image, { mpp: MPP });
  const pieces = findPieces(mask, { minimumArea: 100_000 });

  it("outlines pieces in green and what is no piece in orange, boxes them in blue, and numbers them", () => {
    const before = image.data.slice();
    const { data } = drawOverlay(image, mask, pieces);
    expect(image.data).toEqual(before);
    expect(pieces).toHaveLength(1);
    const colours = new Map<string, number>();
    for (let k = 0; k < data.length; k += 3) {
      const colour = data.slice(k, k + 3).join();
      colours.set(colour, (colours.get(colour) ?? 0) + 1);
    }
    expect(colours.get("0,120,60")).toBeGreaterThan(300); // two pixels wide around a disc of radius 35
    expect(colours.get("0,120,60")).toBeLessThan(700);
    expect(colours.get("230,120,0")).toBeGreaterThan(80);
    const { width, height } = pieces[0]!.box;
    expect(colours.get("30,80,220")).toBe(2 * (width + height) - 4);
    expect(colours.get("0,0,0")).toBe(10); // the digit 1
  });

  it("refuses a picture of another size", () => {
    expect(() => drawOverlay({ width: 1, height: 1, data: new Uint8Array(3) }, mask, pieces)).toThrow(
      "drawOverlay: expected a thumbnail of 160 x 120 pixels, as the mask, got 1 x 1.",
    );
  });
});
