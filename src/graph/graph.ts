// A graph as data: inputs, constants and operators in the order they were added. Nothing here runs it.
import { fail } from "../base/index.ts";
import { type Dim, dimText } from "./dims.ts";
import type { Attributes } from "./operators/attributes.ts";
import { operators } from "./operators/index.ts";
import type { DType, Node, OperatorName, TensorType, Value } from "./types.ts";

/** A constant tensor stored in the graph. */
export interface Constant {
  readonly value: Value;
  readonly data: Float32Array;
}

/** Builds a typed graph; every value has its shape inferred when it is added. */
export class Graph {
  readonly inputs: Value[] = [];
  readonly constants: Constant[] = [];
  readonly nodes: Node[] = [];
  readonly outputs = new Map<string, Value>();
  readonly #names = new Set<string>();
  readonly #scalars = new Map<number, Value>();
  #serial = 0;

  /** Adds an input fed at each run. Symbolic dims make its size free. */
  input(name: string, dims: readonly Dim[], dtype: DType = "float32"): Value {
    const value = this.#value(this.#claim(name), { dtype, dims }, null);
    this.inputs.push(value);
    return value;
  }

  /** Adds a float32 constant of the given dims; the data is kept, not copied. */
  constant(name: string, data: Float32Array, dims: readonly number[]): Value {
    const count = dims.reduce((product, dim) => product * dim, 1);
    if (data.length !== count)
      throw fail("shape-mismatch", {
        where: `constant \`${name}\``,
        expected: `${count} numbers for dims [${dims.join(", ")}]`,
        got: `${data.length}`,
      });
    return this.#constant(this.#claim(name), data, dims);
  }

  /** A float32 scalar; equal numbers share one constant. */
  scalar(number: number): Value {
    const known = this.#scalars.get(number);
    if (known !== undefined) return known;
    const made = this.#constant(this.#fresh("scalar"), Float32Array.of(number), []);
    this.#scalars.set(number, made);
    return made;
  }

  /** A float32 vector of zeros. */
  zeros(count: number): Value {
    return this.#constant(this.#fresh("zeros"), new Float32Array(count), [count]);
  }

  /**
   * Applies an operator and returns all its outputs.
   * @throws LowmagError `shape-mismatch` when the inputs do not fit it.
   */
  applyAll<K extends OperatorName>(
    operator: K,
    inputs: readonly Value[],
    attributes: Attributes[K],
  ): readonly Value[] {
    for (const input of inputs)
      if (input.graph !== this)
        throw fail("invalid-argument", {
          where: operator,
          expected: "inputs of this graph",
          got: `\`${input.name}\` of another graph`,
        });
    const types = operators[operator].infer(inputs, attributes);
    const outputs: Value[] = [];
    const node: Node<K> = { operator, attributes, inputs, outputs };
    for (const type of types) outputs.push(this.#value(this.#fresh(operator), type, node as unknown as Node));
    this.nodes.push(node as unknown as Node);
    return outputs;
  }

  /** Applies an operator and returns its first output. */
  apply<K extends OperatorName>(operator: K, inputs: readonly Value[], attributes: Attributes[K]): Value {
    return this.applyAll(operator, inputs, attributes)[0]!;
  }

  /** Declares a value as an output under a public name, which no input or constant has. */
  output(name: string, value: Value): void {
    this.outputs.set(this.#claim(name), value);
  }

  #constant(name: string, data: Float32Array, dims: readonly number[]): Value {
    const value = this.#value(name, { dtype: "float32", dims }, null);
    this.constants.push({ value, data });
    return value;
  }

  #value(name: string, type: TensorType, producer: Node | null): Value {
    return { graph: this, name, dtype: type.dtype, dims: type.dims, producer };
  }

  #claim(name: string): string {
    if (name === "" || name.includes("#") || this.#names.has(name))
      throw fail("invalid-argument", {
        where: "Graph",
        expected: "a new name, not empty and without `#`",
        got: `\`${name}\``,
      });
    this.#names.add(name);
    return name;
  }

  #fresh(stem: string): string {
    return `${stem}#${this.#serial++}`;
  }
}

/** A type for messages: `float32[N, 3, H, W]`. */
export function typeText(type: TensorType): string {
  return `${type.dtype}[${type.dims.map(dimText).join(", ")}]`;
}
