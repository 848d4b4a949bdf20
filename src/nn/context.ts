// Where a network's parameters come from while it is being added to a graph: inputs that a training step feeds, or
// constants frozen into the graph. Layers ask for parameters by name and do not know which they get.
import { fail } from "../base/index.ts";
import type { Graph, Value } from "../graph/index.ts";
import type { Generator } from "../random/index.ts";

/** A named tensor that a layer needs. Names are those of a PyTorch state dict. */
export interface ParameterSpec {
  readonly name: string;
  readonly dims: readonly number[];
  /** Trained by gradients, or a stored statistic (batch normalisation's running mean and variance). */
  readonly trainable: boolean;
  readonly initialise: (generator: Generator) => Float32Array;
}

/** Named tensors of a model, as in a state dict. */
export type ModelState = ReadonlyMap<
  string,
  { readonly dims: readonly number[]; readonly data: Float32Array }
>;

/** What layers are given. */
export interface NetworkContext {
  readonly graph: Graph;
  /** True where batch normalisation uses, and reports, the statistics of the batch. */
  readonly training: boolean;
  /** The value of a parameter in this graph. */
  parameter(spec: ParameterSpec): Value;
  /** Reports a batch statistic, to be blended into the stored one of that name. */
  recordStatistic(name: string, value: Value): void;
}

/** Parameters as graph inputs; remembers every spec and statistic that was asked for. */
export class TrainableContext implements NetworkContext {
  readonly specs: ParameterSpec[] = [];
  readonly values = new Map<string, Value>();
  readonly statistics = new Map<string, Value>();

  constructor(
    readonly graph: Graph,
    readonly training: boolean,
  ) {}

  parameter(spec: ParameterSpec): Value {
    this.specs.push(spec);
    const value = this.graph.input(spec.name, spec.dims);
    this.values.set(spec.name, value);
    return value;
  }

  recordStatistic(name: string, value: Value): void {
    this.statistics.set(name, value);
  }
}

/**
 * The numbers of a parameter in a state dict.
 * @throws LowmagError `checkpoint-mismatch` where it is missing or has other dims.
 */
export function storedParameter(
  state: ModelState,
  { name, dims }: Pick<ParameterSpec, "name" | "dims">,
): Float32Array {
  const stored = state.get(name);
  if (stored !== undefined && stored.dims.join() === dims.join()) return stored.data;
  throw fail("checkpoint-mismatch", {
    where: `parameter \`${name}\``,
    expected: `dims [${dims.join(", ")}]`,
    got: stored === undefined ? "no such tensor" : `[${stored.dims.join(", ")}]`,
    fix: "The weights belong to another architecture or another number of classes.",
  });
}

/** Parameters as constants: the network can only be run, which is what makes a teacher frozen. */
export class FrozenContext implements NetworkContext {
  readonly training = false;

  constructor(
    readonly graph: Graph,
    readonly state: ModelState,
  ) {}

  parameter(spec: ParameterSpec): Value {
    return this.graph.constant(spec.name, storedParameter(this.state, spec), spec.dims);
  }

  recordStatistic(): void {
    throw fail("internal", { where: "FrozenContext", expected: "no batch statistics", got: "one" });
  }
}
