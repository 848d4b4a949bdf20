// From a graph to a list of standard ONNX nodes: keeps what the outputs need, in order, and lowers each operator.
import { fail } from "../base/index.ts";
import { Emitter } from "./emitter.ts";
import type { Graph } from "./graph.ts";
import { operators } from "./operators/index.ts";
import type { LoweringContext, LoweringRule, LoweringTarget, Node, OperatorName, Value } from "./types.ts";

/** Graph outputs, lowered. */
export interface LoweredGraph {
  readonly emitter: Emitter;
  /** Public output name -> type. */
  readonly outputs: ReadonlyMap<string, Value>;
}

/** Where nothing else is said: the CPU, for no size in particular. */
const ANY_CPU: LoweringTarget = { device: "cpu" };

/** Lowers the part of a graph that its outputs need. */
export function lowerGraph(graph: Graph, target: LoweringTarget = ANY_CPU): LoweredGraph {
  if (graph.outputs.size === 0)
    throw fail("invalid-argument", { where: "lowerGraph", expected: "at least one output", got: "none" });
  const needed = neededValues(graph);
  const emitter = new Emitter();
  const names = new Map<Value, string>();
  for (const input of graph.inputs) names.set(input, input.name);
  for (const { value } of graph.constants) names.set(value, value.name);
  for (const node of graph.nodes) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    const lowered = lowerNode(node, { emitter, target }, names, needed);
    node.outputs.forEach((output, i) => {
      const name = lowered[i];
      if (name !== undefined) names.set(output, name);
    });
  }
  for (const { value, data } of graph.constants)
    if (needed.has(value))
      emitter.initializers.push({ name: value.name, dims: value.dims as number[], data });
  for (const [name, value] of graph.outputs)
    emitter.nodes.push({
      operator: "Identity",
      inputs: [names.get(value)!],
      outputs: [name],
      attributes: {},
    });
  return { emitter, outputs: graph.outputs };
}

function neededValues(graph: Graph): Set<Value> {
  const needed = new Set(graph.outputs.values());
  for (const node of [...graph.nodes].reverse())
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input);
  return needed;
}

function lowerNode(
  node: Node,
  into: Pick<LoweringContext<OperatorName>, "emitter" | "target">,
  names: ReadonlyMap<Value, string>,
  needed: ReadonlySet<Value>,
): readonly string[] {
  const lower = operators[node.operator].lower as LoweringRule<OperatorName>;
  return lower({
    ...into,
    inputs: node.inputs.map((input) => names.get(input)!),
    inputTypes: node.inputs,
    outputTypes: node.outputs,
    attributes: node.attributes,
    outputUsed: node.outputs.map((output) => needed.has(output)),
  } as LoweringContext<OperatorName>);
}
