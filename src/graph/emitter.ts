// Writes standard ONNX nodes. Lowerings speak to this; it knows names, attributes and constants, not mathematics.

/** An attribute of an ONNX node: whole number, list of them, text, `{ float }` or `{ floats }`. */
export type OnnxAttribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] };

/** One node of the ONNX file. */
export interface OnnxNode {
  readonly operator: string;
  /** Of the operator; absent for the standard's own. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant of the ONNX file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly dims: readonly number[];
  /** `Uint16Array`: the bits of half-precision numbers. */
  readonly data: Float32Array | BigInt64Array | Int8Array | Uint8Array | Uint16Array;
}

/**
 * Collects nodes and constants; equal int64 and scalar constants are stored once. The names it makes hold a `#`, which
 * `Graph` keeps free of its callers' names.
 */
export class Emitter {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: OnnxInitializer[] = [];
  readonly #known = new Map<string, string>();
  #serial = 0;

  /** Adds a node with one output and returns that output's name. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    domain?: string,
  ): string {
    return this.nodeAll(operator, inputs, attributes, 1, domain)[0]!;
  }

  /** Adds a node with several outputs and returns their names. */
  nodeAll(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    outputCount: number,
    domain?: string,
  ): readonly string[] {
    const serial = this.#serial++;
    const outputs = Array.from(
      { length: outputCount },
      (_, i) => `${operator}#${serial}${i === 0 ? "" : `.${i}`}`,
    );
    this.nodes.push({ operator, inputs, outputs, attributes, ...(domain === undefined ? {} : { domain }) });
    return outputs;
  }

  /** An int64 vector. */
  ints(...values: readonly number[]): string {
    return this.#constant(`ints:${values.join(",")}`, [values.length], () =>
      BigInt64Array.from(values, BigInt),
    );
  }

  /** An int64 scalar. */
  int(value: number): string {
    return this.#constant(`int:${value}`, [], () => BigInt64Array.of(BigInt(value)));
  }

  /**
   * x in another shape, without the shape being known before the graph runs (`sized` is any tensor whose size is not).
   * ONNX Runtime moves transpositions through reshapes of a known shape and then takes ten times as long for them.
   */
  reshapeLate(x: string, dims: readonly number[], sized: string): string {
    const zeros = this.zerosOnce(sized, dims.length);
    return this.node("Reshape", [x, this.node("Add", [this.ints(...dims), zeros])]);
  }

  /** So many zeros, int64, that are not known before another tensor is. */
  zerosOnce(known: string, length: number): string {
    const zeros = this.ints(...new Array<number>(length).fill(0));
    return this.node("Mul", [this.node("Size", [known]), zeros]);
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    return this.#constant(`float:${value}`, [], () => Float32Array.of(value));
  }

  /** A float32 vector filled with one number. */
  filled(value: number, length: number): string {
    return this.#constant(`fill:${value}:${length}`, [length], () => new Float32Array(length).fill(value));
  }

  /** A float32 tensor; the key tells it from all others. */
  tensor(key: string, dims: readonly number[], make: () => Float32Array): string {
    return this.#constant(key, dims, make);
  }

  #constant(key: string, dims: readonly number[], make: () => Float32Array | BigInt64Array): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = `const#${this.initializers.length}`;
    this.initializers.push({ name, dims, data: make() });
    this.#known.set(key, name);
    return name;
  }
}
