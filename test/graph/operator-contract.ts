// The contract of a lowering: ONNX Runtime computes what the float64 reference computes, shapes are inferred as they come
// out, and gradients are those of the reference by finite differences.
import { expect } from "vitest";
import type { OperatorName } from "../../src/graph/index.ts";
import { Generator } from "../../src/random/index.ts";
import { slopes } from "./finite-differences.ts";
import { type OperatorRunner, operatorOf, smoothInputs } from "./operator-case.ts";
import type { Sample } from "./samples/sample.ts";
import { expectClose, numbersOf } from "./tensors.ts";

const OUTPUT_TOLERANCE = 1e-5;
const GRADIENT_TOLERANCE = 1e-4;

function prepare<K extends OperatorName>(runner: OperatorRunner, name: K, sample: Sample<K>) {
  const wanted = operatorOf(name).reference(sample.inputs, sample.attributes);
  const generator = Generator.derive(3, "weights", name, sample.label);
  const weights = wanted[0]!.data.map(() => Math.fround(generator.normal()));
  return { wanted, weights, result: runner.run(name, sample, weights, wanted[0]!.dims) };
}

/** The operator's outputs, as they should be. */
export async function expectOutputs<K extends OperatorName>(
  runner: OperatorRunner,
  name: K,
  sample: Sample<K>,
): Promise<void> {
  const { wanted, result } = prepare(runner, name, sample);
  const { outputs, inferred } = await result;
  expect(inferred).toEqual(outputs.map(({ dims }) => dims));
  outputs.forEach((output, i) => {
    expectClose(output, wanted[i]!, sample.tolerance ?? OUTPUT_TOLERANCE);
  });
}

/** The gradients of a weighted sum of the first output, as they should be. */
export async function expectGradients<K extends OperatorName>(
  runner: OperatorRunner,
  name: K,
  sample: Sample<K>,
): Promise<void> {
  const { weights, result } = prepare(runner, name, sample);
  const { gradients } = await result;
  expect([...gradients.keys()]).toEqual(smoothInputs(name, sample));
  for (const [input, gradient] of gradients) {
    expect(gradient.dims).toEqual(sample.inputs[input]!.dims);
    const numbers = numbersOf(gradient);
    for (const { direction, slope } of slopes(name, sample, weights, input)) {
      const along = numbers.map((value, i) => value * direction[i]!);
      const sum = along.reduce((total, value) => total + value, 0);
      const size = Math.sqrt(along.reduce((total, value) => total + value * value, 0));
      const allowed = (sample.gradientTolerance ?? GRADIENT_TOLERANCE) * (1 + size);
      expect(Math.abs(sum - slope)).toBeLessThanOrEqual(allowed);
    }
  }
}
