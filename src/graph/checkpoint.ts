// Arranges a graph of a forward pass and its gradients for memory: what the backward pass needs is kept or computed again,
// and nothing is computed before it is needed. Which values are kept is a property of the graph, not of the network; the
// numbers are those of the graph as it was, bit by bit.
import { ordered, type Precedence, sideGradientsFirst } from "./backward-order.ts";
import type { Graph } from "./graph.ts";
import { GraphCopy } from "./graph-copy.ts";
import { narrowPoints, valuesRead } from "./kept-values.ts";
import { readsShapeOnly } from "./shape-readers.ts";
import { byShape, isSpatial } from "./spatial.ts";
import type { Node, Value } from "./types.ts";

/** How to arrange. */
export interface BackwardOptions {
  /** How many of the graph's nodes, from the first, are the forward pass. */
  readonly forward: number;
  /** Keep the narrow points alone and recompute the rest, block by block. */
  readonly checkpointing: boolean;
}

/** The same graph, its backward pass arranged. */
export function arrangeBackward(graph: Graph, { forward, checkpointing }: BackwardOptions): Graph {
  const [first, second] = [graph.nodes.slice(0, forward), graph.nodes.slice(forward)];
  const read = valuesRead(first, second);
  const kept = checkpointing ? narrowPoints(graph, first) : read;
  return new Arrangement(graph, first, second, read, kept).graph();
}

class Arrangement {
  readonly #copy: GraphCopy;
  readonly #precedence: Precedence;
  /** What stands for recomputed values, and for values read after another: by value, then by what they wait for. */
  readonly #recomputed = new Map<Value, Value>();
  readonly #delayed = new Map<Value, Map<Value, Value>>();
  readonly #made: ReadonlySet<Value>;

  constructor(
    graph: Graph,
    readonly forward: readonly Node[],
    readonly backward: readonly Node[],
    readonly read: ReadonlySet<Value>,
    readonly kept: ReadonlySet<Value>,
  ) {
    this.#copy = new GraphCopy(graph);
    this.#precedence = sideGradientsFirst(backward);
    this.#made = new Set(backward.flatMap(({ outputs }) => outputs));
  }

  graph(): Graph {
    for (const node of this.forward) this.#copy.node(node);
    let trigger: Value | undefined;
    for (const node of ordered(this.backward, this.#precedence)) {
      const gradients = node.inputs.filter((input) => this.#made.has(input) && isSpatial(input));
      const gradient = gradients.at(-1) ?? node.inputs.find((input) => this.#made.has(input));
      trigger = gradient === undefined ? trigger : this.#copy.of(gradient);
      const inputs = node.inputs.map((input, i) => this.#operand(node, input, i, trigger));
      this.#copy.node(node, inputs);
    }
    return this.#copy.finish();
  }

  #operand(node: Node, input: Value, index: number, trigger: Value | undefined): Value {
    const before = this.#precedence.get(node)?.get(input);
    if (this.#made.has(input))
      return (before ?? []).reduce(
        (value, end) => this.#after(value, this.#copy.of(end)),
        this.#copy.of(input),
      );
    if (trigger === undefined || !isSpatial(input)) return this.#copy.of(input);
    return this.#after(
      this.#value(readsShapeOnly(node, index) ? this.#alike(input) : input, trigger),
      trigger,
    );
  }

  /** A value of the forward pass as the backward pass reads it. */
  #value(value: Value, trigger: Value): Value {
    if (!isSpatial(value)) return this.#copy.of(value);
    const known = this.#recomputed.get(value);
    if (known !== undefined) return known;
    if (value.producer === null || this.kept.has(value)) return this.#after(this.#copy.of(value), trigger);
    const { producer } = value;
    const inputs = producer.inputs.map((input) => this.#value(input, trigger));
    this.#copy.again(producer, inputs).forEach((output, i) => {
      this.#recomputed.set(producer.outputs[i]!, output);
    });
    return this.#recomputed.get(value)!;
  }

  /** A value of the same shape that the backward pass reads anyway, if there is one. */
  #alike(value: Value): Value {
    if (this.read.has(value) || this.kept.has(value)) return value;
    const shape = byShape(value);
    return [...this.read].findLast((other) => byShape(other) === shape) ?? value;
  }

  #after(value: Value, trigger: Value): Value {
    if (value.producer?.operator === "After" && value.producer.inputs[1] === trigger) return value;
    const known = this.#delayed.get(value) ?? new Map<Value, Value>();
    this.#delayed.set(value, known);
    const made = known.get(trigger) ?? value.graph.apply("After", [value, trigger], {});
    known.set(trigger, made);
    return made;
  }
}
