// Operators as functions, for gradient rules, layers and losses: `mul(add(a, b), c)`.
import type { WindowAttributes } from "./operators/attributes.ts";
import type { Value } from "./types.ts";

/** a + b, with broadcasting. */
export const add = (a: Value, b: Value): Value => a.graph.apply("Add", [a, b], {});
/** a - b, with broadcasting. */
export const sub = (a: Value, b: Value): Value => a.graph.apply("Sub", [a, b], {});
/** a * b, with broadcasting. */
export const mul = (a: Value, b: Value): Value => a.graph.apply("Mul", [a, b], {});
/** a / b, with broadcasting. */
export const div = (a: Value, b: Value): Value => a.graph.apply("Div", [a, b], {});
/** -a. */
export const neg = (a: Value): Value => a.graph.apply("Neg", [a], {});
/** |a|. */
export const abs = (a: Value): Value => a.graph.apply("Abs", [a], {});
/** -1, 0 or 1. */
export const sign = (a: Value): Value => a.graph.apply("Sign", [a], {});
/** Square root. */
export const sqrt = (a: Value): Value => a.graph.apply("Sqrt", [a], {});
/** a * a. */
export const square = (a: Value): Value => mul(a, a);
/** a * number. */
export const scaled = (a: Value, factor: number): Value =>
  factor === 1 ? a : mul(a, a.graph.scalar(factor));
/** max(a, 0). */
export const relu = (a: Value): Value => a.graph.apply("Relu", [a], {});
/** Softmax over an axis; the last by default. */
export const softmax = (a: Value, axis = a.dims.length - 1): Value => a.graph.apply("Softmax", [a], { axis });
/** Logarithm of the softmax over the last axis. */
export const logSoftmax = (a: Value): Value => a.graph.apply("LogSoftmax", [a], {});
/** Sum over axes. */
export const reduceSum = (a: Value, axes: readonly number[], keepDims = false): Value =>
  axes.length === 0 ? a : a.graph.apply("ReduceSum", [a], { axes, keepDims });
/** Mean over axes. */
export const reduceMean = (a: Value, axes: readonly number[], keepDims = false): Value =>
  axes.length === 0 ? a : a.graph.apply("ReduceMean", [a], { axes, keepDims });
/** a repeated to the shape of `like`. */
export const expandLike = (a: Value, like: Value): Value => a.graph.apply("ExpandLike", [a, like], {});
/** How many elements lie along the axes of a, as a float32 scalar. */
export const countOver = (a: Value, axes: readonly number[]): Value =>
  a.graph.apply("CountOver", [a], { axes });
/** a with other dims of the same number of elements. */
export const reshape = (a: Value, dims: readonly number[]): Value => a.graph.apply("Reshape", [a], { dims });
/** a without the given axes, each of length 1. */
export const squeeze = (a: Value, axes: readonly number[]): Value => a.graph.apply("Squeeze", [a], { axes });
/** a with axes of length 1 put in at these places of the result. */
export const unsqueeze = (a: Value, axes: readonly number[]): Value =>
  a.graph.apply("Unsqueeze", [a], { axes });
/** Matrix product of [M, K] and [K, N], either transposed first. */
export const matMul = (a: Value, b: Value, transposeFirst = false, transposeSecond = false): Value =>
  a.graph.apply("MatMul", [a, b], { transposeFirst, transposeSecond });
/** Two-dimensional convolution of x [N, C, H, W] with weights [O, C, kh, kw]. */
export const conv = (x: Value, weight: Value, window: WindowAttributes): Value =>
  x.graph.apply("Conv", [x, weight], window);
/** Vectors laid end to end. */
export const join = (vectors: readonly Value[]): Value =>
  vectors.length === 1 ? vectors[0]! : vectors[0]!.graph.apply("Join", vectors, {});
/** `length` numbers of a vector from `start` on. */
export const part = (vector: Value, start: number, length: number): Value =>
  vector.graph.apply("Part", [vector], { start, length });
