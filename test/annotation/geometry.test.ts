// Areas, clipped areas and masks against shapely and matplotlib, and against closed forms.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clipPolygon,
  type Polygon,
  pixelsOf,
  polygonArea,
  rasteriseRegions,
  ringOf,
} from "../../src/annotation/index.ts";
import { perimeter } from "../../src/annotation/ring.ts";
import { rectangle, region } from "./samples.ts";

interface Golden {
  readonly window: { left: number; top: number; width: number; height: number };
  readonly width: number;
  readonly height: number;
  readonly clip: { left: number; top: number; right: number; bottom: number };
  readonly cases: readonly {
    readonly name: string;
    readonly outer: readonly number[];
    readonly holes: readonly (readonly number[])[];
    readonly area: number;
    readonly clippedArea: number;
    readonly mask: string;
  }[];
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/annotation/geometry.json", import.meta.url), "utf8"),
) as Golden;
const cases = golden.cases.map((each) => {
  const polygon: Polygon = { outer: ringOf(each.outer), holes: each.holes.map((hole) => ringOf(hole)) };
  return { ...each, polygon, tolerance: 2e-5 * perimeter(polygon.outer) + 1e-4 };
});

describe("against shapely and matplotlib", () => {
  it.each(cases)(
    "$name has the same area, also when clipped",
    ({ polygon, area, clippedArea, tolerance }) => {
      expect(Math.abs(polygonArea(polygon) - area)).toBeLessThan(tolerance);
      const clipped = clipPolygon(polygon, golden.clip);
      expect(Math.abs((clipped === null ? 0 : polygonArea(clipped)) - clippedArea)).toBeLessThan(tolerance);
    },
  );

  it.each(cases)("$name has the same mask", ({ polygon, mask }) => {
    const bits = Buffer.from(mask, "base64");
    const expected = Uint8Array.from(
      { length: golden.width * golden.height },
      (_, i) => (bits[i >> 3]! >> (7 - (i & 7))) & 1,
    );
    expect(rasteriseRegions([region("a", [polygon])], golden)).toEqual(expected);
  });
});

describe("areas", () => {
  it("of regular polygons are n/2 r² sin(2π/n), wherever they lie", () => {
    for (const corners of [3, 4, 7, 100]) {
      const points = Array.from({ length: corners }, (_, i) => (2 * Math.PI * i) / corners);
      const outer = ringOf(points.flatMap((a) => [1e6 + 50 * Math.cos(a), 2e6 + 50 * Math.sin(a)]));
      expect(polygonArea({ outer, holes: [] })).toBeCloseTo(
        (corners / 2) * 2500 * Math.sin((2 * Math.PI) / corners),
        5,
      );
    }
  });

  it("of a star drawn in one stroke leave out its middle, which lies inside twice", () => {
    const tip = (k: number) => [
      100 * Math.sin((4 * Math.PI * k) / 5),
      -100 * Math.cos((4 * Math.PI * k) / 5),
    ];
    const outer = ringOf([0, 1, 2, 3, 4].flatMap(tip));
    // Its outline is a decagon of radii 100 and inner.
    const inner = (Math.cos((2 * Math.PI) / 5) / Math.cos(Math.PI / 5)) * 100;
    const pentagon = (5 / 2) * inner ** 2 * Math.sin((2 * Math.PI) / 5);
    const outline = 5 * 100 * inner * Math.sin(Math.PI / 5);
    expect(polygonArea({ outer, holes: [] })).toBeCloseTo(outline - pentagon, 1);
  });
});

describe("masks", () => {
  const grid = (width: number, height: number, scale = 1) => ({
    window: { left: 0, top: 0, width: width * scale, height: height * scale },
    width,
    height,
  });
  const paint = (polygons: readonly Polygon[], ...size: [number, number, number?]) => [
    ...rasteriseRegions([region("a", polygons)], grid(...size)),
  ];

  it("hold the pixels whose centres lie inside; on the outline the left and upper edge belong", () => {
    expect(paint([rectangle(0.5, 0, 2, 1)], 4, 1)).toEqual([1, 1, 0, 0]);
    expect(paint([rectangle(0.51, 0, 2, 1)], 4, 1)).toEqual([0, 1, 1, 0]);
    expect(paint([rectangle(0, 0.5, 1, 2)], 1, 4)).toEqual([1, 1, 0, 0]);
  });

  it("of a slide 8 times as fine take the centres of 8 x 8 pixels", () => {
    expect(paint([rectangle(4, 4, 8, 8)], 3, 2, 8)).toEqual([1, 0, 0, 0, 0, 0]);
    expect(paint([rectangle(3.9, 4, 8.2, 8.1)], 3, 2, 8)).toEqual([1, 1, 0, 1, 1, 0]);
  });

  it("of neighbours that share edges share no pixel and leave none out", () => {
    const point = fc.tuple(
      fc.double({ min: 1, max: 29, noNaN: true }),
      fc.double({ min: 1, max: 29, noNaN: true }),
    );
    fc.assert(
      fc.property(point, fc.integer({ min: 5, max: 40 }), ([x, y], size) => {
        const corners = [
          [0, 0],
          [30, 0],
          [30, 30],
          [0, 30],
        ] as const;
        const parts = corners.map(([ax, ay], i) => {
          const [bx, by] = corners[(i + 1) % 4]!;
          return { outer: ringOf([ax, ay, bx, by, x, y]), holes: [] };
        });
        const lattice = { window: { left: 0, top: 0, width: 30, height: 30 }, width: size, height: size };
        const masks = parts.map((part) => rasteriseRegions([region("a", [part])], lattice));
        for (let i = 0; i < size * size; i++)
          if (masks.reduce((sum, mask) => sum + mask[i]!, 0) !== 1) return false;
        return true;
      }),
    );
  });

  it("of a fine raster have the region's area", () => {
    const { polygon, area } = cases.find(({ name }) => name === "star with holes 2")!;
    const mask = rasteriseRegions([region("a", [polygon])], {
      ...golden,
      window: { left: 0, top: -40, width: 150, height: 150 },
      width: 1500,
      height: 1500,
    });
    expect(mask.reduce((sum, value) => sum + value, 0) / 100 / area).toBeCloseTo(1, 3);
  });

  it("of tiles are the tiles of the whole mask, however many points and polygons there are", () => {
    const wave = Array.from({ length: 3000 }, (_, i) => {
      const [angle, radius] = [(2 * Math.PI * i) / 3000, 400 + 60 * Math.sin(i / 9)];
      return [500.3 + radius * Math.cos(angle), 500.7 + radius * Math.sin(angle)];
    });
    const crumbs = Array.from({ length: 300 }, (_, i) =>
      rectangle(3.3 * i, (i * 37) % 990, 2 + (i % 40), 3 + (i % 90)),
    );
    for (const polygons of [[{ outer: ringOf(wave.flat()), holes: [] }], crumbs]) {
      const drawn = [region("a", polygons)];
      const whole = rasteriseRegions(drawn, grid(120, 120, 10));
      for (const top of [-200, 0, 250, 600, 900])
        for (const left of [0, 300, 800]) {
          const window = { left, top, width: 200, height: 150 };
          const tile = rasteriseRegions(drawn, { window, width: 20, height: 15 });
          const expected = tile.map((_, i) => {
            const [column, row] = [left / 10 + (i % 20), top / 10 + Math.floor(i / 20)];
            return row >= 0 ? whole[row * 120 + column]! : 0;
          });
          expect(tile, `${left}, ${top}`).toEqual(expected);
        }
    }
  });

  it("cut negative regions out of their label, and those without a label out of all", () => {
    const regions = [
      region("a", [rectangle(0, 0, 3, 1)]),
      region("b", [rectangle(2, 0, 3, 1)]),
      region("b", [rectangle(0, 0, 3, 1)], { negative: true }),
      region(null, [rectangle(4, 0, 1, 1)], { negative: true }),
    ];
    expect([...rasteriseRegions(regions, grid(6, 1))]).toEqual([1, 1, 1, 1, 0, 0]);
  });

  it("of overlapping polygons of one region are their union", () => {
    expect(paint([rectangle(0, 0, 2, 1), rectangle(1, 0, 2, 1)], 4, 1)).toEqual([1, 1, 1, 0]);
  });

  it("refuse a grid without size", () => {
    expect(() =>
      rasteriseRegions([], { window: { left: 0, top: 0, width: 0, height: 1 }, width: 1, height: 1 }),
    ).toThrow(/a window with an area/);
    expect(() =>
      rasteriseRegions([], { window: { left: 0, top: 0, width: 1, height: 1 }, width: 1.5, height: 1 }),
    ).toThrow(/pixel on each side/);
  });
});

describe("clipping", () => {
  it("gives nothing outside the window and everything inside", () => {
    const window = { left: 0, top: 0, right: 10, bottom: 10 };
    expect(clipPolygon(rectangle(10, 0, 5, 5), window)).toBeNull();
    expect(clipPolygon(rectangle(20, 20, 5, 5), window)).toBeNull();
    expect([...clipPolygon(rectangle(2, 3, 4, 5), window)!.outer]).toEqual([2, 3, 6, 3, 6, 8, 2, 8]);
  });

  it("drops the holes that lie outside", () => {
    const outer = rectangle(0, 0, 20, 20).outer;
    const polygon = {
      outer,
      holes: [rectangle(2, 2, 2, 2).outer, rectangle(12, 12, 2, 2).outer, rectangle(9, 4, 4, 2).outer],
    };
    const clipped = clipPolygon(polygon, { left: 0, top: 0, right: 10, bottom: 10 })!;
    expect(clipped.holes).toHaveLength(2);
    expect(polygonArea(clipped)).toBeCloseTo(100 - 4 - 2, 9);
  });
});

describe("boxes", () => {
  it("are the whole pixels that a region touches", () => {
    expect(pixelsOf({ left: 1.2, top: -0.5, right: 3, bottom: 3.01 })).toEqual({
      left: 1,
      top: -1,
      width: 2,
      height: 5,
    });
  });
});
