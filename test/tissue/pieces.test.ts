// Pieces: joined over gaps, ordered, boxed, each with its own pixels, and outlined.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findPieces,
  type MultiPolygon,
  outlinePieces,
  pieceMaskAt,
  type Ring,
  type TissueMask,
  type TissuePiece,
  toLevelZero,
  whiteOutside,
} from "../../src/tissue/index.ts";
import { drawn, maskOf, picture } from "./support.ts";

/** Everything is a piece: no gap is joined, nothing is too small, nothing is added around. */
const BARE = { joinGap: 0, minimumArea: 0, margin: 0, fringe: 0 };

const masks = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 4 }))
  .chain(([width, height, density]) =>
    fc
      .array(fc.integer({ min: 0, max: 4 }), { minLength: width * height, maxLength: width * height })
      .map((values) =>
        maskOf(
          width,
          height,
          Uint8Array.from(values, (value) => (value < density ? 1 : 0)),
        ),
      ),
  );

describe("findPieces", () => {
  it("finds none in an empty mask", () => {
    expect(findPieces(drawn(["....", "...."]))).toEqual([]);
    expect(outlinePieces([], { width: 4, height: 2 })).toEqual([]);
  });

  it("orders pieces from top to bottom, then from left to right", () => {
    const mask = drawn(["......##", "#.....##", "#.......", "...##...", "##......"]);
    const boxes = findPieces(mask, BARE).map(({ number, tissueBox }) => [
      number,
      tissueBox.left,
      tissueBox.top,
    ]);
    expect(boxes).toEqual([
      [1, 6, 0],
      [2, 0, 1],
      [3, 3, 3],
      [4, 0, 4],
    ]);
  });

  it("joins tissue across a gap up to the one given, and no further", () => {
    const mask = drawn(["##....##", "##....##"]); // centres 5 pixels apart
    expect(findPieces(mask, { ...BARE, joinGap: 0 })).toHaveLength(2);
    expect(findPieces(mask, { ...BARE, joinGap: 16 })).toHaveLength(2);
    expect(findPieces(mask, { ...BARE, joinGap: 40 })).toHaveLength(1);
  });

  it("drops pieces below the smallest area, and numbers the rest without holes", () => {
    const mask = drawn(["#...##", "....##"]);
    const pieces = findPieces(mask, { ...BARE, minimumArea: 65 });
    expect(pieces.map(({ number, area }) => [number, area])).toEqual([[1, 4 * 64]]);
    expect([...pieces[0]!.map.owners]).toEqual([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
  });

  it("adds the margin to the box and clips it to the mask", () => {
    const mask = drawn(["........", "..##....", "........", "........"]);
    const [piece] = findPieces(mask, { ...BARE, margin: 12 }); // 1.5 pixels become 2
    expect(piece!.tissueBox).toEqual({ left: 2, top: 1, width: 2, height: 1 });
    expect(piece!.box).toEqual({ left: 0, top: 0, width: 6, height: 4 });
  });

  it("refuses lengths below 0", () => {
    expect(() => findPieces(drawn(["#"]), { margin: -1 })).toThrow(
      "findPieces `margin`: expected a finite number of at least 0, got -1.",
    );
  });

  it("divides all tissue among the pieces", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const pieces = findPieces(mask, BARE);
        const tissue = mask.data.reduce((sum, value) => sum + value, 0);
        expect(pieces.reduce((sum, { area }) => sum + area, 0)).toBe(64 * tissue);
      }),
    );
  });
});

describe("pieceMaskAt", () => {
  const mask = drawn(["##......", "##...###", "##...#.#", "##...###", "........"]);
  const pieces = findPieces(mask, { ...BARE, fringe: 8 });
  const [left, right] = pieces as [TissuePiece, TissuePiece];

  it("keeps tissue, fringe and what lies inside, and no other piece", () => {
    const rows = (piece: TissuePiece) =>
      Array.from({ length: 5 }, (_, y) =>
        [...pieceMaskAt(piece, 8, 5, { left: 0, top: 0, width: 8, height: 5 }).subarray(8 * y, 8 * y + 8)]
          .map((value) => (value === 1 ? "#" : "."))
          .join(""),
      );
    expect(rows(left)).toEqual(["###.....", "###.....", "###.....", "###.....", "##......"]);
    expect(rows(right)).toEqual([".....###", "....####", "....####", "....####", ".....###"]);
  });

  it("never gives one pixel to two pieces, at any resolution", () => {
    const window = { left: -1, top: 0.5, width: 9.5, height: 4 };
    const both = [left, right].map((piece) => pieceMaskAt(piece, 57, 31, window));
    expect(both.every((kept) => kept.includes(1))).toBe(true);
    expect(both[0]!.some((value, k) => value + both[1]![k]! > 1)).toBe(false);
  });

  it("repeats mask pixels when the picture is finer, by default over the piece's box", () => {
    const once = pieceMaskAt(right, right.box.width, right.box.height);
    const thrice = pieceMaskAt(right, 3 * right.box.width, 3 * right.box.height);
    for (let y = 0; y < 3 * right.box.height; y++)
      for (let x = 0; x < 3 * right.box.width; x++)
        expect(thrice[y * 3 * right.box.width + x]).toBe(
          once[Math.floor(y / 3) * right.box.width + Math.floor(x / 3)],
        );
  });

  it("paints white outside", () => {
    const image = picture(2, 1, () => [10, 20, 30]);
    expect([...whiteOutside(image, Uint8Array.of(0, 1)).data]).toEqual([255, 255, 255, 10, 20, 30]);
    expect(() => whiteOutside(image, Uint8Array.of(1))).toThrow("a mask of 2 x 1 pixels");
  });
});

describe("outlinePieces", () => {
  it("goes around a piece and its hole in level-0 pixels", () => {
    const mask = drawn(["###.", "#.#.", "###.", "...."]);
    const [outline] = outlinePieces(findPieces(mask, BARE), { width: 40, height: 80 });
    expect(outline!.coordinates).toHaveLength(1);
    const [outer, hole] = outline!.coordinates[0]!;
    // The middles of the pixel edges nearest to the corners: a square of 3 pixels with its corners cut.
    const cut = ["5,0", "25,0", "30,10", "30,50", "25,60", "5,60", "0,50", "0,10"];
    expect(new Set(outer!.map(String))).toEqual(new Set(cut));
    expect(new Set(hole!.map(String))).toEqual(new Set(["15,20", "20,30", "15,40", "10,30"]));
    expect([signedArea(outer!), signedArea(hole!)]).toEqual([1800 - 100, -100]);
  });

  it("holds exactly the piece's pixels, whatever the mask", () => {
    fc.assert(
      fc.property(masks, fc.constantFrom(0, 20), (mask, joinGap) => {
        const pieces = findPieces(mask, { ...BARE, joinGap });
        const outlines = outlinePieces(pieces, mask);
        const owners = pieces[0]?.map.owners ?? new Int32Array(mask.data.length);
        for (let y = 0, k = 0; y < mask.height; y++)
          for (let x = 0; x < mask.width; x++, k++)
            for (const [i, outline] of outlines.entries())
              expect(windings(outline, x + 0.5, y + 0.5)).toBe(owners[k] === i + 1 ? 1 : 0);
      }),
      { numRuns: 150 },
    );
  });

  it("makes closed rings of at least four positions that never touch or cross", () => {
    fc.assert(
      fc.property(masks, (mask) => {
        for (const outline of outlinePieces(findPieces(mask, BARE), mask)) {
          const rings = outline.coordinates.flat(1);
          for (const ring of rings) {
            expect(ring.length).toBeGreaterThanOrEqual(4);
            expect(ring.at(-1)).toEqual(ring[0]);
          }
          expect(crossings(rings)).toBe(0);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("draws slanted edges as lines", () => {
    const size = 200;
    const disc = maskOf(
      size,
      size,
      Uint8Array.from({ length: size * size }, (_, k) =>
        Math.hypot((k % size) - 100, Math.floor(k / size) - 100) < 90 ? 1 : 0,
      ),
    );
    const [outline] = outlinePieces(findPieces(disc, BARE), disc);
    const ring = outline!.coordinates[0]![0]!;
    expect(ring.length).toBeLessThan(716 / 3); // of 716 cracks
    expect(Math.abs(signedArea(ring) - disc.data.reduce((sum, value) => sum + value, 0))).toBeLessThan(100); // of 25,434
  });

  it("takes time in proportion to the pixels for 20,000 rings", () => {
    const size = 2000;
    const rings = Uint8Array.from({ length: size * size }, (_, k) => {
      const [a, b] = [(k % size) % 14, Math.floor(k / size) % 14];
      const inside = a > 0 && a < 13 && b > 0 && b < 13;
      return inside && !(a > 4 && a < 9 && b > 4 && b < 9) ? 1 : 0;
    });
    const mask: TissueMask = maskOf(size, size, rings);
    const started = performance.now();
    const outlines = outlinePieces(findPieces(mask, { ...BARE, joinGap: 40 }), mask);
    expect(outlines).toHaveLength(1);
    expect(outlines[0]!.coordinates.length).toBeGreaterThan(20_000);
    expect(performance.now() - started).toBeLessThan(10_000); // stitching rings one by one took 135 s
  });
});

describe("toLevelZero", () => {
  it("rounds outwards and stays inside the slide", () => {
    const box = { left: 1, top: 2, width: 3, height: 1 };
    const mask = { width: 4, height: 3 };
    expect(toLevelZero(box, mask, { width: 41, height: 30 })).toEqual({
      left: 10,
      top: 20,
      width: 31,
      height: 10,
    });
    expect(toLevelZero({ left: 0, top: 0, width: 4, height: 3 }, mask, { width: 41, height: 31 })).toEqual({
      left: 0,
      top: 0,
      width: 41,
      height: 31,
    });
  });
});

/** Positive where the ring turns clockwise on the screen (y grows downwards). */
function signedArea(ring: Ring): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  return sum / 2;
}

/** How often the rings of an outline go around a point. */
function windings({ coordinates }: MultiPolygon, x: number, y: number): number {
  let count = 0;
  for (const ring of coordinates.flat(1))
    for (let i = 1; i < ring.length; i++) {
      const [ax, ay] = ring[i - 1]!;
      const [bx, by] = ring[i]!;
      if (ay > y === by > y || x >= ((bx - ax) * (y - ay)) / (by - ay) + ax) continue;
      count += by > ay ? 1 : -1;
    }
  return count;
}

/** Pairs of edges that meet, but for the ends that neighbours of one ring share. */
function crossings(rings: readonly Ring[]): number {
  const edges = rings.flatMap((ring) => ring.slice(1).map((end, i) => [ring[i]!, end] as const));
  let count = 0;
  for (const [i, [a, b]] of edges.entries())
    for (const [c, d] of edges.slice(i + 1)) {
      const neighbours = [a, b].some((p) => [c, d].some((q) => p[0] === q[0] && p[1] === q[1]));
      const meet = side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
      if (meet && !neighbours && overlap(a, b, c, d)) count++;
    }
  return count;
}

/** True where the boxes around two edges share a point: tells edges on one line apart. */
function overlap(a: Ring[number], b: Ring[number], c: Ring[number], d: Ring[number]): boolean {
  return ([0, 1] as const).every(
    (axis) =>
      Math.max(a[axis], b[axis]) >= Math.min(c[axis], d[axis]) &&
      Math.max(c[axis], d[axis]) >= Math.min(a[axis], b[axis]),
  );
}

function side(a: Ring[number], b: Ring[number], c: Ring[number]): number {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}
