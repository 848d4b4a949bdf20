// What pieces are called: shares of their tissue, negatives subtracted, rules, ties, and regions as pieces.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { labelByArea, regionsAsPieces } from "../../src/annotation/index.ts";
import { rectangle, region, setOf } from "./samples.ts";

/** Ten by ten mask pixels over a hundred by a hundred of level 0. */
const PIECE = { window: { left: 0, top: 0, width: 100, height: 100 }, width: 10, height: 10 };
const strip = (label: string | null, left: number, width: number, other = {}) =>
  region(label, [rectangle(left, 0, width, 100)], other);

describe("the largest share", () => {
  it("names the piece when it is half of it or more", () => {
    expect(labelByArea(setOf(strip("tumour", 0, 50)), PIECE)).toEqual({
      label: "tumour",
      shares: { tumour: 0.5 },
      covered: 0.5,
    });
    expect(labelByArea(setOf(strip("tumour", 0, 40)), PIECE).label).toBeNull();
    expect(labelByArea(setOf(strip("tumour", 0, 40)), PIECE, { minimumShare: 0.3 }).label).toBe("tumour");
  });

  it("is one of the tissue, not of the window", () => {
    const tissue = new Uint8Array(100).map((_, i) => (i % 10 < 2 ? 255 : 0));
    expect(labelByArea(setOf(strip("tumour", 0, 10)), { ...PIECE, tissue })).toEqual({
      label: "tumour",
      shares: { tumour: 0.5 },
      covered: 0.5,
    });
  });

  it("counts overlapping labels fully for each, and once as covered", () => {
    const { shares, covered } = labelByArea(setOf(strip("a", 0, 60), strip("b", 40, 60)), PIECE);
    expect(shares).toEqual({ a: 0.6, b: 0.6 });
    expect(covered).toBe(1);
  });

  it("of equals is the one whose name sorts first, in whatever order they were drawn", () => {
    for (const set of [
      setOf(strip("b", 0, 50), strip("a", 50, 50)),
      setOf(strip("a", 50, 50), strip("b", 0, 50)),
    ])
      expect(labelByArea(set, PIECE).label).toBe("a");
  });

  it("loses what negative regions take", () => {
    const hole = (label: string | null) => strip(label, 0, 20, { negative: true });
    const shares = (label: string | null) =>
      labelByArea(setOf(strip("a", 0, 60), strip("b", 10, 60), hole(label)), PIECE).shares;
    expect(shares("a")).toEqual({ a: 0.4, b: 0.6 });
    expect(shares(null)).toEqual({ a: 0.4, b: 0.5 });
  });

  it("does not count detections, regions without a label, or labels that are not asked for", () => {
    const set = setOf(
      strip("a", 0, 100, { kind: "detection" }),
      strip(null, 0, 100),
      strip("tissue", 0, 100),
      strip("b", 0, 60),
    );
    expect(labelByArea(set, PIECE, { labels: ["b"] })).toEqual({
      label: "b",
      shares: { b: 0.6 },
      covered: 0.6,
    });
  });

  it("of a piece without tissue, or far from all regions, is none", () => {
    const nothing = { label: null, shares: {}, covered: 0 };
    expect(labelByArea(setOf(strip("a", 0, 100)), { ...PIECE, tissue: new Uint8Array(100) })).toEqual(
      nothing,
    );
    expect(labelByArea(setOf(strip("a", 500, 100)), PIECE)).toEqual(nothing);
  });

  it("may be of a label that is called like a property", () => {
    const { label, shares } = labelByArea(setOf(strip("__proto__", 0, 100)), PIECE);
    expect(label).toBe("__proto__");
    expect(Object.entries(shares)).toEqual([["__proto__", 1]]);
  });

  it("is a share whatever is drawn, and the union is at least the largest and at most the sum", () => {
    const drawn = fc.record({
      label: fc.constantFrom("a", "b", "c"),
      left: fc.integer({ min: -50, max: 100 }),
      width: fc.integer({ min: 1, max: 120 }),
      negative: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 8 }), (regions) => {
        const set = setOf(
          ...regions.map(({ label, left, width, negative }) => strip(label, left, width, { negative })),
        );
        const { shares, covered, label } = labelByArea(set, PIECE);
        const values = Object.values(shares);
        const sum = values.reduce((total, share) => total + share, 0);
        expect(covered).toBeGreaterThanOrEqual(Math.max(0, ...values));
        expect(covered).toBeLessThanOrEqual(Math.min(1, sum + 1e-12));
        expect(label === null ? 0 : shares[label]!).toBe(label === null ? 0 : Math.max(...values));
      }),
    );
  });
});

describe("any", () => {
  const set = setOf(strip("stroma", 0, 90), strip("tumour", 90, 10), strip("necrosis", 0, 10));

  it("lets a trace of the first priority win", () => {
    expect(labelByArea(set, PIECE, { rule: "any", priorities: ["tumour"] }).label).toBe("tumour");
    expect(labelByArea(set, PIECE, { rule: "any", priorities: ["necrosis", "tumour"] }).label).toBe(
      "necrosis",
    );
  });

  it("passes over a priority below the least share, and then takes the largest", () => {
    const rules = { rule: "any", priorities: ["tumour"], minimumShare: 0.2 } as const;
    expect(labelByArea(set, PIECE, rules).label).toBe("stroma");
    expect(labelByArea(set, PIECE, { ...rules, minimumShare: 0.95 }).label).toBeNull();
  });
});

describe("rules that cannot be", () => {
  it.each([0, -1, 1.01, Number.NaN])("are refused: a least share of %s", (minimumShare) => {
    expect(() => labelByArea(setOf(), PIECE, { minimumShare })).toThrow(/share above 0 and at most 1/);
  });

  it("are refused: a tissue mask of another size", () => {
    expect(() => labelByArea(setOf(), { ...PIECE, tissue: new Uint8Array(5) })).toThrow(
      /10 x 10 bytes, got 5/,
    );
  });
});

describe("regions as pieces", () => {
  const set = setOf(
    strip("a", 10.5, 20),
    strip("a", 12, 4, { negative: true }),
    strip("b", -50, 100),
    strip("c", 300, 10, { name: "far" }),
    strip(null, 60, 10),
    strip("a", 0, 5, { kind: "detection" }),
  );
  const { pieces, notes } = regionsAsPieces(set, { width: 200, height: 80 });

  it("are those that people drew, boxed by whole pixels inside the slide", () => {
    expect(pieces.map(({ region: { label }, box }) => [label, box])).toEqual([
      ["a", { left: 10, top: 0, width: 21, height: 80 }],
      ["b", { left: 0, top: 0, width: 50, height: 80 }],
      [null, { left: 60, top: 0, width: 10, height: 80 }],
    ]);
    expect(notes).toEqual([
      'drawn.geojson: 1 of 6 regions lie outside the slide of 200 x 80 pixels (the first: region 4 "far"). Is it the file of this slide, and the origin right?',
    ]);
  });

  it("have masks of their own, less what is cut out of their label", () => {
    const grid = { window: { left: 10, top: 0, width: 10, height: 1 }, width: 10, height: 1 };
    expect([...pieces[0]!.mask(grid)]).toEqual([1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
    expect([...pieces[1]!.mask(grid)]).toEqual(new Array(10).fill(1));
  });
});
