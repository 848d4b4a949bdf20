// The error that operators raise where the shapes of their inputs do not fit.
import { fail } from "../../base/index.ts";
import { type Dim, dimText, sameDim } from "../dims.ts";
import type { TensorType } from "../types.ts";

/**
 * Refuses inputs that do not fit an operator.
 * @throws LowmagError `shape-mismatch`, with the dims of all the inputs.
 */
export function requireShapes(
  fits: boolean,
  where: string,
  expected: string,
  inputs: readonly TensorType[],
): void {
  if (fits) return;
  const got = inputs.map(({ dims }) => `[${dims.map(dimText).join(", ")}]`).join(" and ");
  throw fail("shape-mismatch", { where, expected, got });
}

/** True when a tensor has exactly these dims. */
export function hasDims(type: TensorType, dims: readonly Dim[]): boolean {
  return type.dims.length === dims.length && dims.every((dim, axis) => sameDim(dim, type.dims[axis]!));
}

/** True when every axis exists in a tensor, once. */
export function hasAxes(type: TensorType, axes: readonly number[]): boolean {
  const valid = axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < type.dims.length);
  return valid && new Set(axes).size === axes.length;
}
