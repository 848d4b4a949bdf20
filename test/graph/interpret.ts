// Evaluates a whole graph in float64, operator by operator, with the reference of each: no session, no lowering.

import { Session } from "../../src/engine/index.ts";
import { encodeOnnx, type Graph, type ReferenceTensor, type Value } from "../../src/graph/index.ts";
import { Generator } from "../../src/random/index.ts";
import { operatorOf } from "./operator-case.ts";
import type { SampleInput } from "./samples/sample.ts";
import { feedOf, numbersOf } from "./tensors.ts";

/** The value of a scalar of a graph for the given inputs. */
export function interpret(graph: Graph, feeds: ReadonlyMap<string, ReferenceTensor>, scalar: Value): number {
  const known = new Map<Value, ReferenceTensor>();
  for (const input of graph.inputs) known.set(input, feeds.get(input.name)!);
  for (const { value, data } of graph.constants)
    known.set(value, { dims: value.dims as readonly number[], data: Float64Array.from(data) });
  for (const { operator, inputs, outputs, attributes } of graph.nodes) {
    const results = operatorOf(operator).reference(
      inputs.map((input) => known.get(input)!),
      attributes,
    );
    outputs.forEach((output, i) => {
      known.set(output, results[i]!);
    });
    if (known.has(scalar)) break;
  }
  return known.get(scalar)!.data[0]!;
}

/** A gradient as ONNX Runtime computes it, along random directions, beside the slopes of the float64 interpretation. */
export interface GradientCheck {
  readonly input: string;
  readonly computed: number;
  readonly reference: number;
}

const STEP = 1e-5;
const DIRECTIONS = 3;

/** Runs the graph's outputs named after its inputs, taken to be gradients of `loss`, and checks them. */
export async function checkGradients(
  graph: Graph,
  loss: Value,
  inputs: Readonly<Record<string, SampleInput>>,
): Promise<GradientCheck[]> {
  const session = await Session.create(encodeOnnx(graph));
  const feeds = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, feedOf(input)]));
  const results = await session.run(feeds);
  await session.release();
  return Object.entries(inputs).flatMap(([name, input]) => {
    const gradient = results[`gradient of ${name}`];
    if (gradient === undefined) return [];
    const generator = Generator.derive(5, "interpret", name);
    return Array.from({ length: DIRECTIONS }, (): GradientCheck => {
      const direction = input.data.map(() => generator.normal());
      const at = (step: number): number => {
        const data = input.data.map((value, i) => value + step * direction[i]!);
        return interpret(graph, new Map(Object.entries({ ...inputs, [name]: { ...input, data } })), loss);
      };
      const computed = numbersOf(gradient).reduce((sum, value, i) => sum + value * direction[i]!, 0);
      return { input: name, computed, reference: (at(STEP) - at(-STEP)) / (2 * STEP) };
    });
  });
}
