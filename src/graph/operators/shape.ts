// Operators that change a tensor's shape and none of its numbers.
import { fail } from "../../base/index.ts";
import type { Dim } from "../dims.ts";
import { reshape, squeeze, unsqueeze } from "../expressions.ts";
import type { Operator, TensorType } from "../types.ts";
import { requireShapes } from "./shape-check.ts";

function staticDims(type: TensorType): number[] {
  return type.dims.map((dim) => {
    if (typeof dim === "number") return dim;
    throw fail("shape-mismatch", {
      where: "Reshape",
      expected: "an input whose dims are numbers",
      got: `the symbol ${dim.text}`,
    });
  });
}

function withUnitAxes<T>(dims: readonly T[], axes: readonly number[], unit: T): T[] {
  const result = [...dims];
  for (const axis of [...axes].sort((a, b) => a - b)) result.splice(axis, 0, unit);
  return result;
}

/** Changes dims that are all known numbers to others of the same number of elements. */
export const Reshape: Operator<"Reshape"> = {
  infer: ([x], { dims }) => {
    const product = (lengths: readonly number[]): number =>
      lengths.reduce((total, length) => total * length, 1);
    if (product(staticDims(x!)) !== product(dims))
      throw fail("shape-mismatch", {
        where: "Reshape",
        expected: `[${dims.join(", ")}]`,
        got: `[${staticDims(x!).join(", ")}]`,
      });
    return [{ dtype: "float32", dims }];
  },
  gradient: ({ inputs: [x], outputGradient }) => [reshape(outputGradient, staticDims(x!))],
  macs: () => 0,
  reference: ([x], { dims }) => [{ dims, data: x!.data }],
  lower: ({ emitter, inputs: [x], attributes: { dims } }) => [
    emitter.node("Reshape", [x!, emitter.ints(...dims)]),
  ],
};

export const Squeeze: Operator<"Squeeze"> = {
  infer: ([x], { axes }) => {
    const single = axes.every((axis) => x!.dims[axis] === 1);
    requireShapes(single, "Squeeze", `axes ${axes.join(", ")} of length 1`, [x!]);
    return [{ dtype: "float32", dims: x!.dims.filter((_, axis) => !axes.includes(axis)) }];
  },
  gradient: ({ attributes: { axes }, outputGradient }) => [unsqueeze(outputGradient, axes)],
  macs: () => 0,
  reference: ([x], { axes }) => [{ dims: x!.dims.filter((_, axis) => !axes.includes(axis)), data: x!.data }],
  lower: ({ emitter, inputs: [x], attributes: { axes } }) => [
    emitter.node("Squeeze", [x!, emitter.ints(...axes)]),
  ],
};

export const Unsqueeze: Operator<"Unsqueeze"> = {
  infer: ([x], { axes }) => [{ dtype: "float32", dims: withUnitAxes<Dim>(x!.dims, axes, 1) }],
  gradient: ({ attributes: { axes }, outputGradient }) => [squeeze(outputGradient, axes)],
  macs: () => 0,
  reference: ([x], { axes }) => [{ dims: withUnitAxes(x!.dims, axes, 1), data: x!.data }],
  lower: ({ emitter, inputs: [x], attributes: { axes } }) => [
    emitter.node("Unsqueeze", [x!, emitter.ints(...axes)]),
  ],
};
