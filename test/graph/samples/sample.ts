// Samples: concrete inputs for one operator. Numbers are drawn from a fixed seed and rounded to float32, so that the float64 reference and ONNX Runtime start from the same ones.

import {
  type Attributes,
  type Dim,
  type DimBindings,
  type DType,
  type OperatorName,
  symbol,
} from "../../../src/graph/index.ts";
import { Generator } from "../../../src/random/index.ts";

/** One input: its type in the graph, what its symbols stand for, and its numbers. */
export interface SampleInput {
  readonly dtype: DType;
  /** Axis lengths as the graph sees them, partly symbols. */
  readonly type: readonly Dim[];
  readonly bindings: DimBindings;
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

/** One set of inputs for an operator. */
export interface Sample<K extends OperatorName> {
  readonly label: string;
  readonly attributes: Attributes[K];
  readonly inputs: readonly SampleInput[];
  /** Allowed error of outputs relative to their size, default 1e-5 (float32 keeps 6e-8, sums lose some of it). */
  readonly tolerance?: number;
  /** The same of gradients, default 1e-4. */
  readonly gradientTolerance?: number;
}

/** How numbers are drawn. */
export type Draw = (count: number, generator: Generator) => number[];

const each =
  (draw: (generator: Generator) => number): Draw =>
  (count, generator) =>
    Array.from({ length: count }, () => draw(generator));

export const normal: Draw = each((generator) => generator.normal());
export const positive: Draw = each((generator) => generator.uniform(0.5, 2));
/** Of either sign and never near zero, where |x| and its like have kinks. */
export const nonZero: Draw = each((generator) => generator.uniform(0.2, 2) * generator.choice([-1, 1]));
/** What a rectifier puts out: some zeros, the rest positive. */
export const rectified: Draw = each((generator) => Math.max(0, generator.uniform(-1, 1)));
/** No two alike (0.05 apart), in random order: a maximum that is never a tie. */
export const distinct: Draw = (count, generator) =>
  generator.permutation(count).map((rank) => 0.05 * (rank - count / 2));
/** Zeros, ones and twos. */
export const fewDifferent: Draw = each((generator) => generator.choice([0, 1, 2]));
/** Around a centre with a given deviation. */
export const around = (centre: number, deviation: number): Draw =>
  each((generator) => generator.normal(centre, deviation));
/** Given numbers. */
export const exactly =
  (numbers: readonly number[]): Draw =>
  () => [...numbers];

/** A tensor whose dims the graph knows as numbers: weights, scales, targets of a fixed size. */
export function fixed(dims: readonly number[], draw: Draw = normal): SampleInput {
  return input(dims, dims, draw);
}

/** A feature map [N, C, H, W] whose N, H and W are symbols; `suffix` tells the maps of one sample apart. */
export function map(
  dims: readonly [number, number, number, number],
  draw: Draw = normal,
  suffix = "",
): SampleInput {
  const type = [symbol("N"), dims[1], symbol(`H${suffix}`), symbol(`W${suffix}`)];
  return input(dims, type, draw);
}

/** A matrix [N, K] whose N is a symbol. */
export function rows(dims: readonly [number, number], draw: Draw = normal): SampleInput {
  return input(dims, [symbol("N"), dims[1]], draw);
}

/** Something of one number for each image, [N, 1, …], whose N is a symbol. */
export function perImage(dims: readonly number[], draw: Draw = normal): SampleInput {
  return input(dims, [symbol("N"), ...dims.slice(1)], draw);
}

/** Positions: an input of whole numbers. */
export function positions(like: SampleInput, data: ArrayLike<number>): SampleInput {
  return { ...like, dtype: "int64", data: Float64Array.from(data) };
}

/** Every input draws from a stream of its own. */
let serial = 0;

function input(dims: readonly number[], type: readonly Dim[], draw: Draw): SampleInput {
  const count = dims.reduce((product, dim) => product * dim, 1);
  const numbers = draw(count, Generator.derive(7, "sample", serial++));
  const bindings = Object.fromEntries(
    type.flatMap((dim, axis) => (typeof dim === "number" ? [] : [[dim.text, dims[axis]!]])),
  );
  return { dtype: "float32", type, bindings, dims, data: Float64Array.from(numbers, Math.fround) };
}

/** The values of all the symbols of a sample. */
export function bindingsOf(inputs: readonly SampleInput[]): DimBindings {
  return Object.assign({}, ...inputs.map(({ bindings }) => bindings)) as DimBindings;
}
