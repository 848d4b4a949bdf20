// Runs a sample through ONNX Runtime: the operator itself, and the gradients of a weighted sum of its first output.
// Samples that differ only in what their symbols stand for share a session, so that one file serves every size.
import { Session, type Tensor } from "../../src/engine/index.ts";
import {
  differentiate,
  dimText,
  encodeOnnx,
  evaluateDim,
  Graph,
  type LoweringTarget,
  mul,
  type Operator,
  type OperatorName,
  operators,
  reduceSum,
  type TensorType,
  type Value,
} from "../../src/graph/index.ts";
import { bindingsOf, type Sample, type SampleInput } from "./samples/sample.ts";
import { feedOf } from "./tensors.ts";

/** The graph of an operator and, if it has them, its gradients. */
interface CompiledOperator {
  readonly session: Promise<Session>;
  readonly outputs: readonly TensorType[];
  /** Positions of the inputs that have a gradient. */
  readonly differentiable: readonly number[];
}

/** What a run gave. */
export interface SampleResult {
  readonly outputs: readonly Tensor[];
  /** Output dims as inferred, with the sample's numbers in place of symbols. */
  readonly inferred: readonly (readonly number[])[];
  /** Gradient of the weighted sum for each differentiable input, by its position. */
  readonly gradients: ReadonlyMap<number, Tensor>;
}

/** The operator of a name, its type widened so that any sample fits it. */
export function operatorOf<K extends OperatorName>(name: K): Operator<K> {
  return operators[name] as Operator<K>;
}

/** Inputs that take part in differentiation: float32, and not flat. */
export function smoothInputs<K extends OperatorName>(name: K, sample: Sample<K>): number[] {
  const flat = operators[name].flatInputs ?? [];
  return sample.inputs.flatMap(({ dtype }, i) => (dtype === "float32" && !flat.includes(i) ? [i] : []));
}

/** Sessions by operator, attributes and types, lowered for a target. */
export class OperatorRunner {
  /** @param enter what stands for an input in the graph, e.g. the same numbers in another layout. */
  constructor(
    readonly target: LoweringTarget = { device: "cpu" },
    readonly enter: (input: Value) => Value = (input) => input,
  ) {}

  readonly #compiled = new Map<string, CompiledOperator>();

  /**
   * Runs a sample.
   * @param weights the factors of the first output in the sum that is differentiated
   */
  async run<K extends OperatorName>(
    name: K,
    sample: Sample<K>,
    weights: Float64Array,
    weightDims: readonly number[],
  ): Promise<SampleResult> {
    const { session, outputs, differentiable } = this.#compile(name, sample);
    const feeds: Record<string, Tensor> = { weights: { dims: weightDims, data: Float32Array.from(weights) } };
    for (const [i, input] of distinctInputs(sample.inputs)) feeds[`x${i}`] = feedOf(input);
    const results = await (await session).run(feeds);
    const bindings = bindingsOf(sample.inputs);
    return {
      outputs: outputs.map((_, i) => results[`y${i}`]!),
      inferred: outputs.map(({ dims }) => dims.map((dim) => evaluateDim(dim, bindings))),
      gradients: new Map(differentiable.map((i) => [i, results[`gradient${i}`]!])),
    };
  }

  async release(): Promise<void> {
    for (const { session } of this.#compiled.values()) await (await session).release();
  }

  #compile<K extends OperatorName>(name: K, sample: Sample<K>): CompiledOperator {
    const types = sample.inputs.map(({ type, dtype }) => `${dtype}[${type.map(dimText).join()}]`);
    const same = sample.inputs.map((input) => sample.inputs.indexOf(input));
    const key = JSON.stringify([name, sample.attributes, types, same]);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const made = compile(name, sample, this.target, this.enter);
    this.#compiled.set(key, made);
    return made;
  }
}

/** An input given twice is one input of the graph. */
function distinctInputs(inputs: readonly SampleInput[]): Map<number, SampleInput> {
  return new Map(inputs.flatMap((input, i) => (inputs.indexOf(input) === i ? [[i, input] as const] : [])));
}

/** Adds a sample's inputs and its operator to a graph. */
export function applySample<K extends OperatorName>(
  graph: Graph,
  name: K,
  { inputs, attributes }: Sample<K>,
  enter: (input: Value) => Value = (input) => input,
): { readonly inputs: readonly Value[]; readonly outputs: readonly Value[] } {
  const added = new Map<SampleInput, Value>();
  for (const [i, input] of distinctInputs(inputs))
    added.set(input, graph.input(`x${i}`, input.type, input.dtype));
  const values = inputs.map((input) => added.get(input)!);
  const entered = new Map([...added.values()].map((value) => [value, enter(value)]));
  const operands = values.map((value) => entered.get(value)!);
  return { inputs: values, outputs: graph.applyAll(name, operands, attributes) };
}

/** The sum of a value's numbers, each times a weight. */
export function weightedSum(value: Value): Value {
  const weights = value.graph.input("weights", value.dims);
  return reduceSum(
    mul(value, weights),
    value.dims.map((_, axis) => axis),
  );
}

function compile<K extends OperatorName>(
  name: K,
  sample: Sample<K>,
  target: LoweringTarget,
  enter: (input: Value) => Value,
): CompiledOperator {
  const graph = new Graph();
  const { inputs, outputs: all } = applySample(graph, name, sample, enter);
  // Positions of maxima exist in plain layout on the CPU alone; other gradients do without.
  const positions = target.device === "cpu" && target.block === undefined;
  const outputs = positions ? all : all.filter(({ dtype }) => dtype === "float32");
  outputs.forEach((output, i) => {
    graph.output(`y${i}`, output);
  });
  const loss = weightedSum(outputs[0]!);
  const differentiable = typeof operators[name].gradient === "function" ? smoothInputs(name, sample) : [];
  const gradients =
    differentiable.length === 0
      ? []
      : differentiate(
          loss,
          differentiable.map((i) => inputs[i]!),
        );
  differentiable.forEach((i, place) => {
    graph.output(`gradient${i}`, gradients[place]!);
  });
  return { session: Session.create(encodeOnnx(graph, { target })), outputs, differentiable };
}
