// What a graph costs for concrete sizes: multiply-accumulates (MACs; FLOPs = 2 * MACs) and bytes of tensors touched.
import { type DimBindings, evaluateDim } from "./dims.ts";
import type { Graph } from "./graph.ts";
import { operators } from "./operators/index.ts";
import type { Node, Operator, OperatorName, TensorType } from "./types.ts";

/** Cost of one operator of a graph. */
export interface OperatorCost {
  readonly operator: OperatorName;
  readonly macs: number;
  /** Bytes of its inputs and outputs, each counted once. */
  readonly bytes: number;
}

/** Cost of a graph. */
export interface GraphCost {
  readonly macs: number;
  readonly bytes: number;
  readonly operators: readonly OperatorCost[];
}

/** The cost of every node, with symbols bound to numbers: `graphCost(graph, { N: 1, H: 1024, W: 1024 })`. */
export function graphCost(graph: Graph, bindings: DimBindings): GraphCost {
  const costs = graph.nodes.map((node) => nodeCost(node, bindings));
  return {
    macs: costs.reduce((sum, cost) => sum + cost.macs, 0),
    bytes: costs.reduce((sum, cost) => sum + cost.bytes, 0),
    operators: costs,
  };
}

function nodeCost(node: Node, bindings: DimBindings): OperatorCost {
  const concrete = (types: readonly TensorType[]): number[][] =>
    types.map((type) => type.dims.map((dim) => evaluateDim(dim, bindings)));
  const [inputs, outputs] = [concrete(node.inputs), concrete(node.outputs)];
  const bytes = [...node.inputs, ...node.outputs].reduce((sum, type, i) => {
    const count = [...inputs, ...outputs][i]!.reduce((product, dim) => product * dim, 1);
    return sum + count * (type.dtype === "int64" ? 8 : 4);
  }, 0);
  const operator = operators[node.operator] as Operator<OperatorName>;
  return { operator: node.operator, macs: operator.macs(inputs, outputs, node.attributes), bytes };
}
