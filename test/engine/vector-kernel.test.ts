// Kernels made of element-wise graphs: the numbers of ONNX Runtime, in one pass, in place.
import { describe, expect, it } from "vitest";
import { Session, type Tensor } from "../../src/engine/index.ts";
import { compileKernel } from "../../src/engine/vector-kernel.ts";
import { allocateVectors } from "../../src/engine/vector-memory.ts";
import { abs, add, encodeOnnx, Graph, neg, relu, sub } from "../../src/graph/index.ts";
import { createOptimiser, type OptimiserOptions } from "../../src/nn/index.ts";
import { Generator } from "../../src/random/index.ts";

const numbers = (name: string, count: number): Float32Array => {
  const generator = Generator.derive(5, name);
  return Float32Array.from({ length: count }, () => generator.normal());
};

const OPTIMISERS: readonly OptimiserOptions[] = [
  { name: "adam", weightDecay: 0.01 },
  { name: "adam", weightDecay: 0 },
  { name: "adamw", weightDecay: 0.1 },
  { name: "sgd", weightDecay: 0.01 },
  { name: "sgd", weightDecay: 0, nesterov: true },
];

describe("a vector kernel", () => {
  it.each(OPTIMISERS.map((options) => [JSON.stringify(options), options] as const))(
    "updates parameters in place by the very bits of ONNX Runtime: %s",
    async (_, options) => {
      for (const count of [1, 3, 4, 17]) {
        const optimiser = createOptimiser(options, count);
        const names = ["parameters", "gradient", ...["state0", "state1"].slice(0, optimiser.stateCount)];
        const { memory, vectors } = allocateVectors(names.map(() => count));
        names.forEach((name, i) => {
          // A second moment is never negative.
          const drawn = numbers(name, count);
          vectors[i]!.data.set(name === "state1" ? drawn.map(Math.abs) : drawn);
        });
        const feeds: Record<string, Tensor> = {};
        names.forEach((name, i) => {
          feeds[name] = { dims: [count], data: vectors[i]!.data.slice() };
        });
        const scalars = optimiser.scalars(3, 0.01);
        for (const [name, value] of Object.entries(scalars))
          feeds[name] = { dims: [], data: Float32Array.of(value) };
        const session = await Session.create(encodeOnnx(optimiser.graph));
        const wanted = await session.run(feeds);
        await session.release();
        const places: Record<string, number> = { newParameters: vectors[0]!.offset };
        names.forEach((name, i) => {
          places[name] = vectors[i]!.offset;
          if (name.startsWith("state")) places[`newState${name.at(-1)}`] = vectors[i]!.offset;
        });
        compileKernel(optimiser.graph, count, memory)({ vectors: places, scalars });
        expect(vectors[0]!.data).toEqual(wanted.newParameters!.data);
        for (let i = 0; i < optimiser.stateCount; i++)
          expect(vectors[2 + i]!.data).toEqual(wanted[`newState${i}`]!.data);
      }
    },
  );

  it("adds the parts of a summed input from the first to the last", () => {
    const count = 5;
    const { memory, vectors } = allocateVectors([count, count, count, count]);
    // In another order the small number would not be lost.
    [1, 1e8, -1e8].forEach((value, i) => {
      vectors[i]!.data.fill(value);
    });
    const graph = new Graph();
    graph.output("y", graph.input("x", [count]));
    const kernel = compileKernel(graph, count, memory, { name: "x", count: 3 });
    const [x0, x1, x2, y] = vectors.map(({ offset }) => offset) as [number, number, number, number];
    kernel({ vectors: { x0, x1, x2, y }, scalars: {} });
    expect([...vectors[3]!.data]).toEqual([0, 0, 0, 0, 0]);
    kernel({ vectors: { x0: x1, x1: x2, x2: x0, y }, scalars: {} });
    expect([...vectors[3]!.data]).toEqual([1, 1, 1, 1, 1]);
  });

  it("takes constants and scalars, and leaves vectors beside its own alone", () => {
    const { memory, vectors } = allocateVectors([3, 3]);
    vectors[0]!.data.set([1, -2, 3]);
    vectors[1]!.data.set([7, 7, 7]);
    const graph = new Graph();
    const x = graph.input("x", [3]);
    graph.output("y", sub(neg(abs(x)), add(graph.input("s", []), graph.scalar(0.5))));
    const { offset } = vectors[0]!;
    compileKernel(graph, 3, memory)({ vectors: { x: offset, y: offset }, scalars: { s: 2 } });
    expect([...vectors[0]!.data]).toEqual([-3.5, -4.5, -5.5]);
    expect([...vectors[1]!.data]).toEqual([7, 7, 7]);
  });

  it("refuses what is not element-wise, not of its length, or not given", () => {
    const { memory } = allocateVectors([4]);
    const rectified = new Graph();
    rectified.output("y", relu(rectified.input("x", [4])));
    expect(() => compileKernel(rectified, 4, memory)).toThrow(
      "expected one of Add, Sub, Mul, Div, Sqrt, Neg, Abs",
    );
    const longer = new Graph();
    longer.output("y", neg(longer.input("x", [5])));
    expect(() => compileKernel(longer, 4, memory)).toThrow(
      "expected vectors of 4 numbers and scalars, got float32[5]",
    );
    const plain = new Graph();
    plain.output("y", neg(plain.input("x", [4])));
    expect(() => compileKernel(plain, 4, memory)({ vectors: { y: 0 }, scalars: {} })).toThrow(
      "expected `x`, got nothing",
    );
  });
});
