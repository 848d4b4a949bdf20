// Tensors that go into and come out of a session.

/** Numbers with their dims, row-major. Whoever holds the object owns the data. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/** A float32 tensor. */
export interface FloatTensor extends Tensor {
  readonly data: Float32Array;
}

/** A float32 tensor from its dims and data (kept, not copied). */
export function floatTensor(dims: readonly number[], data: Float32Array): FloatTensor {
  return { dims, data };
}

/** A float32 scalar. */
export function scalarTensor(value: number): FloatTensor {
  return { dims: [], data: Float32Array.of(value) };
}
