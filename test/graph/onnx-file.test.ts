// The bytes of the ONNX file.
import { describe, expect, it } from "vitest";
import { Session } from "../../src/engine/index.ts";
import {
  add,
  conv,
  differentiate,
  encodeOnnx,
  Graph,
  matMul,
  mul,
  type OperatorName,
  operators,
  reduceMean,
  reduceSum,
  relu,
  scaled,
  symbol,
} from "../../src/graph/index.ts";
import { readOnnx } from "./onnx-reader.ts";
import { applySample } from "./operator-case.ts";
import { samples } from "./samples/index.ts";
import type { Sample } from "./samples/sample.ts";

const names = Object.keys(operators) as OperatorName[];
const [N, H, W] = [symbol("N"), symbol("H"), symbol("W")];

/** A small network with weights inside. */
function network(): Graph {
  const graph = new Graph();
  const x = graph.input("image", [N, 3, H, W]);
  const kernel = graph.constant(
    "kernel",
    Float32Array.from({ length: 54 }, (_, i) => (i % 7) - 3),
    [2, 3, 3, 3],
  );
  const map = relu(conv(x, kernel, { kernel: [3, 3], strides: [2, 2], pads: [1, 1] }));
  const weight = graph.constant("weight", Float32Array.of(1, -1, 0.5, 2, 0, 1), [3, 2]);
  graph.output("featureMap", map);
  graph.output("logits", matMul(reduceMean(map, [2, 3]), weight, false, true));
  return graph;
}

function encodeSample<K extends OperatorName>(name: K, sample: Sample<K>): Uint8Array {
  const graph = new Graph();
  applySample(graph, name, sample).outputs.forEach((output, i) => {
    graph.output(`y${i}`, output);
  });
  return encodeOnnx(graph);
}

describe("encodeOnnx", () => {
  it("gives the same bytes for the same graph", () => {
    const options = { metadata: { classes: "Normal,Sprue", mpp: "2" } };
    expect(encodeOnnx(network(), options)).toEqual(encodeOnnx(network(), options));
  });

  it("says who made it, in which versions of the standard", () => {
    const model = readOnnx(encodeOnnx(network()));
    expect(model).toMatchObject({ irVersion: 9, producer: "lowmag", opsets: [{ domain: "", version: 18 }] });
    expect(model.inputs).toEqual(["image"]);
    expect(model.outputs).toEqual(["featureMap", "logits"]);
  });

  it("carries metadata, letters beyond ASCII included", () => {
    const metadata = { mpp: "2", µm: "é∑" };
    expect(readOnnx(encodeOnnx(network(), { metadata, producer: "test" }))).toMatchObject({
      metadata,
      producer: "test",
    });
  });

  it("uses operators of the standard domain only, whatever the operator", () => {
    for (const name of names) {
      const { nodes, opsets } = readOnnx(encodeSample(name, samples[name][0] as Sample<typeof name>));
      expect(opsets).toEqual([{ domain: "", version: 18 }]);
      expect(nodes.map(({ domain }) => domain)).toEqual(nodes.map(() => ""));
    }
  });

  it("names every tensor once", () => {
    for (const name of names) {
      const { nodes, initializers, inputs } = readOnnx(
        encodeSample(name, samples[name][0] as Sample<typeof name>),
      );
      const made = [...nodes.flatMap(({ outputs }) => outputs), ...initializers.keys(), ...inputs];
      expect(new Set(made).size).toBe(made.length);
    }
  });

  it("leaves out what no output needs, and keeps every declared input", () => {
    const graph = network();
    const image = graph.inputs[0]!;
    const unused = graph.input("unused", [2]);
    graph.constant("unusedWeight", new Float32Array(3), [3]);
    mul(add(image, image), graph.scalar(17));
    scaled(unused, 3);
    const [with_, without] = [readOnnx(encodeOnnx(graph)), readOnnx(encodeOnnx(network()))];
    expect(with_.nodes).toEqual(without.nodes);
    expect([...with_.initializers.keys()]).toEqual([...without.initializers.keys()]);
    expect(with_.inputs).toEqual(["image", "unused"]);
  });

  it("asks max-pooling for positions only where a gradient reads them", () => {
    const window = { kernel: [3, 3], strides: [2, 2], pads: [1, 1] } as const;
    const pooled = (): [Graph, ReturnType<Graph["input"]>, ReturnType<Graph["input"]>] => {
      const graph = new Graph();
      const x = graph.input("x", [N, 2, H, W]);
      const y = graph.apply("MaxPool", [x], window);
      graph.output("y", y);
      return [graph, x, y];
    };
    const poolings = (graph: Graph): number[] =>
      readOnnx(encodeOnnx(graph))
        .nodes.filter(({ operator }) => operator === "MaxPool")
        .map(({ outputs }) => outputs.length);
    const [frozen] = pooled();
    expect(poolings(frozen)).toEqual([1]);
    const [trained, x, y] = pooled();
    trained.output("gradient", differentiate(reduceSum(y, [0, 1, 2, 3]), [x])[0]!);
    expect(poolings(trained)).toEqual([2]);
  });

  it("stores the numbers of a constant that is part of a larger buffer", () => {
    const graph = new Graph();
    const all = Float32Array.of(9, 9, 1, 2, 3, 9);
    graph.output("y", add(graph.input("x", [3]), graph.constant("part", all.subarray(2, 5), [3])));
    const stored = readOnnx(encodeOnnx(graph)).initializers.get("part")!;
    expect(new Float32Array(Uint8Array.from(stored).buffer)).toEqual(Float32Array.of(1, 2, 3));
  });

  it("refuses a graph without outputs", () => {
    expect(() => encodeOnnx(new Graph())).toThrow("lowerGraph: expected at least one output, got none.");
  });

  it("loads and runs at any size, with names that look like generated ones", async () => {
    const graph = network();
    const offset = graph.input("Conv_0", [3]);
    graph.output(
      "Relu_1",
      add(graph.outputs.get("logits")!, mul(offset, graph.constant("const_0", Float32Array.of(2), []))),
    );
    const session = await Session.create(encodeOnnx(graph));
    expect(session.inputNames).toEqual(["image", "Conv_0"]);
    expect(session.outputNames).toEqual(["featureMap", "logits", "Relu_1"]);
    for (const [height, width] of [
      [8, 9],
      [1, 1],
      [33, 5],
    ] as const) {
      const data = Float32Array.from({ length: 6 * height * width }, (_, i) => Math.sin(i));
      const {
        featureMap,
        logits,
        Relu_1: moved,
      } = await session.run({
        image: { dims: [2, 3, height, width], data },
        Conv_0: { dims: [3], data: Float32Array.of(1, 2, 3) },
      });
      expect(featureMap!.dims).toEqual([2, 2, Math.ceil(height / 2), Math.ceil(width / 2)]);
      expect(logits!.dims).toEqual([2, 3]);
      const shift = Array.from(
        moved!.data as Float32Array,
        (value, i) => value - (logits!.data[i] as number),
      );
      for (const [i, value] of shift.entries()) expect(value).toBeCloseTo([2, 4, 6][i % 3]!, 4);
    }
    await session.release();
  });
});
