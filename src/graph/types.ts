// The graph's vocabulary: tensors with a type, operators applied to them, and what one operator must say of itself.
import type { Dim } from "./dims.ts";
import type { Emitter } from "./emitter.ts";
import type { Graph } from "./graph.ts";
import type { Attributes } from "./operators/attributes.ts";

/** Element types. All computing is float32; int64 is for positions (max-pool indices). */
export type DType = "float32" | "int64";

/** Element type and axis lengths of a tensor. */
export interface TensorType {
  readonly dtype: DType;
  readonly dims: readonly Dim[];
}

/** A tensor in a graph: an input, a constant, or what an operator puts out. */
export interface Value extends TensorType {
  readonly graph: Graph;
  /** Unique in its graph; for inputs and constants also the name in the ONNX file. */
  readonly name: string;
  /** The node that makes it, or `null` for inputs and constants. */
  readonly producer: Node | null;
}

/** One operator applied to values. */
export interface Node<K extends OperatorName = OperatorName> {
  readonly operator: K;
  readonly attributes: Attributes[K];
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

export type OperatorName = keyof Attributes;

/** A tensor of float64 numbers: the currency of the reference implementation. */
export interface ReferenceTensor {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** What a gradient rule is given: the node, the gradient of its first output, and which inputs want one. */
export interface GradientContext<K extends OperatorName> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes[K];
  /** The gradient of the loss with respect to output 0 (gradients flow through first outputs only). */
  readonly outputGradient: Value;
  /** Which inputs need a gradient; a rule may skip the others. */
  readonly wanted: readonly boolean[];
}

/** Gradients with respect to the inputs, in their order; `undefined` where none is wanted or none exists. */
export type GradientRule<K extends OperatorName> = (
  context: GradientContext<K>,
) => readonly (Value | undefined)[];

/**
 * What a graph is lowered for. The numbers agree whatever it is, and every lowering takes images of every size; the speed is
 * that of the device, the processor and the number of images that it was chosen for.
 */
export interface LoweringTarget {
  readonly device: "cpu" | "gpu";
  /** Channels in a block of ONNX Runtime's blocked layout on this processor; absent where it has none. */
  readonly block?: number;
  /** How many images the graph is given at a time, N; absent where it must take any number. */
  readonly images?: number;
  /**
   * Into how many bands of rows what passes through a first layer is split, for memory and cache (`bandCount`): 1 where all
   * images are small, absent where their sizes are not known. Images must have at least four rows for each band.
   */
  readonly bands?: number;
}

/** What a lowering is given: ONNX names of the inputs, their types, and which outputs anybody reads. */
export interface LoweringContext<K extends OperatorName> {
  readonly emitter: Emitter;
  readonly inputs: readonly string[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: Attributes[K];
  readonly outputUsed: readonly boolean[];
  readonly target: LoweringTarget;
}

/** Emits standard ONNX nodes and returns the names of the outputs. */
export type LoweringRule<K extends OperatorName> = (context: LoweringContext<K>) => readonly string[];

/**
 * Everything lowmag knows of one operator: one row of the table in `operators/index.ts`.
 * The contract test runs the lowering against the reference, and the gradient rule against finite differences of it.
 */
export interface Operator<K extends OperatorName> {
  /** Output types from input types; throws `shape-mismatch` where they do not fit. */
  readonly infer: (inputs: readonly TensorType[], attributes: Attributes[K]) => readonly TensorType[];
  /**
   * Inputs through which no gradient flows: only their shape is read, or the output is flat around their numbers.
   * (The resized teacher's map takes its size from the student's, and must not ask for a gradient on that account.)
   */
  readonly flatInputs?: readonly number[];
  /** The gradient rule for the other inputs, or the reason why there is none. */
  readonly gradient: GradientRule<K> | { readonly none: string };
  /** Multiply-accumulates for concrete axis lengths. */
  readonly macs: (
    inputs: readonly (readonly number[])[],
    outputs: readonly (readonly number[])[],
    attributes: Attributes[K],
  ) => number;
  /** Plain float64 arithmetic, slow and obvious. */
  readonly reference: (
    inputs: readonly ReferenceTensor[],
    attributes: Attributes[K],
  ) => readonly ReferenceTensor[];
  /** How it is written as standard ONNX operators. */
  readonly lower: LoweringRule<K>;
}
