// The area filter's sums: as in their definition, whatever was summed before, and from the module that the project says it built.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AREA_KERNEL } from "../../src/pixels/area-kernel-bytes.ts";
import { sumAreas } from "../../src/pixels/index.ts";

const weight = fc.integer({ min: 1, max: 64 }).map((k) => k / 64); // sums of such are exact in any order
const span = (size: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: size - 1 }), weight, weight)
    .map(([a, b, firstWeight, lastWeight]) => ({
      first: Math.min(a, b),
      last: Math.max(a, b),
      firstWeight,
      lastWeight,
    }));

type Span = { first: number; last: number; firstWeight: number; lastWeight: number };

function weights({ first, last, firstWeight, lastWeight }: Span, between: number): [number, number][] {
  return Array.from({ length: last - first + 1 }, (_, k) => [
    first + k,
    k === 0 ? firstWeight : k === last - first ? lastWeight : between,
  ]);
}

const cases = fc
  .tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 12 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      data: fc.uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height }),
      columns: fc.array(span(width), { minLength: 1, maxLength: 9 }),
      rows: fc.array(span(height), { minLength: 1, maxLength: 5 }),
      between: fc.record({ columns: fc.integer({ min: 1, max: 5 }), rows: fc.integer({ min: 1, max: 5 }) }),
    }),
  );

describe("the sums of the area filter", () => {
  it("are the weighted sums of the pixels under each span of rows and columns", () => {
    fc.assert(
      fc.property(cases, ({ width, data, columns, rows, between }) => {
        const typed = {
          first: Int32Array.from(columns, ({ first }) => first),
          last: Int32Array.from(columns, ({ last }) => last),
          firstWeight: Float64Array.from(columns, ({ firstWeight }) => firstWeight),
          lastWeight: Float64Array.from(columns, ({ lastWeight }) => lastWeight),
        };
        const sums: number[] = [];
        sumAreas(data, width, typed, rows, between, (row) => {
          sums.push(...row);
          row.fill(-1); // the receiver's to change
        });
        const expected = rows.flatMap((row) =>
          columns.flatMap((column) =>
            [0, 1, 2].map((channel) => {
              let sum = 0;
              for (const [y, v] of weights(row, between.rows))
                for (const [x, u] of weights(column, between.columns))
                  sum += u * v * data[3 * (y * width + x) + channel]!;
              return sum;
            }),
          ),
        );
        expect(sums).toEqual(expected);
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("take images that are larger than what was kept, and small ones after them", () => {
    const one = (length: number) => ({
      first: new Int32Array(1),
      last: Int32Array.of(length - 1),
      firstWeight: Float64Array.of(1),
      lastWeight: Float64Array.of(1),
    });
    const whole = { columns: 1, rows: 1 };
    for (const [width, height] of [
      [3, 2],
      [4000, 3000],
      [2, 2],
    ] as const) {
      const row = { first: 0, last: height - 1, firstWeight: 1, lastWeight: 1 };
      const data = new Uint8Array(3 * width * height).fill(200);
      sumAreas(data, width, one(width), [row], whole, (sums) =>
        expect([...sums]).toEqual(Array(3).fill(200 * width * height)),
      );
    }
  });

  it("come from the module whose size and sha256 stand in the papers", async () => {
    const bytes = Buffer.from(AREA_KERNEL, "base64");
    const readme = await readFile(new URL("../../wasm/README.md", import.meta.url), "utf8");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(readme).toContain(`${bytes.length.toLocaleString("en")} bytes, sha256 of it: \`${sha256}\``);
  });
});
