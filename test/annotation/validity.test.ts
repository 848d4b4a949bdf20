// Regions that are no regions are named with their place; what people draw in a hurry is accepted, and said.
import { describe, expect, it } from "vitest";
import { polygonArea, readAnnotations } from "../../src/annotation/index.ts";
import { isLowmagError } from "../../src/base/index.ts";
import { polygonText, SQUARE } from "./samples.ts";

const HOLE = [
  [22, 32],
  [24, 32],
  [24, 34],
  [22, 34],
];
const moved = (ring: readonly (readonly number[])[], dx: number, dy = 0) =>
  ring.map(([x, y]) => [x! + dx, y! + dy]);

describe("an invalid region", () => {
  it.each([
    [
      "two points",
      polygonText([SQUARE[0], SQUARE[1], SQUARE[0]]),
      "an outline of 2 distinct points near 20, 30",
    ],
    ["no points", polygonText(), "an outline of 0 distinct points"],
    [
      "points on a line",
      polygonText([
        [0, 0],
        [5, 5.5],
        [10, 11],
      ]),
      "an outline without area near 0, 0",
    ],
    [
      "a line there and back",
      polygonText([
        [0, 0],
        [9, 3],
        [20, 1],
        [9, 3],
      ]),
      "an outline without area near 0, 0",
    ],
    [
      "a text for a number",
      polygonText([SQUARE[0], ["1", 2] as never, ...SQUARE]),
      "an outline with a coordinate that is no number (point 2)",
    ],
    [
      "a number beyond all",
      '{"type":"Polygon","coordinates":[[[0,0],[1e999,1],[3,5]]]}',
      "an outline with a coordinate beyond any slide (point 2)",
    ],
    [
      "a point beyond any slide",
      polygonText([...SQUARE, [2e7, 0]]),
      "an outline with a coordinate beyond any slide (point 5)",
    ],
    [
      "a flat hole",
      polygonText(SQUARE, [
        [22, 32],
        [24, 34],
      ]),
      "a hole of 2 distinct points near 22, 32",
    ],
    ["a hole outside", polygonText(SQUARE, moved(HOLE, 50)), "a hole outside its outline near 73, 33"],
    [
      "a hole across the outline",
      polygonText(SQUARE, moved(HOLE, 7)),
      "a hole that reaches across another outline near 30, 32",
    ],
    [
      "a hole in a hole",
      polygonText(SQUARE, HOLE, [
        [22.5, 32.5],
        [23.5, 32.5],
        [23, 33.5],
      ]),
      "a hole inside another hole near 23, 33",
    ],
  ])("with %s is named", (_, text, problem) => {
    const refusal = thrown(() => readAnnotations(text, "case.geojson"));
    expect(refusal).toMatchObject({ code: "corrupt-data", where: "case.geojson, region 1", got: problem });
  });

  it("is set aside with a note when asked, and the rest keeps its numbers", () => {
    const flat = {
      type: "Feature",
      id: 5,
      geometry: {
        type: "Polygon",
        coordinates: [
          [
            [0, 0],
            [1, 1],
          ],
        ],
      },
      properties: { name: "slip" },
    };
    const good = { type: "Feature", geometry: { type: "Polygon", coordinates: [SQUARE] }, properties: {} };
    const { regions, notes } = readAnnotations(JSON.stringify([flat, good]), "f", { onInvalid: "skip" });
    expect(regions.map(({ index }) => index)).toEqual([1]);
    expect(notes).toEqual([
      'f: region 1 "slip" (id 5) was set aside: an outline of 2 distinct points near 0, 0',
    ]);
  });

  it("among thousands gives ten notes and a count", () => {
    const flat = {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    };
    const { notes } = readAnnotations(JSON.stringify(Array.from({ length: 5000 }, () => flat)), "f", {
      onInvalid: "skip",
    });
    expect(notes).toHaveLength(11);
    expect(notes[10]).toBe("f: 4990 more of this kind (set aside)");
  });
});

describe("an outline that crosses itself", () => {
  const areaOf = (...points: number[][]) => {
    const { regions, notes } = readAnnotations(polygonText(points), "f");
    return { area: polygonArea(regions[0]!.polygons[0]!), notes };
  };

  it("as an eight encloses both halves", () => {
    const { area, notes } = areaOf([0, 0], [10, 10], [10, 0], [0, 10]);
    expect(area).toBeCloseTo(50, 3);
    expect(notes).toEqual(["f: region 1 crosses itself near 5, 5"]);
  });

  it("in a corner that both halves list encloses both halves", () => {
    const { area, notes } = areaOf([0, 0], [5, 5], [10, 10], [10, 0], [5, 5], [0, 10]);
    expect(area).toBeCloseTo(50, 3);
    expect(notes).toEqual(["f: region 1 crosses itself near 5, 5"]);
  });

  it("in a curl counts the curl, which lies inside twice, as outside", () => {
    // A square of 10 with a curl of 2 x 2 inside its corner.
    const { area } = areaOf([0, 0], [10, 0], [10, 10], [0, 10], [0, 2], [2, 2], [2, 0]);
    expect(area).toBeCloseTo(100 - 4, 3);
  });

  it("in touching itself alone is not said to cross", () => {
    const touching = areaOf([0, 0], [4, 0], [4, 4], [8, 4], [8, 8], [4, 8], [4, 4], [0, 4]);
    expect(touching.area).toBeCloseTo(32, 3);
    expect(touching.notes).toEqual([]);
    const spike = areaOf([0, 0], [10, 0], [15, 0], [10, 0], [10, 10], [0, 10]);
    expect(spike.area).toBeCloseTo(100, 3);
    expect(spike.notes).toEqual([]);
  });
});

describe("holes", () => {
  it("may touch their outline and one another", () => {
    const touching = polygonText(
      SQUARE,
      [
        [20, 30],
        [22, 31],
        [21, 32],
      ],
      [
        [22, 31],
        [24, 31],
        [24, 33],
      ],
    );
    const { regions, notes } = readAnnotations(touching, "f");
    expect(notes).toEqual([]);
    expect(polygonArea(regions[0]!.polygons[0]!)).toBeCloseTo(100 - 1.5 - 2, 6);
  });
});

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (isLowmagError(error)) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
