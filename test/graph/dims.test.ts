// Axis lengths known and unknown, and how two shapes broadcast.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { windowCount } from "../../src/graph/dims.ts";
import { add, type Dim, dimText, evaluateDim, Graph, symbol } from "../../src/graph/index.ts";
import { broadcastDims, mapBinary, referenceTensor } from "../../src/graph/reference.ts";

const H = symbol("H");
const length = fc.integer({ min: 1, max: 60 });
const kernel = fc.integer({ min: 1, max: 9 });
const stride = fc.integer({ min: 1, max: 4 });
const padding = fc.integer({ min: 0, max: 4 });

/** How often a window fits, by sliding it. */
function slide(size: number, width: number, step: number, pad: number): number {
  let count = 0;
  for (let start = -pad; start + width <= size + pad; start += step) count++;
  return count;
}

describe("windowCount", () => {
  it("is how often a window fits, for known and unknown lengths alike", () => {
    fc.assert(
      fc.property(length, kernel, stride, padding, (size, width, step, pad) => {
        fc.pre(size + 2 * pad >= width);
        const wanted = slide(size, width, step, pad);
        expect(windowCount(size, 2 * pad - width, step)).toBe(wanted);
        expect(evaluateDim(windowCount(H, 2 * pad - width, step), { H: size })).toBe(wanted);
      }),
    );
  });

  it("composes over layers", () => {
    fc.assert(
      fc.property(length, fc.array(fc.tuple(stride, padding), { maxLength: 5 }), (size, layers) => {
        const through = (start: Dim): Dim =>
          layers.reduce((dim, [step, pad]) => windowCount(dim, 2 * pad - (2 * pad + 1), step), start);
        expect(evaluateDim(through(H), { H: size })).toBe(through(size));
      }),
    );
  });

  it("leaves a length alone under a window that keeps it", () => {
    expect(windowCount(H, -1, 1)).toBe(H);
  });

  it("reads as arithmetic", () => {
    expect(dimText(windowCount(H, -1, 2))).toBe("(floor((H-1)/2)+1)");
    expect(dimText(windowCount(H, 0, 2))).toBe("(floor(H/2)+1)");
    expect(dimText(windowCount(H, -3, 1))).toBe("(H-2)");
    expect(dimText(windowCount(windowCount(H, -1, 2), 1, 3))).toBe("(floor(((floor((H-1)/2)+1)+1)/3)+1)");
  });
});

describe("evaluateDim", () => {
  it("names the symbol that has no value, and those that have", () => {
    expect(() => evaluateDim(H, { N: 1, W: 2 })).toThrow(
      "evaluateDim: expected a value for the symbol H, got values for N, W.",
    );
    expect(() => evaluateDim(H, {})).toThrow("got values for nothing");
  });
});

/** Two shapes that broadcast: one, and a copy with leading axes dropped and some lengths set to 1; either first. */
const pairOfShapes = fc
  .array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 })
  .chain((dims) =>
    fc.tuple(
      fc.constant(dims),
      fc.nat(dims.length),
      fc.array(fc.constantFrom<"a" | "b" | "none">("a", "b", "none"), {
        minLength: dims.length,
        maxLength: dims.length,
      }),
      fc.boolean(),
    ),
  )
  .map(([dims, dropped, units, swap]) => {
    const a = dims.map((dim, axis) => (units[axis] === "a" ? 1 : dim));
    const b = dims.map((dim, axis) => (units[axis] === "b" ? 1 : dim)).slice(dropped);
    return swap ? ([b, a] as const) : ([a, b] as const);
  });

describe("broadcasting", () => {
  it("infers the shape that the reference computes", () => {
    fc.assert(
      fc.property(pairOfShapes, ([a, b]) => {
        const graph = new Graph();
        const inferred = add(graph.input("a", a), graph.input("b", b)).dims;
        expect(inferred).toEqual(broadcastDims(a, b));
        expect(inferred).toEqual(mapBinary(referenceTensor(a), referenceTensor(b), (x, y) => x + y).dims);
      }),
    );
  });

  it("meets every number with the one at its place, or with the only one there is", () => {
    const a = referenceTensor([2, 1, 3], [1, 2, 3, 4, 5, 6]);
    const b = referenceTensor([2, 1], [10, 20]);
    expect(mapBinary(a, b, (x, y) => x + y)).toEqual(
      referenceTensor([2, 2, 3], [11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26]),
    );
  });

  it("keeps a symbol, and treats equal expressions as equal lengths", () => {
    const graph = new Graph();
    const half = windowCount(H, -1, 2);
    const sum = add(graph.input("a", [half, 1]), graph.input("b", [windowCount(symbol("H"), -1, 2), 3]));
    expect(sum.dims.map(dimText)).toEqual(["(floor((H-1)/2)+1)", "3"]);
  });
});
