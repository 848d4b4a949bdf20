// The smallest plan with everything in it: a frozen first stage, a trained second one with gradients, and parameters.

import { gradientOutput, layoutOf, type PoolPlan, type Tensor } from "../../src/engine/index.ts";
import {
  add,
  differentiate,
  encodeOnnx,
  Graph,
  matMul,
  mul,
  reduceSum,
  square,
  sub,
  symbol,
} from "../../src/graph/index.ts";
import { Generator } from "../../src/random/index.ts";

const N = symbol("N");

/** Frozen: targets [N, 2] from x [N, 3]. */
function frozenStage(): Uint8Array {
  const graph = new Graph();
  const weight = graph.constant("weight", Float32Array.of(1, 0, -1, 0.5, 2, 0), [3, 2]);
  graph.output("target", matMul(graph.input("x", [N, 3]), weight));
  return encodeOnnx(graph);
}

/** Trained: the squared error of x w + b against the targets, each number scaled by a stored statistic. */
function trainedStage(): Uint8Array {
  const graph = new Graph();
  const [x, target] = [graph.input("x", [N, 3]), graph.input("target", [N, 2])];
  const [w, b, scale] = [graph.input("w", [3, 2]), graph.input("b", [2]), graph.input("scale", [2])];
  const prediction = mul(add(matMul(x, w), b), scale);
  const loss = reduceSum(square(sub(prediction, target)), [0, 1]);
  graph.output("prediction", prediction);
  graph.output("loss", loss);
  const gradients = differentiate(loss, [w, b]);
  ["w", "b"].forEach((name, i) => {
    graph.output(gradientOutput(name), gradients[i]!);
  });
  return encodeOnnx(graph);
}

const trainable = [
  { name: "w", dims: [3, 2] },
  { name: "b", dims: [2] },
] as const;

/** A plan with working programs and, under names that say so, broken ones. */
export function tinyPlan(): PoolPlan {
  const frozen = { model: frozenStage(), takesParameters: false, givesGradients: false };
  const trained = { model: trainedStage(), takesParameters: true, givesGradients: true };
  return {
    programs: {
      train: { stages: [frozen, trained], returns: ["loss", "target", "prediction"] },
      validate: { stages: [frozen], returns: ["target"] },
      withoutOutput: { stages: [frozen], returns: ["nothing"] },
      garbage: { stages: [{ ...trained, model: Uint8Array.of(1, 2, 3) }], returns: ["loss"] },
    },
    parameters: layoutOf([...trainable, { name: "scale", dims: [2] }]),
    trainable: layoutOf(trainable).count,
  };
}

/** Numbers for the parameters: w, b, then the scale. */
export const START = Float32Array.of(0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8, 1.5, 0.25);

/** The feeds of micro-batch i, of 1 to 3 rows; fresh buffers each time, since a pool takes them. */
export function feedsOf(i: number): Record<string, Tensor> {
  const rows = 1 + (i % 3);
  const generator = Generator.derive(1, "batch", i);
  return { x: { dims: [rows, 3], data: Float32Array.from({ length: 3 * rows }, () => generator.normal()) } };
}
