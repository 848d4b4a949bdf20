// Helpers of the plain float64 reference: slow, obvious, and independent of how anything is lowered.
import type { ReferenceTensor } from "./types.ts";

/** A zero-filled (or given) tensor of dims. */
export function referenceTensor(dims: readonly number[], data?: ArrayLike<number>): ReferenceTensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return { dims, data: data === undefined ? new Float64Array(count) : Float64Array.from(data) };
}

/** Row-major strides of dims. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length).fill(1);
  for (let axis = dims.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * dims[axis + 1]!;
  return strides;
}

/** The position along each axis of flat index `index`. */
export function positionOf(index: number, dims: readonly number[]): number[] {
  return stridesOf(dims).map((stride, axis) => Math.floor(index / stride) % dims[axis]!);
}

/** Flat index of a position in a tensor that may be broadcast: axes aligned at the end, length-1 axes repeat. */
export function broadcastIndex(position: readonly number[], dims: readonly number[]): number {
  const strides = stridesOf(dims);
  const offset = position.length - dims.length;
  return dims.reduce(
    (sum, dim, axis) => sum + (dim === 1 ? 0 : position[axis + offset]! * strides[axis]!),
    0,
  );
}

/** Dims of two broadcast tensors. */
export function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    return x === 1 ? y : x;
  });
}

/** Applies a function element by element with broadcasting. */
export function mapBinary(
  a: ReferenceTensor,
  b: ReferenceTensor,
  f: (x: number, y: number) => number,
): ReferenceTensor {
  const out = referenceTensor(broadcastDims(a.dims, b.dims));
  for (let i = 0; i < out.data.length; i++) {
    const position = positionOf(i, out.dims);
    out.data[i] = f(a.data[broadcastIndex(position, a.dims)]!, b.data[broadcastIndex(position, b.dims)]!);
  }
  return out;
}

/** Applies a function to every element. */
export function mapUnary(a: ReferenceTensor, f: (x: number) => number): ReferenceTensor {
  return { dims: a.dims, data: a.data.map(f) };
}

/** Sums over axes; reduced axes stay with length 1. */
export function sumOver(a: ReferenceTensor, axes: readonly number[]): ReferenceTensor {
  const out = referenceTensor(a.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim)));
  for (let i = 0; i < a.data.length; i++) {
    const target = broadcastIndex(positionOf(i, a.dims), out.dims);
    out.data[target] = out.data[target]! + a.data[i]!;
  }
  return out;
}
