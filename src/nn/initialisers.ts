// Random starting values of parameters, as PyTorch names them.
import type { Generator } from "../random/index.ts";

type Initialiser = (generator: Generator) => Float32Array;

const count = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

/** Normal with variance 2 / fan-out (He et al. 2015): for convolutions [O, C, kh, kw] in front of a ReLU. */
export function kaimingNormalFanOut(dims: readonly number[]): Initialiser {
  const fanOut = count(dims) / dims[1]!;
  const deviation = Math.sqrt(2 / fanOut);
  return (generator) => Float32Array.from({ length: count(dims) }, () => generator.normal(0, deviation));
}

/** Uniform in [-bound, bound). */
export function uniform(dims: readonly number[], bound: number): Initialiser {
  return (generator) => Float32Array.from({ length: count(dims) }, () => generator.uniform(-bound, bound));
}

/** One number everywhere. */
export function constant(dims: readonly number[], value: number): Initialiser {
  return () => new Float32Array(count(dims)).fill(value);
}
