// What differentiation promises besides the rules of single operators.
import { describe, expect, it } from "vitest";
import { Session } from "../../src/engine/index.ts";
import {
  abs,
  add,
  differentiate,
  encodeOnnx,
  Graph,
  mul,
  reduceMean,
  reduceSum,
  sign,
  square,
  sub,
  symbol,
  type Value,
} from "../../src/graph/index.ts";
import { checkGradients } from "./interpret.ts";
import { distinct, fixed, map } from "./samples/sample.ts";

async function compute(graph: Graph, value: Value, feeds: Readonly<Record<string, readonly number[]>>) {
  graph.output("value", value);
  const session = await Session.create(encodeOnnx(graph));
  const tensors = Object.entries(feeds).map(
    ([name, data]) => [name, { dims: [data.length], data: Float32Array.from(data) }] as const,
  );
  const { value: result } = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Array.from(result!.data as Float32Array);
}

describe("differentiate", () => {
  it("adds up what flows back from several uses of a value", async () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const [gradient] = differentiate(reduceSum(add(mul(x, x), add(x, x)), [0]), [x]);
    expect(await compute(graph, gradient!, { x: [3, -1] })).toEqual([8, 0]);
  });

  it("gives 1 for the loss itself", async () => {
    const graph = new Graph();
    const loss = reduceSum(graph.input("x", [2]), [0]);
    expect(await compute(graph, differentiate(loss, [loss])[0]!, { x: [3, 4] })).toEqual([1]);
  });

  it("gives gradients with respect to intermediate values, and none of what lies before them", async () => {
    const graph = new Graph();
    const [x, like] = [graph.input("x", [1, 1, 2, 2]), graph.input("like", [1, 1, 1, 1])];
    const resized = graph.apply("ResizeBicubicLike", [x, like], {});
    const before = graph.nodes.length;
    const [gradient] = differentiate(reduceSum(square(resized), [0, 1, 2, 3]), [resized]);
    expect(gradient!.dims).toEqual([1, 1, 1, 1]);
    expect(graph.nodes.slice(before).map(({ operator }) => operator)).not.toContain("ResizeBicubicLike");
  });

  it.each(["AdaptiveMaxPoolLike", "ResizeBicubicLike"] as const)(
    "lets a student be compared with a teacher's map that %s brings to its size",
    async (operator) => {
      const inputs = { student: map([2, 3, 3, 2], distinct), teacher: map([2, 3, 5, 5], distinct, "t") };
      const graph = new Graph();
      const student = graph.input("student", inputs.student.type);
      const teacher = graph.input("teacher", inputs.teacher.type);
      const difference = sub(student, graph.apply(operator, [teacher, student], {}));
      const loss = reduceSum(reduceMean(square(difference), [1, 2, 3]), [0]);
      graph.output("gradient of student", differentiate(loss, [student])[0]!);
      for (const { computed, reference } of await checkGradients(graph, loss, inputs))
        expect(computed).toBeCloseTo(reference, 4);
    },
  );

  it("passes no gradient through a sign, but one through an absolute value", async () => {
    const graph = new Graph();
    const x = graph.input("x", [2]);
    const [gradient] = differentiate(reduceSum(mul(abs(x), add(sign(x), x)), [0]), [x]);
    // d/dx |x| (s + x) with s held fixed = s (s + x) + |x| = 1 + 2 |x|.
    expect(await compute(graph, gradient!, { x: [3, -0.5] })).toEqual([7, 2]);
  });

  it("adds nothing for inputs that nobody asked about", () => {
    const graph = new Graph();
    const [x, w] = [graph.input("x", [2, 3]), graph.input("w", [4, 3])];
    const loss = reduceSum(
      graph.apply("MatMul", [x, w], { transposeFirst: false, transposeSecond: true }),
      [0, 1],
    );
    const before = graph.nodes.length;
    differentiate(loss, [w]);
    const products = graph.nodes.slice(before).filter(({ operator }) => operator === "MatMul");
    expect(products).toHaveLength(1);
  });

  it("refuses a loss that is not a scalar", () => {
    const x = new Graph().input("x", [symbol("N"), 3]);
    expect(() => differentiate(x, [x])).toThrow("differentiate: expected a scalar loss, got float32[N, 3].");
  });

  it("refuses a target that does not influence the loss, by name", () => {
    const graph = new Graph();
    const [x, y] = [graph.input("x", [2]), graph.input("y", [2])];
    expect(() => differentiate(reduceSum(x, [0]), [x, y])).toThrow(
      "differentiate `y`: expected a value that influences the loss, got one that does not.",
    );
  });

  it("refuses a second derivative that would silently lack a part", () => {
    const graph = new Graph();
    const x = fixed([1, 2, 2, 2]);
    const [image, scale, bias] = [
      graph.input("x", x.type),
      graph.input("scale", [2]),
      graph.input("bias", [2]),
    ];
    const y = graph.apply("GroupNormalization", [image, scale, bias], { groups: 2, epsilon: 1e-5 });
    const [scaleGradient] = differentiate(reduceSum(square(y), [0, 1, 2, 3]), [scale]);
    // The gradient of the scale is a second output of its node; x influences it.
    const penalty = add(reduceSum(square(scaleGradient!), [0]), reduceSum(image, [0, 1, 2, 3]));
    expect(() => differentiate(penalty, [image])).toThrow("GroupNormalizationGradient (second derivatives");
  });
});
