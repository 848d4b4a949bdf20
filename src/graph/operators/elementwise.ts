// Operators that work element by element, with NumPy broadcasting for those of two inputs.
import { type Dim, sameDim } from "../dims.ts";
import { div, mul, neg, reduceSum, scaled, sign } from "../expressions.ts";
import { mapBinary, mapUnary } from "../reference.ts";
import type { Operator, TensorType, Value } from "../types.ts";
import { requireShapes } from "./shape-check.ts";

/** Broadcast type of two operands. */
export function inferBroadcast(where: string, a: TensorType, b: TensorType): TensorType {
  const rank = Math.max(a.dims.length, b.dims.length);
  const dims = Array.from({ length: rank }, (_, axis): Dim => {
    const x = a.dims[axis - rank + a.dims.length] ?? 1;
    const y = b.dims[axis - rank + b.dims.length] ?? 1;
    if (x === 1) return y;
    requireShapes(y === 1 || sameDim(x, y), where, "axes of equal length, or of length 1", [a, b]);
    return x;
  });
  return { dtype: "float32", dims };
}

/** Sums a gradient over the axes along which `input` was repeated, giving it the shape of `input`. */
export function reduceToShape(gradient: Value, input: Value): Value {
  const extra = gradient.dims.length - input.dims.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  const summed = reduceSum(gradient, leading);
  const repeated = input.dims.flatMap((dim, axis) => (dim === 1 && summed.dims[axis] !== 1 ? [axis] : []));
  return reduceSum(summed, repeated, true);
}

type Binary = "Add" | "Sub" | "Mul" | "Div";
type Unary = "Neg" | "Abs" | "Sqrt" | "Relu";

function binary<K extends Binary>(
  name: K,
  f: (x: number, y: number) => number,
  gradients: (a: Value, b: Value, gradient: Value, output: Value) => readonly [() => Value, () => Value],
): Operator<K> {
  return {
    infer: ([a, b]) => [inferBroadcast(name, a!, b!)],
    gradient: ({ inputs: [a, b], outputs: [y], outputGradient, wanted }) => {
      const [first, second] = gradients(a!, b!, outputGradient, y!);
      return [
        wanted[0] ? reduceToShape(first(), a!) : undefined,
        wanted[1] ? reduceToShape(second(), b!) : undefined,
      ];
    },
    macs: () => 0,
    reference: ([a, b]) => [mapBinary(a!, b!, f)],
    lower: ({ emitter, inputs }) => [emitter.node(name, inputs)],
  };
}

function unary<K extends Unary>(
  name: K,
  f: (x: number) => number,
  gradient: (x: Value, gradient: Value, output: Value) => Value,
): Operator<K> {
  return {
    infer: ([x]) => [{ dtype: "float32", dims: x!.dims }],
    gradient: ({ inputs, outputs, outputGradient }) => [gradient(inputs[0]!, outputGradient, outputs[0]!)],
    macs: () => 0,
    reference: ([x]) => [mapUnary(x!, f)],
    lower: ({ emitter, inputs }) => [emitter.node(name, inputs)],
  };
}

export const Add = binary(
  "Add",
  (x, y) => x + y,
  (_a, _b, dy) => [() => dy, () => dy],
);
export const Sub = binary(
  "Sub",
  (x, y) => x - y,
  (_a, _b, dy) => [() => dy, () => neg(dy)],
);
export const Mul = binary(
  "Mul",
  (x, y) => x * y,
  (a, b, dy) => [() => mul(dy, b), () => mul(dy, a)],
);
export const Div = binary(
  "Div",
  (x, y) => x / y,
  (_a, b, dy, y) => [() => div(dy, b), () => neg(div(mul(dy, y), b))],
);

export const Neg = unary(
  "Neg",
  (x) => -x,
  (_x, dy) => neg(dy),
);
export const Abs = unary("Abs", Math.abs, (x, dy) => mul(dy, sign(x)));
/** -1, 0 or 1. */
export const Sign: Operator<"Sign"> = {
  infer: ([x]) => [{ dtype: "float32", dims: x!.dims }],
  flatInputs: [0],
  gradient: { none: "a sign does not change with small changes of its number" },
  macs: () => 0,
  reference: ([x]) => [mapUnary(x!, Math.sign)],
  lower: ({ emitter, inputs }) => [emitter.node("Sign", inputs)],
};
export const Sqrt = unary("Sqrt", Math.sqrt, (_x, dy, y) => div(scaled(dy, 0.5), y));
export const Relu = unary(
  "Relu",
  (x) => Math.max(x, 0),
  (_x, dy, y) => y.graph.apply("ReluGradient", [dy, y], {}),
);

/** dy where the rectifier's output y is positive, else 0. */
export const ReluGradient: Operator<"ReluGradient"> = {
  infer: ([dy]) => [{ dtype: "float32", dims: dy!.dims }],
  flatInputs: [1],
  gradient: ({ inputs: [, y], outputGradient }) => [
    y!.graph.apply("ReluGradient", [outputGradient, y!], {}),
    undefined,
  ],
  macs: () => 0,
  reference: ([dy, y]) => [mapBinary(dy!, y!, (g, value) => (value > 0 ? g : 0))],
  // y is a rectifier's output, never negative: its sign is the mask.
  lower: ({ emitter, inputs: [dy, y] }) => [emitter.node("Mul", [dy!, emitter.node("Sign", [y!])])],
};
