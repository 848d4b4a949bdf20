// How grids are shared out: every piece in one band, and what a thread keeps bounded however wide the slide is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allRuns, bandsOf, tilesAtATime } from "../../src/local/grid-bands.ts";

const level = (tileWidth: number, tileHeight: number) => ({ tileWidth, tileHeight });

describe("the bands of a grid", () => {
  it("hold every piece once, in runs of one row", () => {
    const cases = fc.tuple(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom(1, 224, 700, 2000),
    );
    fc.assert(
      fc.property(cases, ([rows, columns, workers, mostColumns, size]) => {
        const bands = bandsOf({ rows, columns }, workers, mostColumns);
        for (const { firstColumn, endColumn } of bands)
          expect(endColumn - firstColumn).toBeLessThanOrEqual(mostColumns);
        const seen = new Set<number>();
        let pieces = 0;
        for (const { row, column, count } of allRuns(bands, size))
          for (let i = column; i < column + count; i++, pieces++) seen.add(row * columns + i);
        expect([seen.size, pieces]).toEqual([rows * columns, rows * columns]);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  it("are as many as threads where rows are few, more where they are plenty", () => {
    expect(bandsOf({ rows: 3, columns: 5 }, 8, 100).length).toBe(3);
    expect(bandsOf({ rows: 50, columns: 5 }, 2, 100).length).toBe(2);
    expect(bandsOf({ rows: 500, columns: 5 }, 2, 100).length).toBe(16);
  });

  it("are so narrow that their tiles fit into some 32 MiB, but at least a piece wide", () => {
    const { columns, bytes } = tilesAtATime(level(256, 256), 1, 224, 224);
    expect(columns).toBe(75); // 16.8 thousand pixels
    expect(bytes).toBeLessThan(34 * 2 ** 20);
    // Coarser pieces lie over more rows of tiles.
    expect(tilesAtATime(level(256, 256), 4, 224, 224).columns).toBeLessThan(columns / 8);
    expect(tilesAtATime(level(4096, 4096), 1, 224, 224)).toEqual({ columns: 1, bytes: 128 * 2 ** 20 });
  });
});
