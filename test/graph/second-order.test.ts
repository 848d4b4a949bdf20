// Differentiating twice: the gradient of a sum of squared gradients, against finite differences in float64.
import { describe, expect, it } from "vitest";
import {
  add,
  conv,
  differentiate,
  div,
  Graph,
  logSoftmax,
  matMul,
  mul,
  reduceMean,
  reduceSum,
  relu,
  softmax,
  sqrt,
  square,
  squeeze,
  sub,
  unsqueeze,
  type Value,
} from "../../src/graph/index.ts";
import { checkGradients } from "./interpret.ts";
import { fixed, map, nonZero, positive, rows, type SampleInput } from "./samples/sample.ts";

/** Relative to the slope; both orders of float32 rounding are in it. */
const TOLERANCE = 2e-4;

const total = (value: Value): Value =>
  reduceSum(
    value,
    value.dims.map((_, axis) => axis),
  );

interface Case {
  readonly label: string;
  readonly inputs: Readonly<Record<string, SampleInput>>;
  /** A scalar. */
  readonly loss: (values: Readonly<Record<string, Value>>) => Value;
  /** What is differentiated first; the second time it is all inputs. */
  readonly first: readonly string[];
}

const window = (kernel: number, stride: number) => ({
  kernel: [kernel, kernel] as const,
  strides: [stride, stride] as const,
  pads: [(kernel - 1) / 2, (kernel - 1) / 2] as const,
});

const CASES: readonly Case[] = [
  {
    label: "Conv, by its weights",
    inputs: { x: map([2, 5, 6, 7]), w: fixed([4, 5, 3, 3]) },
    loss: ({ x, w }) => total(square(conv(x!, w!, window(3, 1)))),
    first: ["w"],
  },
  {
    label: "Conv of stride 2, by its input",
    inputs: { x: map([2, 5, 6, 7]), w: fixed([4, 5, 3, 3]) },
    loss: ({ x, w }) => total(square(conv(x!, w!, window(3, 2)))),
    first: ["x"],
  },
  {
    label: "Conv on an image",
    inputs: { x: map([1, 3, 9, 8]), w: fixed([2, 3, 7, 7]) },
    loss: ({ x, w }) => total(square(conv(x!, w!, window(7, 2)))),
    first: ["x", "w"],
  },
  {
    label: "Mul with broadcasting",
    inputs: { x: map([2, 3, 4, 2]), w: fixed([3, 1, 1]) },
    loss: ({ x, w }) => total(square(mul(mul(x!, x!), w!))),
    first: ["x", "w"],
  },
  {
    label: "Relu",
    inputs: { x: rows([4, 3], nonZero), w: fixed([3], positive) },
    loss: ({ x, w }) => total(mul(square(relu(mul(x!, w!))), w!)),
    first: ["x"],
  },
  {
    label: "MatMul, every way round",
    inputs: { x: rows([4, 3]), w: fixed([2, 3]) },
    loss: ({ x, w }) => {
      const y = matMul(x!, w!, false, true);
      return total(square(matMul(y, matMul(w!, x!, false, true), true, true)));
    },
    first: ["x", "w"],
  },
  {
    label: "Softmax",
    inputs: { x: rows([4, 3]), w: fixed([3, 5]) },
    loss: ({ x, w }) => total(square(softmax(matMul(x!, w!)))),
    first: ["x", "w"],
  },
  {
    label: "LogSoftmax",
    inputs: { x: rows([4, 3]), t: rows([4, 3], positive) },
    loss: ({ x, t }) => total(mul(t!, logSoftmax(x!))),
    first: ["x", "t"],
  },
  {
    label: "ReduceMean over unknown lengths, Div and Sqrt",
    inputs: { x: map([2, 3, 4, 5]) },
    loss: ({ x }) => {
      const centred = sub(x!, reduceMean(x!, [2, 3], true));
      return total(square(mul(div(centred, sqrt(reduceMean(square(centred), [0, 2, 3], true))), x!)));
    },
    first: ["x"],
  },
];

/** Sum of squared gradients of the loss, with its own gradients as outputs. */
function twice({ inputs, loss, first }: Case): { readonly graph: Graph; readonly penalty: Value } {
  const graph = new Graph();
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { type }]) => [name, graph.input(name, type)]),
  );
  const gradients = differentiate(
    loss(values),
    first.map((name) => values[name]!),
  );
  const penalty = gradients.map((gradient) => total(square(gradient))).reduce(add);
  const names = Object.keys(inputs);
  differentiate(
    penalty,
    names.map((name) => values[name]!),
  ).forEach((gradient, i) => {
    graph.output(`gradient of ${names[i]}`, gradient);
  });
  return { graph, penalty };
}

async function expectSlopes(
  graph: Graph,
  loss: Value,
  inputs: Readonly<Record<string, SampleInput>>,
): Promise<void> {
  const checks = await checkGradients(graph, loss, inputs);
  expect(checks.length).toBeGreaterThan(0);
  for (const { input, computed, reference } of checks)
    expect(Math.abs(computed - reference), input).toBeLessThanOrEqual(TOLERANCE * (1 + Math.abs(reference)));
}

describe("differentiating twice", () => {
  it.each(CASES.map((each) => [each.label, each] as const))(
    "gives the gradient of a gradient through %s",
    async (_, each) => {
      const { graph, penalty } = twice(each);
      await expectSlopes(graph, penalty, each.inputs);
    },
  );

  it("trains through a class attention map, itself made of gradients", async () => {
    const inputs = { x: map([2, 3, 4, 5], nonZero), w: fixed([2, 3]), k: fixed([4, 3, 1, 1]) };
    const graph = new Graph();
    const [x, w, k] = Object.entries(inputs).map(([name, { type }]) => graph.input(name, type)) as [
      Value,
      Value,
      Value,
    ];
    const features = conv(x, mul(k, k), window(1, 1));
    const weights = matMul(w, reduceSum(k, [2, 3]), false, true);
    const logits = matMul(reduceMean(features, [2, 3]), softmax(weights), false, true);
    const attention = ["first", "second"].map((name, i) => {
      const pick = graph.constant(name, Float32Array.of(1 - i, i), [2]);
      const [gradient] = differentiate(total(mul(logits, pick)), [features]);
      const importance = unsqueeze(reduceMean(gradient!, [2, 3]), [2, 3]);
      return squeeze(reduceSum(mul(importance, features), [1], true), [1]);
    });
    const loss = total(square(sub(attention[0]!, attention[1]!)));
    differentiate(loss, [x, w, k]).forEach((gradient, i) => {
      graph.output(`gradient of ${Object.keys(inputs)[i]}`, gradient);
    });
    await expectSlopes(graph, loss, inputs);
  });
});
