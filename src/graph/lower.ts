// From a graph to a list of standard ONNX nodes: keeps what the outputs need, in order, and lowers each operator. This is the
// one place where a lowering is chosen: in blocks where the processor has them and the operator a rule for them, else plain.
import { fail } from "../base/index.ts";
import { Blocks } from "./blocked/blocks.ts";
import { blockedRules } from "./blocked/index.ts";
import { type LoweredValue, StoredValue } from "./blocked/lowered-value.ts";
import type { BlockedRule } from "./blocked/rule.ts";
import { Emitter } from "./emitter.ts";
import type { Graph } from "./graph.ts";
import { gpuLowerings } from "./operators/gpu.ts";
import { operators } from "./operators/index.ts";
import { readsShapeOnly } from "./shape-readers.ts";
import type { LoweringRule, LoweringTarget, Node, OperatorName, Value } from "./types.ts";

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
  return new Lowering(graph, target).run();
}

class Lowering {
  readonly #emitter = new Emitter();
  readonly #values = new Map<Value, LoweredValue>();
  readonly #memo = new Map<unknown, unknown>();
  readonly #blocks: Blocks | null;
  readonly #needed: ReadonlySet<Value>;

  constructor(
    readonly graph: Graph,
    readonly target: LoweringTarget,
  ) {
    const { device, block, images, bands } = target;
    const blocked = device === "cpu" && block !== undefined;
    this.#blocks = blocked ? new Blocks(this.#emitter, block, images, bands) : null;
    this.#needed = neededValues(graph);
  }

  run(): LoweredGraph {
    const { inputs, constants, nodes, outputs } = this.graph;
    const given = (value: Value, data?: Float32Array): void => {
      this.#values.set(value, new StoredValue(value, { plain: value.name }, this.#blocks, data));
    };
    for (const value of inputs) given(value);
    for (const { value, data } of constants) given(value, data);
    for (const node of nodes) if (node.outputs.some((output) => this.#needed.has(output))) this.#node(node);
    for (const { value, data } of constants)
      if (this.#needed.has(value))
        this.#emitter.initializers.push({ name: value.name, dims: value.dims as number[], data });
    for (const [name, value] of outputs) {
      const source = [this.#values.get(value)!.plain()];
      this.#emitter.nodes.push({ operator: "Identity", inputs: source, outputs: [name], attributes: {} });
    }
    return { emitter: this.#emitter, outputs };
  }

  #node(node: Node): void {
    const lowered = this.#blocked(node) ?? this.#plain(node).map((plain) => ({ plain }));
    node.outputs.forEach((output, i) => {
      const made = lowered[i];
      if (made === undefined) return;
      const value = "type" in made ? made : new StoredValue(output, made, this.#blocks);
      this.#values.set(output, value);
    });
  }

  #blocked(node: Node): ReturnType<BlockedRule<OperatorName>> {
    const rule = blockedRules[node.operator] as BlockedRule<OperatorName> | undefined;
    if (this.#blocks === null || rule === undefined) return null;
    return rule({
      blocks: this.#blocks,
      inputs: node.inputs.map((input) => this.#values.get(input)!),
      outputTypes: node.outputs,
      attributes: node.attributes,
      outputUsed: node.outputs.map((output) => this.#needed.has(output)),
      memo: this.#memo,
    });
  }

  #plain(node: Node): readonly string[] {
    const onGpu = this.target.device === "gpu" ? gpuLowerings[node.operator] : undefined;
    const lower = (onGpu ?? operators[node.operator].lower) as LoweringRule<OperatorName>;
    const name = (input: Value, i: number): string => {
      const value = this.#values.get(input)!;
      return readsShapeOnly(node, i) ? value.shape() : value.plain();
    };
    return lower({
      emitter: this.#emitter,
      target: this.target,
      inputs: node.inputs.map(name),
      inputTypes: node.inputs,
      outputTypes: node.outputs,
      attributes: node.attributes,
      outputUsed: node.outputs.map((output) => this.#needed.has(output)),
    });
  }
}

function neededValues(graph: Graph): Set<Value> {
  const needed = new Set(graph.outputs.values());
  for (const node of [...graph.nodes].reverse())
    if (node.outputs.some((output) => needed.has(output))) for (const input of node.inputs) needed.add(input);
  return needed;
}
