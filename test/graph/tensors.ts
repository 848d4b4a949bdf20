// Between the float64 tensors of the reference and what a session takes and gives.
import { expect } from "vitest";
import type { Tensor } from "../../src/engine/index.ts";
import type { ReferenceTensor } from "../../src/graph/index.ts";
import type { SampleInput } from "./samples/sample.ts";

/** A sample's input as a session takes it. */
export function feedOf({ dtype, dims, data }: SampleInput): Tensor {
  return {
    dims,
    data: dtype === "int64" ? BigInt64Array.from(data, (value) => BigInt(value)) : Float32Array.from(data),
  };
}

/** Numbers of a tensor, whatever their type. */
export function numbersOf({ data }: Tensor): Float64Array {
  return Float64Array.from(data as ArrayLike<number | bigint>, Number);
}

/** Root mean square. */
export function sizeOf(data: Float64Array): number {
  return Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / Math.max(1, data.length));
}

/** Expects equal dims, and every number within `tolerance` of (1 + root mean square of the reference). */
export function expectClose(got: Tensor, wanted: ReferenceTensor, tolerance: number): void {
  expect(got.dims).toEqual(wanted.dims);
  const allowed = tolerance * (1 + sizeOf(wanted.data));
  const numbers = numbersOf(got);
  // A NaN among the numbers makes the worst error NaN, which no comparison lets through.
  const worst = wanted.data.reduce((most, value, i) => Math.max(most, Math.abs(numbers[i]! - value)), 0);
  expect(worst).toBeLessThanOrEqual(allowed);
}
