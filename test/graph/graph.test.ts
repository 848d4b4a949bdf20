// Building graphs: names, constants, and the errors of shapes that do not fit.
import { describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import {
  add,
  conv,
  expandLike,
  Graph,
  matMul,
  reduceSum,
  reshape,
  squeeze,
  symbol,
  typeText,
} from "../../src/graph/index.ts";

const [N, H, W] = [symbol("N"), symbol("H"), symbol("W")];
const window = { kernel: [3, 3], strides: [2, 2], pads: [1, 1] } as const;
const norm = { groups: 4, epsilon: 1e-5 };

/** What fits not: the mistake, and the error's words. */
const MISFITS: readonly (readonly [string, (graph: Graph) => unknown, string])[] = [
  [
    "unequal axes",
    (g) => add(g.input("a", [N, 3]), g.input("b", [N, 4])),
    "Add: expected axes of equal length, or of length 1, got [N, 3] and [N, 4].",
  ],
  [
    "different symbols",
    (g) => add(g.input("a", [N]), g.input("b", [H])),
    "Add: expected axes of equal length, or of length 1, got [N] and [H].",
  ],
  [
    "a kernel of another number of channels",
    (g) => conv(g.input("x", [N, 3, H, W]), g.input("w", [8, 4, 3, 3]), window),
    "Conv: expected x [N, C, H, W] and weights [O, C, 3, 3], got [N, 3, H, W] and [8, 4, 3, 3].",
  ],
  [
    "a kernel of another size than the window",
    (g) => conv(g.input("x", [N, 3, H, W]), g.input("w", [8, 3, 1, 1]), window),
    "got [N, 3, H, W] and [8, 3, 1, 1].",
  ],
  [
    "an image smaller than the kernel",
    (g) => conv(g.input("x", [1, 3, 2, 9]), g.input("w", [8, 3, 3, 3]), { ...window, pads: [0, 0] }),
    "Conv: expected x no smaller than the window of 3x3 and its padding of 0x0, got [1, 3, 2, 9].",
  ],
  [
    "max-pooling of a matrix",
    (g) => g.apply("MaxPool", [g.input("x", [N, 3])], window),
    "MaxPool: expected x [N, C, H, W], got [N, 3].",
  ],
  [
    "a product of a vector",
    (g) => matMul(g.input("a", [3]), g.input("b", [3, 2])),
    "MatMul: expected matrices [M, K] and [K, N], got [3] and [3, 2].",
  ],
  [
    "a product of matrices with the transposition forgotten",
    (g) => matMul(g.input("a", [N, 3]), g.input("b", [5, 3])),
    "MatMul: expected matrices [M, K] and [K, N], got [N, 3] and [5, 3].",
  ],
  [
    "a product with a transposition too many",
    (g) => matMul(g.input("a", [N, 3]), g.input("b", [3, 5]), false, true),
    "MatMul: expected matrices [M, K] and [N, K], got [N, 3] and [3, 5].",
  ],
  [
    "groups that do not divide the channels",
    (g) =>
      g.apply("GroupNormalization", [g.input("x", [N, 6, H, W]), g.input("s", [6]), g.input("b", [6])], norm),
    "GroupNormalization: expected channels divisible by 4 groups, got [N, 6, H, W].",
  ],
  [
    "a scale of another number of channels",
    (g) =>
      g.apply("GroupNormalization", [g.input("x", [N, 8, H, W]), g.input("s", [4]), g.input("b", [8])], norm),
    "GroupNormalization: expected x [N, C, H, W] and one number for each of C channels, got [N, 8, H, W] and [4] and [8].",
  ],
  [
    "an axis that is not there",
    (g) => reduceSum(g.input("x", [N, 3]), [2]),
    "ReduceSum: expected axes 2, each once, got [N, 3].",
  ],
  [
    "an axis summed twice",
    (g) => reduceSum(g.input("x", [N, 3]), [1, 1]),
    "ReduceSum: expected axes 1, 1, each once, got [N, 3].",
  ],
  [
    "repeating to a shape that does not fit",
    (g) => expandLike(g.input("x", [2, 3]), g.input("like", [1, 3])),
    "ExpandLike: expected axes of length 1 where the first differs from the second, got [2, 3] and [1, 3].",
  ],
  [
    "leaving out an axis that is not of length 1",
    (g) => squeeze(g.input("x", [N, 3, 1]), [1]),
    "Squeeze: expected axes 1 of length 1, got [N, 3, 1].",
  ],
  [
    "reshaping to another number of elements",
    (g) => reshape(g.input("x", [2, 3]), [5]),
    "Reshape: expected [5], got [2, 3].",
  ],
  [
    "reshaping what has symbols",
    (g) => reshape(g.input("x", [N, 3]), [3]),
    "Reshape: expected an input whose dims are numbers, got the symbol N.",
  ],
  [
    "resizing to a vector",
    (g) => g.apply("AdaptiveMaxPoolLike", [g.input("x", [N, 3, H, W]), g.input("like", [3])], {}),
    "AdaptiveMaxPoolLike: expected two maps [N, C, H, W], got [N, 3, H, W] and [3].",
  ],
  [
    "a constant of another length",
    (g) => g.constant("c", new Float32Array(5), [2, 3]),
    "constant `c`: expected 6 numbers for dims [2, 3], got 5.",
  ],
];

describe("a graph", () => {
  it.each(MISFITS)("refuses %s, with the shapes", (_, build, message) => {
    let error: unknown;
    try {
      build(new Graph());
    } catch (caught) {
      error = caught;
    }
    expect(isLowmagError(error, "shape-mismatch")).toBe(true);
    expect(String(error)).toContain(message);
  });

  it("refuses a name a second time, for inputs, constants and outputs alike", () => {
    const graph = new Graph();
    const x = graph.input("x", [1]);
    graph.constant("c", new Float32Array(1), [1]);
    graph.output("y", x);
    const words = "Graph: expected a new name, not empty and without `#`, got";
    expect(() => graph.input("x", [1])).toThrow(`${words} \`x\`.`);
    expect(() => graph.constant("x", new Float32Array(1), [1])).toThrow(words);
    expect(() => graph.output("x", x)).toThrow(words);
    expect(() => graph.output("c", x)).toThrow(words);
    expect(() => graph.output("y", x)).toThrow(words);
    expect(() => graph.input("y", [1])).toThrow(words);
  });

  it("refuses names that it makes itself, and none at all", () => {
    expect(() => new Graph().input("Conv#0", [1])).toThrow("got `Conv#0`");
    expect(() => new Graph().input("", [1])).toThrow("got ``");
  });

  it("refuses values of another graph", () => {
    const [a, b] = [new Graph().input("a", [1]), new Graph().input("b", [1])];
    expect(() => add(a, b)).toThrow("Add: expected inputs of this graph, got `b` of another graph.");
  });

  it("stores equal scalars once", () => {
    const graph = new Graph();
    expect(graph.scalar(0.5)).toBe(graph.scalar(0.5));
    expect(graph.scalar(0.5)).not.toBe(graph.scalar(0.25));
  });

  it("remembers who made a value", () => {
    const graph = new Graph();
    const x = graph.input("x", [N, 3, H, W]);
    const [y, indices] = graph.applyAll("MaxPool", [x], window);
    expect(x.producer).toBeNull();
    expect(y!.producer).toBe(graph.nodes[0]);
    expect(typeText(indices!)).toBe("int64[N, 3, (floor((H-1)/2)+1), (floor((W-1)/2)+1)]");
  });
});
