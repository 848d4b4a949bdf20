// A graph rebuilt node by node, so that a transformation may change what a node reads, or add nodes, on the way.
import { Graph } from "./graph.ts";
import type { Node, Value } from "./types.ts";

/** A new graph that begins with the inputs and constants of another. */
export class GraphCopy {
  readonly graph = new Graph();
  readonly #values = new Map<Value, Value>();

  constructor(readonly original: Graph) {
    for (const input of original.inputs)
      this.#values.set(input, this.graph.input(input.name, input.dims, input.dtype));
    for (const { value, data } of original.constants)
      this.#values.set(
        value,
        value.name.includes("#")
          ? this.graph.scalar(data[0]!) // a number that an expression needed
          : this.graph.constant(value.name, data, value.dims as readonly number[]),
      );
  }

  /** What stands for a value of the original. */
  of(value: Value): Value {
    return this.#values.get(value)!;
  }

  /** Adds a node as it is, its outputs standing for those of the original. */
  node(node: Node, inputs: readonly Value[] = node.inputs.map((input) => this.of(input))): void {
    this.again(node, inputs).forEach((output, i) => {
      this.#values.set(node.outputs[i]!, output);
    });
  }

  /** Applies a node's operator once more, and leaves what stands for its outputs as it was. */
  again(node: Node, inputs: readonly Value[]): readonly Value[] {
    return this.graph.applyAll(node.operator, inputs, node.attributes);
  }

  /** Declares the outputs of the original, and gives the finished graph. */
  finish(): Graph {
    for (const [name, value] of this.original.outputs) this.graph.output(name, this.of(value));
    return this.graph;
  }
}
