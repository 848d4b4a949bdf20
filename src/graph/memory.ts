// How many bytes a graph needs at once: its values live from the node that makes them to the last that reads them, and
// operators need room of their own while they run. Graph inputs belong to the caller and are not counted. In blocks some
// values never exist as a whole: they are made from others wherever they are read.
import { type DimBindings, evaluateDim } from "./dims.ts";
import type { Graph } from "./graph.ts";
import type { LoweringTarget, Node, OperatorName, TensorType, Value } from "./types.ts";

/** How graphs are lowered, as far as their memory goes; a {@link LoweringTarget} will do. */
export type MemoryTarget = Pick<LoweringTarget, "block" | "bands">;

/**
 * Room that lowered operators need while they run, in sizes of an input (its position -> multiple): copies in another
 * layout, padded or shifted, masks, sums not yet divided. Counted from the ONNX operators that they are lowered to.
 */
type Workspace = Partial<Record<OperatorName, Readonly<Record<number, number>>>>;
const PLAIN_WORKSPACE: Workspace = {
  ConvInputGradient: { 2: 0.5 },
  ConvWeightGradient: { 0: 3, 1: 1 },
  GroupNormalizationGradient: { 0: 1, 1: 1 },
  MaxPoolGradient: { 2: 1 },
  ReluGradient: { 1: 1 },
};
/** In blocks most operators write where their inputs were. */
const BLOCKED_WORKSPACE: Workspace = {
  ConvInputGradient: { 2: 0.5 },
  ConvWeightGradient: { 0: 2, 1: 1 },
  MaxPoolGradient: { 2: 1 },
};

/** A convolution of an image of so few channels has its window laid side by side for the weights' gradient. */
const FEW_CHANNELS = 4;
const LAID_OUT = 9;
/** By bands, sums are taken over the maxima, a quarter of the map, and few maps of a band exist at once. */
const OF_MAXIMA = 1 / 4;
const BAND_MAPS = 3;

/** The most bytes that are alive at once when the nodes run in their order, for concrete sizes of the symbols. */
export function peakBytes(graph: Graph, sizes: DimBindings, target: MemoryTarget = {}): number {
  const places = new Places(graph, target);
  const freed = freedAfter(graph, places);
  const counted = new Set([
    ...freed.flat(),
    ...[...graph.outputs.values()].flatMap((value) => places.of(value)),
  ]);
  let [live, peak] = [0, 0];
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) if (counted.has(output)) live += bytesOf(output, sizes);
    peak = Math.max(peak, live + places.workspace(node, sizes));
    for (const value of freed[i]!) live -= bytesOf(value, sizes);
  });
  return peak;
}

/** For each node, the values whose memory nobody reads any more once it has run. */
function freedAfter(graph: Graph, places: Places): Value[][] {
  const last = new Map<Value, number>();
  graph.nodes.forEach(({ inputs }, i) => {
    for (const place of inputs.flatMap((input) => places.of(input))) last.set(place, i);
  });
  for (const value of graph.outputs.values()) for (const place of places.of(value)) last.delete(place);
  const freed: Value[][] = graph.nodes.map(() => []);
  for (const [value, i] of last) if (value.producer !== null) freed[i]!.push(value);
  return freed;
}

/** Where values are: in memory of their own, or in that of others, from which they are made whenever they are read. */
class Places {
  readonly #blocked: boolean;
  readonly #banded: ReadonlySet<Node>;
  readonly #known = new Map<Value, readonly Value[]>();

  constructor(
    graph: Graph,
    readonly target: MemoryTarget,
  ) {
    this.#blocked = target.block !== undefined;
    this.#banded = this.#blocked && (target.bands ?? 1) > 1 ? bandedGradients(graph) : new Set();
  }

  /** The values whose memory a value is in. */
  of(value: Value): readonly Value[] {
    const known = this.#known.get(value) ?? this.#find(value);
    this.#known.set(value, known);
    return known;
  }

  #find(value: Value): readonly Value[] {
    const { producer } = value;
    if (producer === null) return [value];
    const { operator, inputs } = producer;
    if (operator === "After") return this.of(inputs[0]!);
    if (!this.#blocked) return [value];
    if (operator === "MaxPool" && value !== producer.outputs[0]) return []; // indices, which nobody computes
    if (isScaling(producer)) return this.of(inputs[0]!);
    const sum = operator === "Add" && inputs.some((input) => isScaling(written(input)));
    const banded = this.#banded.has(producer) && value === producer.outputs[0];
    return sum || banded ? [...new Set(inputs.flatMap((input) => this.of(input)))] : [value];
  }

  /** Bytes that a node needs besides its inputs and outputs. */
  workspace(node: Node, sizes: DimBindings): number {
    const { operator, inputs } = node;
    const bytes = (input: number): number => bytesOf(inputs[input]!, sizes);
    if (this.#banded.has(node)) return operator === "MaxPoolGradient" ? 0 : OF_MAXIMA * bytes(0);
    if (operator === "ConvWeightGradient" && (inputs[0]!.dims[1] as number) <= FEW_CHANNELS) {
      if (!this.#banded.has(written(inputs[1]!)!)) return LAID_OUT * bytes(0);
      return (LAID_OUT * bytes(0) + BAND_MAPS * bytes(1)) / this.target.bands!;
    }
    const multiples = (this.#blocked ? BLOCKED_WORKSPACE : PLAIN_WORKSPACE)[operator] ?? {};
    return Object.entries(multiples).reduce((sum, [at, multiple]) => sum + multiple * bytes(Number(at)), 0);
  }
}

/** The node that wrote a value, however long it waited since. */
function written({ producer }: Value): Node | null {
  return producer?.operator === "After" ? written(producer.inputs[0]!) : producer;
}

/** A normalisation is left to what reads its map. */
function isScaling(node: Node | null): boolean {
  return node?.operator === "GroupNormalization" || node?.operator === "BatchNormalization";
}

/** Gradients on their way from a max-pooling through a normalisation to the weights of a first layer. */
function bandedGradients(graph: Graph): Set<Node> {
  const banded = new Set<Node>();
  for (const { operator, inputs } of graph.nodes) {
    const normalization = operator === "ConvWeightGradient" ? written(inputs[1]!) : null;
    if (normalization?.operator !== "GroupNormalizationGradient") continue;
    const pooling = written(normalization.inputs[0]!);
    if (pooling?.operator !== "MaxPoolGradient") continue;
    banded.add(normalization).add(pooling);
  }
  return banded;
}

const bytesOf = ({ dims, dtype }: TensorType, sizes: DimBindings): number =>
  dims.reduce<number>((product, dim) => product * evaluateDim(dim, sizes), dtype === "int64" ? 8 : 4);
