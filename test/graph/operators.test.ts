// The contract of every operator: ONNX Runtime computes what the float64 reference computes, shapes are inferred as they
// come out, gradients are those of the reference by finite differences, and MACs are the products actually made.
import { afterAll, describe, expect, it } from "vitest";
import { isLowmagError } from "../../src/base/index.ts";
import { differentiate, Graph, type OperatorName, operators } from "../../src/graph/index.ts";
import { applySample, OperatorRunner, operatorOf, smoothInputs, weightedSum } from "./operator-case.ts";
import { expectGradients, expectOutputs } from "./operator-contract.ts";
import { samples } from "./samples/index.ts";
import type { Sample } from "./samples/sample.ts";

const names = Object.keys(operators) as OperatorName[];
const runner = new OperatorRunner();
afterAll(() => runner.release());

/** The error of asking for the gradient of one input. */
function gradientError<K extends OperatorName>(name: K, sample: Sample<K>, input: number): unknown {
  const { inputs, outputs } = applySample(new Graph(), name, sample);
  try {
    differentiate(weightedSum(outputs[0]!), [inputs[input]!]);
  } catch (error) {
    return error;
  }
  return undefined;
}

function describeOperator<K extends OperatorName>(name: K): void {
  const cases: readonly Sample<K>[] = samples[name];
  const { gradient, flatInputs = [] } = operators[name];

  it.each(cases.map((sample) => [sample.label, sample] as const))("computes its reference: %s", (_, sample) =>
    expectOutputs(runner, name, sample),
  );

  if (typeof gradient === "function")
    it.each(cases.map((sample) => [sample.label, sample] as const))(
      "has the gradient of its reference: %s",
      (_, sample) => expectGradients(runner, name, sample),
    );
  else
    it("says why it has no gradient where one is asked for", () => {
      const [sample] = cases;
      for (const input of smoothInputs(name, sample!)) {
        const error = gradientError(name, sample!, input);
        expect(isLowmagError(error, "invalid-argument")).toBe(true);
        expect(String(error)).toContain(`${name} (${gradient.none})`);
      }
    });

  if (flatInputs.length > 0)
    it("does not move with its flat inputs, and passes no gradient to them", () => {
      for (const sample of cases) {
        const still = operatorOf(name).reference(sample.inputs, sample.attributes)[0]!;
        for (const flat of flatInputs) {
          const input = sample.inputs[flat]!;
          if (input.dtype === "int64") continue;
          const nudged = { dims: input.dims, data: input.data.map((value) => value * (1 + 1e-6)) };
          const inputs = sample.inputs.map((other, i) => (i === flat ? nudged : other));
          expect(operatorOf(name).reference(inputs, sample.attributes)[0]!.data).toEqual(still.data);
          expect(String(gradientError(name, sample, flat))).toContain(
            "expected a value that influences the loss",
          );
        }
      }
    });

  it("counts the products it makes", () => {
    for (const sample of cases) {
      const dims = (tensors: readonly { readonly dims: readonly number[] }[]) => tensors.map((t) => t.dims);
      const outputs = operatorOf(name).reference(sample.inputs, sample.attributes);
      const macs = operatorOf(name).macs(dims(sample.inputs), dims(outputs), sample.attributes);
      expect(macs).toBe(products(name, sample));
    }
  });
}

/** Products counted one by one, those with padding included; zero for operators without sums of products. */
function products<K extends OperatorName>(name: K, { inputs, attributes }: Sample<K>): number {
  const total = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);
  if (name === "MatMul") {
    // Every number of the second matrix meets every row of the first, whichever way they are laid out.
    const { transposeFirst } = attributes as Sample<"MatMul">["attributes"];
    return inputs[0]!.dims[transposeFirst ? 1 : 0]! * total(inputs[1]!.dims);
  }
  if (!name.startsWith("Conv")) return 0;
  const places = { Conv: 0, ConvInputGradient: 2, ConvWeightGradient: 0 } as Record<string, number>;
  const weights = { Conv: 1, ConvInputGradient: 1, ConvWeightGradient: 2 } as Record<string, number>;
  const x = inputs[places[name]!]!.dims as [number, number, number, number];
  const { kernel, strides, pads } = attributes as Sample<"Conv">["attributes"];
  let windows = 0;
  for (let top = -pads[0]; top + kernel[0] <= x[2] + pads[0]; top += strides[0])
    for (let left = -pads[1]; left + kernel[1] <= x[3] + pads[1]; left += strides[1]) windows++;
  return x[0] * windows * total(inputs[weights[name]!]!.dims);
}

describe("the operator table", () => {
  it("has samples for every operator", () => {
    expect(Object.keys(samples).sort()).toEqual([...names].sort());
    for (const name of names) expect(samples[name].length).toBeGreaterThan(0);
  });
});

describe.each(names)("%s", (name) => describeOperator(name));
