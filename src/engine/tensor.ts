// Tensors that go into and come out of a session.
import { fail } from "../base/index.ts";

/** Numbers with their dims, row-major. Whoever holds the object owns the data. */
export interface Tensor {
  readonly dims: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

/**
 * Refuses a tensor whose numbers do not fill its dims. A buffer that was given to a worker is left with none.
 * @throws LowmagError `shape-mismatch`, naming the input it was meant for.
 */
export function requireFilled(input: string, { dims, data }: Tensor): void {
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (data.length === count) return;
  throw fail("shape-mismatch", {
    where: `input \`${input}\``,
    expected: `${count} numbers for dims [${dims.join(", ")}]`,
    got: `${data.length}`,
    ...(data.buffer.byteLength === 0
      ? { fix: "A pool takes the buffers it is fed: make new ones for each run." }
      : {}),
  });
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
