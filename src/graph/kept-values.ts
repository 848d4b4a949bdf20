// Which values of a forward pass are kept for the backward pass: all that it reads, or the narrow points alone, where one
// value is all that later nodes need of earlier ones. It is the shape of the graph that decides, never the name of a layer.
import { type DimBindings, evaluateDim } from "./dims.ts";
import type { Graph } from "./graph.ts";
import { operators } from "./operators/index.ts";
import { readsShapeOnly } from "./shape-readers.ts";
import { isSpatial, spatial } from "./spatial.ts";
import type { Node, Operator, OperatorName, Value } from "./types.ts";

/** The spatial values of `forward` whose numbers `backward` reads. */
export function valuesRead(forward: readonly Node[], backward: readonly Node[]): Set<Value> {
  const made = new Set(spatial(forward.flatMap(({ outputs }) => outputs)));
  const read = backward.flatMap((node) => node.inputs.filter((_, i) => !readsShapeOnly(node, i)));
  return new Set(read.filter((value) => made.has(value)));
}

/**
 * The narrow points worth keeping. Of neighbours that follow from one another without multiplications (a convolution's
 * output, its norm, its activation) the smallest is kept, the last of equals.
 */
export function narrowPoints(graph: Graph, forward: readonly Node[]): Set<Value> {
  const sizes = usualSizes(graph);
  const kept: Value[] = [];
  let from = 0;
  for (const { value, at } of pointsOf(forward)) {
    const last = kept.at(-1);
    const cheap =
      last !== undefined && forward.slice(from + 1, at + 1).every((node) => !multiplies(node, sizes));
    if (!cheap) kept.push(value);
    else if (bytesOf(value, sizes) <= bytesOf(last, sizes)) kept[kept.length - 1] = value;
    from = at;
  }
  return new Set(kept);
}

interface Point {
  readonly value: Value;
  /** Index of the node that makes it. */
  readonly at: number;
}

/** Places in the order of the nodes where one spatial value is all that is still needed. */
function pointsOf(forward: readonly Node[]): Point[] {
  const lastRead = new Map<Value, number>();
  forward.forEach(({ inputs }, i) => {
    for (const input of inputs) if (input.producer !== null && isSpatial(input)) lastRead.set(input, i);
  });
  const points: Point[] = [];
  const live = new Set<Value>();
  forward.forEach(({ outputs }, at) => {
    for (const output of outputs) if ((lastRead.get(output) ?? -1) > at) live.add(output);
    for (const value of live) if (lastRead.get(value)! <= at) live.delete(value);
    const [only] = live;
    if (live.size === 1 && only!.producer === forward[at]) points.push({ value: only!, at });
  });
  return points;
}

/** Sizes to compare values at: one image, a thousand pixels wide and high. */
function usualSizes(graph: Graph): DimBindings {
  const lengths = graph.inputs.flatMap(({ dims }) =>
    dims.flatMap((dim, axis) =>
      typeof dim === "number" ? [] : [[dim.text, axis === 0 ? 1 : 1024] as const],
    ),
  );
  return Object.fromEntries(lengths);
}

const concrete = ({ dims }: Value, sizes: DimBindings): number[] =>
  dims.map((dim) => evaluateDim(dim, sizes));

const bytesOf = (value: Value, sizes: DimBindings): number =>
  concrete(value, sizes).reduce((product, dim) => product * dim, value.dtype === "int64" ? 8 : 4);

function multiplies(node: Node, sizes: DimBindings): boolean {
  const { macs } = operators[node.operator] as Operator<OperatorName>;
  const lengths = (values: readonly Value[]): number[][] => values.map((value) => concrete(value, sizes));
  return macs(lengths(node.inputs), lengths(node.outputs), node.attributes) > 0;
}
