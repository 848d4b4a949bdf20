// Gradients of the float64 reference by central differences: element by element where that is affordable, else for a
// few elements, and always along random directions, which see every element at once.

import type { OperatorName, ReferenceTensor } from "../../src/graph/index.ts";
import { Generator } from "../../src/random/index.ts";
import { operatorOf } from "./operator-case.ts";
import type { Sample } from "./samples/sample.ts";

/** Small against the kinks that samples avoid (0.05), large against float64 rounding. */
const STEP = 1e-5;
const DIRECTIONS = 2;
/** Element-by-element evaluations of one input, fewer where one evaluation is long. */
const MOST_ELEMENTS = 16;
const LONG = 20_000;

/** One derivative: along `direction`, the derivative of the sum is `slope`. */
export interface Slope {
  readonly direction: Float64Array;
  readonly slope: number;
}

/** Slopes of sum(weights * output 0) with respect to one input of a sample. */
export function slopes<K extends OperatorName>(
  name: K,
  sample: Sample<K>,
  weights: Float64Array,
  input: number,
): Slope[] {
  const { data } = sample.inputs[input]!;
  const generator = Generator.derive(11, "directions", name, sample.label, input);
  const most = data.length * weights.length > LONG ? 3 : MOST_ELEMENTS;
  // The first and the last element are at corners, where padding and cropping go wrong.
  const elements =
    data.length <= most ? data.keys() : [0, data.length - 1, ...pick(generator, data.length, most - 2)];
  const directions = [
    ...[...elements].map((element) => {
      const direction = new Float64Array(data.length);
      direction[element] = 1;
      return direction;
    }),
    ...Array.from({ length: DIRECTIONS }, () => data.map(() => generator.normal())),
  ];
  return directions.map((direction) => {
    const at = (step: number): number =>
      weighted(
        name,
        moved(
          sample,
          input,
          data.map((value, i) => value + step * direction[i]!),
        ),
        sample.attributes,
        weights,
      );
    return { direction, slope: (at(STEP) - at(-STEP)) / (2 * STEP) };
  });
}

function pick(generator: Generator, count: number, wanted: number): number[] {
  return Array.from({ length: wanted }, () => generator.integer(count));
}

/** The inputs of a sample with other numbers in one of them (and wherever else that same input is given). */
function moved<K extends OperatorName>(
  { inputs }: Sample<K>,
  input: number,
  data: Float64Array,
): readonly ReferenceTensor[] {
  return inputs.map((tensor) => (tensor === inputs[input] ? { dims: tensor.dims, data } : tensor));
}

function weighted<K extends OperatorName>(
  name: K,
  inputs: readonly ReferenceTensor[],
  attributes: Sample<K>["attributes"],
  weights: Float64Array,
): number {
  const [output] = operatorOf(name).reference(inputs, attributes);
  return output!.data.reduce((sum, value, i) => sum + value * weights[i]!, 0);
}
