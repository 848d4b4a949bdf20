// Heat maps: their colours, and where they are drawn.
import { describe, expect, it } from "vitest";
import { heatColour, heatLegend, heatPicture, type SlideOverlay } from "../../src/classify/index.ts";

/** L* of CIE 1976 from sRGB. */
function lightness(colour: readonly number[]): number {
  const [r, g, b] = colour.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const y = 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

describe("the scale", () => {
  // From matplotlib 3.6.3: cm.viridis(value, bytes=True).
  it.each([
    [0, [68, 1, 84]],
    [0.1, [72, 35, 116]],
    [0.25, [58, 82, 139]],
    [0.37, [44, 112, 142]],
    [0.5, [32, 144, 140]],
    [0.66, [50, 181, 122]],
    [0.75, [94, 201, 97]],
    [0.9, [189, 222, 38]],
    [1, [253, 231, 36]],
  ])("at %d is viridis within 2 grey levels", (value, published) => {
    for (const [c, level] of heatColour(value).entries())
      expect(Math.abs(level - published[c]!)).toBeLessThanOrEqual(2);
  });

  it("grows lighter all the way, in even steps", () => {
    const levels = Array.from({ length: 21 }, (_, i) => lightness(heatColour(i / 20)));
    for (let i = 1; i < levels.length; i++) {
      const step = levels[i]! - levels[i - 1]!;
      expect(step).toBeGreaterThan(2.5);
      expect(step).toBeLessThan(5.5);
    }
  });

  it("ends where probabilities end", () => {
    expect(heatColour(-3)).toEqual(heatColour(0));
    expect(heatColour(7)).toEqual(heatColour(1));
  });

  it("has a legend from 0 to 1", () => {
    expect(heatLegend(3)).toEqual([0, 0.5, 1].map((value) => ({ value, colour: heatColour(value) })));
    expect(heatLegend().length).toBeGreaterThan(20);
  });
});

/** One map of cells of 10 pixels from (100, 200) on. */
function overlayOf(columns: number, covered: number[], values: number[]): SlideOverlay {
  const rows = covered.length / columns;
  return {
    classes: ["A", "B"],
    maps: [
      {
        piece: 1,
        left: 100,
        top: 200,
        cellWidth: 10,
        cellHeight: 10,
        columns,
        rows,
        covered: Uint8Array.from(covered),
        values: Uint8Array.from([...values.map((v) => 255 - v), ...values]),
      },
    ],
    outlines: [],
  };
}

const over = (overlay: SlideOverlay, left: number, top: number, width: number, height: number) => {
  const { data } = heatPicture(overlay, 1, { left, top, width, height }, { width, height });
  return (x: number, y: number) => [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
};

const clear = [0, 0, 0, 0];
const opaque = (value: number) => [...heatColour(value / 255), 255];

describe("a heat map", () => {
  it("is clear but for covered cells", () => {
    const at = over(overlayOf(2, [1, 0, 0, 1], [50, 60, 70, 80]), 90, 190, 40, 40);
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 40; x++) {
        const [column, row] = [Math.floor((x - 10) / 10), Math.floor((y - 10) / 10)];
        const inside = (column === 0 && row === 0) || (column === 1 && row === 1);
        expect(at(x, y)[3]).toBe(inside ? 255 : 0);
        if (!inside) expect(at(x, y)).toEqual(clear);
      }
  });

  it("is a cell's value at its centre and half of two between them", () => {
    const at = over(overlayOf(3, [1, 1, 1], [0, 100, 200]), 100, 200, 30, 10);
    // Pixel centres lie half a pixel beside those of cells.
    expect(at(4, 5)).toEqual(opaque(0));
    expect(at(14, 5)).toEqual(opaque(95));
    expect(at(15, 5)).toEqual(opaque(105));
    expect(at(9, 5)).toEqual(opaque(45));
    expect(at(10, 5)).toEqual(opaque(55));
    expect(at(29, 5)).toEqual(opaque(200));
  });

  it("is not tinted by cells that are not covered", () => {
    const at = over(overlayOf(3, [1, 0, 1], [100, 255, 100]), 100, 200, 30, 10);
    for (const x of [0, 5, 9, 20, 25, 29]) expect(at(x, 5)).toEqual(opaque(100));
    for (const x of [10, 15, 19]) expect(at(x, 5)).toEqual(clear);
  });

  it("ends where the piece's outline ends, unless whole cells are asked for", () => {
    const cells = overlayOf(2, [1, 1], [100, 200]);
    const outer = Float64Array.of(103, 200, 115, 200, 115, 210, 103, 210);
    const holes = [Float64Array.of(105, 203, 105, 206, 108, 206, 108, 203)];
    const overlay = { ...cells, outlines: [{ piece: 1, polygons: [{ outer, holes }] }] };
    const box = { left: 95, top: 195, width: 30, height: 20 };
    const size = { width: 60, height: 40 };
    const tissue = heatPicture(overlay, 1, box, size).data;
    const whole = heatPicture(overlay, 1, box, size, { within: "cells" }).data;
    expect(whole).toEqual(heatPicture(cells, 1, box, size).data);
    for (let y = 0; y < 40; y++)
      for (let x = 0; x < 60; x++) {
        const [u, v] = [95 + (x + 0.5) / 2, 195 + (y + 0.5) / 2];
        const inHole = u > 105 && u < 108 && v > 203 && v < 206;
        const inside = u > 103 && u < 115 && v > 200 && v < 210 && !inHole;
        const at = 4 * (60 * y + x);
        const expected = inside ? [...whole.subarray(at, at + 4)] : clear;
        expect([...tissue.subarray(at, at + 4)]).toEqual(expected);
      }
  });

  it("goes on to the end of the tissue, half a cell beyond the last", () => {
    const cells = overlayOf(2, [1, 1], [100, 200]);
    const outer = Float64Array.of(100, 200, 130, 200, 130, 220, 100, 220);
    const at = over(
      { ...cells, outlines: [{ piece: 1, polygons: [{ outer, holes: [] }] }] },
      100,
      200,
      30,
      20,
    );
    for (const [x, y] of [
      [20, 5],
      [24, 5],
      [24, 14],
      [20, 10],
    ] as const)
      expect(at(x, y)).toEqual(opaque(200));
    expect(at(4, 14)).toEqual(opaque(100));
    for (const [x, y] of [
      [25, 5],
      [29, 5],
      [4, 15],
    ] as const)
      expect(at(x, y)).toEqual(clear);
  });

  it("shows the class asked for", () => {
    const overlay = overlayOf(1, [1], [200]);
    const box = { left: 100, top: 200, width: 10, height: 10 };
    expect([...heatPicture(overlay, 0, box, { width: 1, height: 1 }).data]).toEqual(opaque(55));
    expect([...heatPicture(overlay, 1, box, { width: 1, height: 1 }).data]).toEqual(opaque(200));
  });

  it("lies in the same place at every size and in every part", () => {
    const values = Array.from({ length: 20 }, (_, i) => 12 * i);
    const overlay = overlayOf(
      5,
      values.map((_, i) => (i % 7 === 3 ? 0 : 1)),
      values,
    );
    const whole = heatPicture(
      overlay,
      1,
      { left: 95, top: 195, width: 60, height: 50 },
      { width: 120, height: 100 },
    );
    const part = heatPicture(
      overlay,
      1,
      { left: 110, top: 205, width: 30, height: 25 },
      { width: 60, height: 50 },
    );
    for (let y = 0; y < 50; y++)
      for (let x = 0; x < 60; x++) {
        const from = 4 * ((y + 20) * 120 + x + 30);
        expect([...part.data.subarray(4 * (y * 60 + x), 4 * (y * 60 + x) + 4)]).toEqual([
          ...whole.data.subarray(from, from + 4),
        ]);
      }
  });

  it("that lies elsewhere is clear", () => {
    const overlay = overlayOf(1, [1], [200]);
    for (const left of [-1000, 110, 5000]) {
      const { data } = heatPicture(
        overlay,
        1,
        { left, top: 200, width: 10, height: 10 },
        { width: 7, height: 3 },
      );
      expect(data.every((value) => value === 0)).toBe(true);
    }
  });

  it("of 4096 x 4096 pixels is drawn in a moment", () => {
    const columns = 200;
    const cells = columns * columns;
    const covered = new Array<number>(cells).fill(1);
    const overlay = overlayOf(
      columns,
      covered,
      covered.map((_, i) => i % 256),
    );
    const box = { left: 100, top: 200, width: 10 * columns, height: 10 * columns };
    heatPicture(overlay, 1, box, { width: 512, height: 512 });
    // Of the processor, so that others at work on the machine do not count.
    const before = process.cpuUsage();
    heatPicture(overlay, 1, box, { width: 4096, height: 4096 });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(1);
  });

  it.each([
    ["another class", 2, { left: 0, top: 0, width: 1, height: 1 }, { width: 1, height: 1 }],
    ["no width", 0, { left: 0, top: 0, width: 1, height: 1 }, { width: 0, height: 1 }],
    ["too many pixels", 0, { left: 0, top: 0, width: 1, height: 1 }, { width: 1e6, height: 1e6 }],
    ["a box without area", 0, { left: 0, top: 0, width: 0, height: 1 }, { width: 1, height: 1 }],
    ["a box of no number", 0, { left: Number.NaN, top: 0, width: 1, height: 1 }, { width: 1, height: 1 }],
  ])("is refused for %s", (_, index, box, size) => {
    expect(() => heatPicture(overlayOf(1, [1], [1]), index, box, size)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }),
    );
  });
});
