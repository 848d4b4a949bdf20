// Sums, means, and the repeating and counting that their gradients need.
import { type Dim, evaluateDim } from "../dims.ts";
import { countOver, div, expandLike, unsqueeze } from "../expressions.ts";
import { broadcastIndex, positionOf, referenceTensor, sumOver } from "../reference.ts";
import type { Operator, ReferenceTensor, TensorType, Value } from "../types.ts";
import type { AxesAttributes } from "./attributes.ts";
import { inferBroadcast, reduceToShape } from "./elementwise.ts";
import { hasAxes, hasDims, requireShapes } from "./shape-check.ts";

function inferReduced(where: string, input: TensorType, { axes, keepDims }: AxesAttributes): TensorType {
  requireShapes(hasAxes(input, axes), where, `axes ${axes.join(", ")}, each once`, [input]);
  const dims = input.dims.flatMap((dim, axis): Dim[] =>
    axes.includes(axis) ? (keepDims ? [1] : []) : [dim],
  );
  return { dtype: "float32", dims };
}

function reduced(x: ReferenceTensor, { axes, keepDims }: AxesAttributes, divisor: number): ReferenceTensor {
  const sum = sumOver(x, axes);
  const dims = sum.dims.filter((_, axis) => keepDims || !axes.includes(axis));
  return { dims, data: sum.data.map((value) => value / divisor) };
}

/** ONNX attributes of a reduction. No axes means none, not all of them as is ONNX's default. */
const onnxReduction = (keepDims: boolean): Record<string, number> => ({
  keepdims: keepDims ? 1 : 0,
  noop_with_empty_axes: 1,
});

/** A gradient of a reduced tensor, with the reduced axes put back as length 1. */
const withAxes = (gradient: Value, { axes, keepDims }: AxesAttributes): Value =>
  keepDims ? gradient : unsqueeze(gradient, axes);

const elementsOver = (dims: readonly number[], axes: readonly number[]): number =>
  axes.reduce((product, axis) => product * dims[axis]!, 1);

export const ReduceSum: Operator<"ReduceSum"> = {
  infer: ([x], attributes) => [inferReduced("ReduceSum", x!, attributes)],
  gradient: ({ inputs: [x], attributes, outputGradient }) => [
    expandLike(withAxes(outputGradient, attributes), x!),
  ],
  macs: () => 0,
  reference: ([x], attributes) => [reduced(x!, attributes, 1)],
  lower: ({ emitter, inputs, attributes: { axes, keepDims } }) => [
    emitter.node("ReduceSum", [inputs[0]!, emitter.ints(...axes)], onnxReduction(keepDims)),
  ],
};

export const ReduceMean: Operator<"ReduceMean"> = {
  infer: ([x], attributes) => [inferReduced("ReduceMean", x!, attributes)],
  gradient: ({ inputs: [x], attributes, outputGradient }) => [
    expandLike(div(withAxes(outputGradient, attributes), countOver(x!, attributes.axes)), x!),
  ],
  macs: () => 0,
  reference: ([x], attributes) => [reduced(x!, attributes, elementsOver(x!.dims, attributes.axes))],
  lower: ({ emitter, inputs, attributes: { axes, keepDims } }) => [
    emitter.node("ReduceMean", [inputs[0]!, emitter.ints(...axes)], onnxReduction(keepDims)),
  ],
};

/** The first input repeated to the shape of the second (whose numbers are not read). */
export const ExpandLike: Operator<"ExpandLike"> = {
  infer: ([x, like]) => {
    const fits = hasDims(inferBroadcast("ExpandLike", x!, like!), like!.dims);
    requireShapes(fits, "ExpandLike", "axes of length 1 where the first differs from the second", [
      x!,
      like!,
    ]);
    return [{ dtype: "float32", dims: like!.dims }];
  },
  flatInputs: [1],
  gradient: ({ inputs: [x], outputGradient }) => [reduceToShape(outputGradient, x!), undefined],
  macs: () => 0,
  reference: ([x, like]) => {
    const out = referenceTensor(like!.dims);
    for (let i = 0; i < out.data.length; i++)
      out.data[i] = x!.data[broadcastIndex(positionOf(i, out.dims), x!.dims)]!;
    return [out];
  },
  lower: ({ emitter, inputs: [x, like] }) => [emitter.node("Expand", [x!, emitter.node("Shape", [like!])])],
};

/** The number of elements along some axes, as a float32 scalar. */
export const CountOver: Operator<"CountOver"> = {
  infer: ([x], { axes }) => {
    requireShapes(hasAxes(x!, axes), "CountOver", `axes ${axes.join(", ")}, each once`, [x!]);
    return [{ dtype: "float32", dims: [] }];
  },
  flatInputs: [0],
  gradient: { none: "a count does not change with the numbers counted" },
  macs: () => 0,
  reference: ([x], { axes }) => [referenceTensor([], [elementsOver(x!.dims, axes)])],
  lower: ({ emitter, inputs: [x], inputTypes: [type], attributes: { axes } }) => {
    const known = axes.map((axis) => type!.dims[axis]!);
    if (known.every((dim) => typeof dim === "number"))
      return [emitter.scalar(known.reduce<number>((product, dim) => product * evaluateDim(dim, {}), 1))];
    const lengths = emitter.node("Gather", [emitter.node("Shape", [x!]), emitter.ints(...axes)]);
    return [emitter.node("Cast", [emitter.node("ReduceProd", [lengths], { keepdims: 0 })], { to: 1 })];
  },
};
