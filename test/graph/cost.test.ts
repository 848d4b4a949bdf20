// What a graph costs for concrete sizes.
import { describe, expect, it } from "vitest";
import {
  conv,
  differentiate,
  Graph,
  graphCost,
  matMul,
  reduceMean,
  reduceSum,
  symbol,
} from "../../src/graph/index.ts";

const [N, H, W] = [symbol("N"), symbol("H"), symbol("W")];

/** A convolution of stride 2, a mean over the map, a linear layer: three classes. */
function smallNetwork() {
  const graph = new Graph();
  const x = graph.input("x", [N, 3, H, W]);
  const kernel = graph.input("kernel", [8, 3, 3, 3]);
  const weight = graph.input("weight", [3, 8]);
  const map = conv(x, kernel, { kernel: [3, 3], strides: [2, 2], pads: [1, 1] });
  const logits = matMul(reduceMean(map, [2, 3]), weight, false, true);
  return { graph, x, kernel, logits };
}

describe("graphCost", () => {
  it("counts multiply-accumulates and bytes of every operator, for odd sizes too", () => {
    const { graph } = smallNetwork();
    const cost = graphCost(graph, { N: 2, H: 7, W: 10 });
    const convolution = { macs: 2 * 4 * 5 * 8 * 27, bytes: 4 * (2 * 3 * 70 + 8 * 27 + 2 * 8 * 20) };
    const mean = { macs: 0, bytes: 4 * (2 * 8 * 20 + 2 * 8) };
    const product = { macs: 2 * 3 * 8, bytes: 4 * (2 * 8 + 3 * 8 + 2 * 3) };
    expect(cost.operators).toEqual([
      { operator: "Conv", ...convolution },
      { operator: "ReduceMean", ...mean },
      { operator: "MatMul", ...product },
    ]);
    expect(cost.macs).toBe(convolution.macs + product.macs);
    expect(cost.bytes).toBe(convolution.bytes + mean.bytes + product.bytes);
  });

  it("counts 8 bytes for each position that a max-pooling keeps", () => {
    const graph = new Graph();
    graph.apply("MaxPool", [graph.input("x", [1, 1, 4, 4])], {
      kernel: [2, 2],
      strides: [2, 2],
      pads: [0, 0],
    });
    expect(graphCost(graph, {}).bytes).toBe(4 * 16 + (4 + 8) * 4);
  });

  it("counts a convolution three times when both its gradients are added", () => {
    const { graph, x, kernel, logits } = smallNetwork();
    differentiate(reduceSum(logits, [0, 1]), [x, kernel]);
    const convolutions = graphCost(graph, { N: 1, H: 8, W: 8 }).operators.filter(({ operator }) =>
      operator.startsWith("Conv"),
    );
    expect(convolutions.map(({ macs }) => macs)).toEqual([16 * 8 * 27, 16 * 8 * 27, 16 * 8 * 27]);
  });

  it("asks for the symbols it needs", () => {
    expect(() => graphCost(smallNetwork().graph, { N: 1, H: 8 })).toThrow("a value for the symbol W");
  });
});
