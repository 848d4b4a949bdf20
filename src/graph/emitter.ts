// Writes standard ONNX nodes. Lowerings speak to this; it knows names, attributes and constants, not mathematics.

/** An attribute of an ONNX node: whole number, list of them, text, or `{ float }`. */
export type OnnxAttribute = number | readonly number[] | string | { readonly float: number };

/** One node of the ONNX file. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant of the ONNX file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array | Int8Array | Uint8Array;
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
  ): string {
    return this.nodeAll(operator, inputs, attributes, 1)[0]!;
  }

  /** Adds a node with several outputs and returns their names. */
  nodeAll(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>>,
    outputCount: number,
  ): readonly string[] {
    const serial = this.#serial++;
    const outputs = Array.from(
      { length: outputCount },
      (_, i) => `${operator}#${serial}${i === 0 ? "" : `.${i}`}`,
    );
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  /** An int64 vector. */
  ints(...values: readonly number[]): string {
    return this.#constant(`ints:${values.join(",")}`, [values.length], BigInt64Array.from(values, BigInt));
  }

  /** An int64 scalar. */
  int(value: number): string {
    return this.#constant(`int:${value}`, [], BigInt64Array.of(BigInt(value)));
  }

  /** A float32 scalar. */
  scalar(value: number): string {
    return this.#constant(`float:${value}`, [], Float32Array.of(value));
  }

  /** A float32 vector filled with one number. */
  filled(value: number, length: number): string {
    return this.#constant(`fill:${value}:${length}`, [length], new Float32Array(length).fill(value));
  }

  #constant(key: string, dims: readonly number[], data: Float32Array | BigInt64Array): string {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = `const#${this.initializers.length}`;
    this.initializers.push({ name, dims, data });
    this.#known.set(key, name);
    return name;
  }
}
