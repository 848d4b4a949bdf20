// A graph of element-wise operators over long vectors as one loop of WebAssembly SIMD: every vector is read once and written
// once, where an operator at a time would pass over memory for each of them. Lanes are rounded to float32 after each
// operation like ONNX Runtime's, so the numbers are the same.
import { fail } from "../base/index.ts";
import { type Graph, type Node, typeText, type Value } from "../graph/index.ts";
import { code, F32, I32, instantiate, type WasmFunction, type WasmMemory } from "./wasm-module.ts";

/** What a kernel reads and writes: byte offsets of vectors, and scalars by their names in the graph. */
export interface KernelArguments {
  readonly vectors: Readonly<Record<string, number>>;
  readonly scalars: Readonly<Record<string, number>>;
}

/** Computes the outputs of the graph. An output may be written over an input of the same place. */
export type VectorKernel = (given: KernelArguments) => void;

/** An input that is not one vector but the sum, from the first to the last, of several: `name0`, `name1`, … */
export interface SummedInput {
  readonly name: string;
  readonly count: number;
}

const INSTRUCTIONS: Readonly<Record<string, readonly number[]>> = {
  Add: code.add,
  Sub: code.sub,
  Mul: code.mul,
  Div: code.div,
  Sqrt: code.sqrt,
  Neg: code.neg,
  Abs: code.abs,
};

/**
 * Compiles the kernel of a graph whose values are vectors [count] and scalars.
 * @throws LowmagError `invalid-argument` for an operator that is not element-wise or a value of another shape.
 */
export function compileKernel(
  graph: Graph,
  count: number,
  memory: WasmMemory,
  summed?: SummedInput,
): VectorKernel {
  const program = new KernelWriter(graph, count, summed);
  const kernel = instantiate(program.definition(), memory);
  const bytes = 4 * count;
  return ({ vectors, scalars }) => {
    if (count === 0) return;
    kernel(
      bytes,
      ...program.vectorNames.map((name) => given(vectors, name)),
      ...program.scalarNames.map((name) => given(scalars, name)),
    );
  };
}

function given(values: Readonly<Record<string, number>>, name: string): number {
  const value = values[name];
  if (value !== undefined) return value;
  throw fail("invalid-argument", { where: "vector kernel", expected: `\`${name}\``, got: "nothing" });
}

/** Lays out parameters and locals, and writes the instructions. Parameter 0 is the length in bytes. */
class KernelWriter {
  /** Vectors, in the order of the parameters: inputs, then outputs. */
  readonly vectorNames: readonly string[];
  readonly scalarNames: readonly string[];
  readonly #locals = new Map<Value, number>();
  readonly #parameters: ReadonlyMap<string, number>;
  readonly #cursor: number;

  constructor(
    readonly graph: Graph,
    readonly count: number,
    readonly summed: SummedInput | undefined,
  ) {
    const [vectors, scalars] = [true, false].map((wanted) =>
      graph.inputs.filter((input) => this.#isVector(input) === wanted),
    ) as [Value[], Value[]];
    this.vectorNames = [...vectors.flatMap(({ name }) => this.#sources(name)), ...graph.outputs.keys()];
    this.scalarNames = scalars.map(({ name }) => name);
    const names = [...this.vectorNames, ...this.scalarNames];
    this.#parameters = new Map(names.map((name, i) => [name, i + 1]));
    this.#cursor = names.length + 1;
  }

  definition(): WasmFunction {
    const body = this.#body();
    const ints = this.vectorNames.map(() => I32);
    const floats = this.scalarNames.map(() => F32);
    const vectorLocals = this.#locals.size;
    return { parameters: [I32, ...ints, ...floats], intLocals: 1, vectorLocals, body };
  }

  /** What does not change from place to place, then a loop over the vectors, four numbers at a time. */
  #body(): number[] {
    const once: number[] = [];
    for (const { value, data } of this.graph.constants)
      if (!this.#isVector(value)) once.push(...code.float(data[0]!), ...code.splat, ...this.#store(value));
    for (const input of this.graph.inputs)
      if (!this.#isVector(input))
        once.push(...code.get(this.#parameters.get(input.name)!), ...code.splat, ...this.#store(input));
    const each: number[] = [];
    for (const input of this.graph.inputs)
      if (this.#isVector(input)) each.push(...this.#load(input.name), ...this.#store(input));
    for (const node of this.graph.nodes)
      (this.#isVector(node.outputs[0]!) ? each : once).push(...this.#apply(node));
    for (const [name, value] of this.graph.outputs)
      each.push(...this.#address(name), ...code.get(this.#local(value)), ...code.store);
    const next = [...code.get(this.#cursor), ...code.int(16), ...code.addInt, ...code.tee(this.#cursor)];
    const again = [...next, ...code.get(0), ...code.lessUnsigned, ...code.branchIf];
    return [...once, ...code.loop, ...each, ...again, ...code.end];
  }

  #apply(node: Node): number[] {
    const instruction = INSTRUCTIONS[node.operator];
    if (instruction === undefined)
      throw fail("invalid-argument", {
        where: "vector kernel",
        expected: `one of ${Object.keys(INSTRUCTIONS).join(", ")}`,
        got: node.operator,
      });
    const operands = node.inputs.flatMap((input) => code.get(this.#local(input)));
    return [...operands, ...instruction, ...this.#store(node.outputs[0]!)];
  }

  /** The numbers of an input at the cursor; of a sum, added from the first to the last. */
  #load(name: string): number[] {
    return this.#sources(name).flatMap((source, i) => [
      ...this.#address(source),
      ...code.load,
      ...(i === 0 ? [] : code.add),
    ]);
  }

  #sources(name: string): string[] {
    if (this.summed?.name !== name) return [name];
    return Array.from({ length: this.summed.count }, (_, i) => `${name}${i}`);
  }

  #address(name: string): number[] {
    return [...code.get(this.#parameters.get(name)!), ...code.get(this.#cursor), ...code.addInt];
  }

  #store(value: Value): number[] {
    const local = this.#cursor + 1 + this.#locals.size;
    this.#locals.set(value, local);
    return code.set(local);
  }

  #local(value: Value): number {
    const local = this.#locals.get(value);
    if (local !== undefined) return local;
    const expected = "no constants but scalars";
    throw fail("invalid-argument", { where: "vector kernel", expected, got: typeText(value) });
  }

  /** True for [count], false for a scalar. */
  #isVector(value: Value): boolean {
    if (value.dims.length === 0) return false;
    if (value.dims.length === 1 && value.dims[0] === this.count) return true;
    throw fail("shape-mismatch", {
      where: "vector kernel",
      expected: `vectors of ${this.count} numbers and scalars`,
      got: typeText(value),
    });
  }
}
