// How many bytes a graph needs at once: its values live from the node that makes them to the last that reads them, and
// operators need room of their own while they run. Graph inputs belong to the caller and are not counted.
import { type DimBindings, evaluateDim } from "./dims.ts";
import type { Graph } from "./graph.ts";
import type { Node, OperatorName, TensorType, Value } from "./types.ts";

/**
 * Room that lowered operators need while they run, in sizes of an input (its position -> multiple): copies in another
 * layout, padded or shifted, masks, sums not yet divided. Counted from the ONNX operators that they are lowered to.
 */
const WORKSPACE: Partial<Record<OperatorName, Readonly<Record<number, number>>>> = {
  ConvInputGradient: { 2: 0.5 },
  ConvWeightGradient: { 0: 3, 1: 1 },
  GroupNormalizationGradient: { 0: 1, 1: 1 },
  MaxPoolGradient: { 2: 1 },
  ReluGradient: { 1: 1 },
};

/** A convolution of an image of so few channels has its window laid side by side for the weights' gradient. */
const FEW_CHANNELS = 4;
const LAID_OUT = 9;

/** The most bytes that are alive at once when the nodes run in their order, for concrete sizes of the symbols. */
export function peakBytes(graph: Graph, sizes: DimBindings): number {
  const freed = freedAfter(graph);
  const counted = new Set([...freed.flat(), ...graph.outputs.values()]);
  let [live, peak] = [0, 0];
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) if (counted.has(output)) live += bytesOf(output, sizes);
    peak = Math.max(peak, live + workspace(node, sizes));
    for (const value of freed[i]!) live -= bytesOf(value, sizes);
  });
  return peak;
}

/** For each node, the values that nobody reads any more once it has run. What is read `After` shares its memory. */
function freedAfter(graph: Graph): Value[][] {
  const last = new Map<Value, number>();
  graph.nodes.forEach(({ inputs }, i) => {
    for (const input of inputs) last.set(owner(input), i);
  });
  for (const value of graph.outputs.values()) last.delete(owner(value));
  const freed: Value[][] = graph.nodes.map(() => []);
  for (const [value, i] of last) if (value.producer !== null) freed[i]!.push(value);
  return freed;
}

/** The value whose memory a value is in. */
function owner(value: Value): Value {
  return value.producer?.operator === "After" ? owner(value.producer.inputs[0]!) : value;
}

function workspace(node: Node, sizes: DimBindings): number {
  const multiples = Object.entries(WORKSPACE[node.operator] ?? {});
  const laidOut =
    node.operator === "ConvWeightGradient" && (node.inputs[0]!.dims[1] as number) <= FEW_CHANNELS;
  return multiples.reduce(
    (sum, [input, multiple]) =>
      sum +
      (laidOut ? (input === "0" ? LAID_OUT : 0) : multiple) * bytesOf(node.inputs[Number(input)]!, sizes),
    0,
  );
}

const bytesOf = ({ dims, dtype }: TensorType, sizes: DimBindings): number =>
  dims.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), dtype === "int64" ? 8 : 4);
